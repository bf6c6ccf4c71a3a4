"""Agreements with agents: written by one of those who answer for the institution that offers, approved by another."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from jumuishi.cases.helping import actions, queries, telling
from jumuishi.cases.helping.models import Agreement, Outlet
from jumuishi.cases.helping.outlets import Spot, searched
from jumuishi.cases.helping.policies import agreement_thing
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.services import public as services

KEEP = "cases.agreement.keep"


@identity.action("cases.agreement.propose")
def propose_agreement(
    *, actor: Actor, agent_id: UUID, service: str, most: int, source: str, from_on: date, until_on: date | None,
    spots: Sequence[Spot],
) -> UUID:  # fmt: skip
    """Write what lets an institution's staff help with our service ("" for all), for no more than `most` a time.

    It counts once somebody else approved it. The same again, while that waits, is the same. Raises CaseError.
    """
    row = Agreement(
        id=new_id(), institution_id=actor.workplace, agent_id=agent_id, service=service, most=most,
        source=source.strip()[:200], from_on=from_on, until_on=until_on, made_by=actor.who, made_at=clock.now(),
    )  # fmt: skip
    identity.must(actor, KEEP, agreement_thing(row))
    agent = institutions.institution(agent_id)
    if agent is None or agent.state != "approved" or agent.id == actor.workplace:
        raise CaseError("cases.agents_choose")
    if service and services.offering_of(actor.workplace, service) is None:
        raise CaseError("cases.not_offered")
    if not row.source:
        raise CaseError("cases.agents_source_missing")
    if until_on is not None and until_on < max(from_on, institutions.today()):
        raise CaseError("cases.agents_days")
    if not spots:
        raise CaseError("cases.agents_outlets_missing")
    before = _same(row, spots)
    if before is not None:
        identity.record(actor, agreement_thing(before), after={"sent_again": True})
        return before.id
    row.save(force_insert=True)
    Outlet.objects.bulk_create(
        Outlet(institution_id=row.institution_id, agreement=row, place=one.place, where=one.where,
               search=searched(one, agent))
        for one in spots
    )  # fmt: skip
    identity.record(
        actor, agreement_thing(row),
        after={"agent": agent_id, "service": service, "most": most, "source": row.source, "from": from_on,
               "until": until_on, "outlets": [one.place for one in spots]},
    )  # fmt: skip
    telling.waits(row)
    return row.id


def _same(row: Agreement, spots: Sequence[Spot]) -> Agreement | None:
    """The same that waits already; two requests at the same moment stand in line."""
    identity.one_at_a_time(f"cases.agreement {row.institution_id}")
    waiting = Agreement.objects.filter(
        institution_id=row.institution_id, agent_id=row.agent_id, service=row.service, most=row.most,
        source=row.source, from_on=row.from_on, until_on=row.until_on, approved_at=None, ended_at=None,
    ).prefetch_related("outlets")  # fmt: skip
    wanted = {(one.place, one.where) for one in spots}
    return next((one for one in waiting if {(o.place, o.where) for o in one.outlets.all()} == wanted), None)


def _locked(actor: Actor, agreement_id: UUID) -> Agreement:
    row = Agreement.objects.select_for_update().filter(id=agreement_id, institution_id=actor.workplace).first()
    if row is None:
        raise CaseError("cases.agents_none")
    identity.must(actor, KEEP, agreement_thing(row))
    return row


def _is_own(actor: Actor, row: Agreement) -> bool:
    natural = identity.natural_people([actor.who, row.made_by])
    return natural[actor.who] == natural[row.made_by]


@identity.action("cases.agreement.approve")
def approve_agreement(*, actor: Actor, agreement_id: UUID) -> None:
    """The second person lets it count: from its first day it takes the place of the one before. Raises CaseError."""
    row, now = _locked(actor, agreement_id), clock.now()
    if row.approved_at is not None and row.ended_at is None:
        identity.record(actor, agreement_thing(row), after={"sent_again": True})
        return
    if row.ended_at is not None:
        raise CaseError("cases.agents_decided")
    if _is_own(actor, row):
        raise CaseError("cases.agents_two")
    if row.until_on is not None and row.until_on < institutions.today():
        raise CaseError("cases.agents_days")
    identity.one_at_a_time(f"cases.agreement {row.institution_id}")
    row.approved_by, row.approved_at = actor.who, now
    row.save(update_fields=["approved_by", "approved_at"])
    replaced = _replace(row, actor)
    identity.record(actor, agreement_thing(row), after={"approved": now, "most": row.most, "replaces": replaced})
    telling.approved(row)


def _replace(row: Agreement, actor: Actor) -> list[UUID]:
    """Those that stand for the same end on the day before it begins; at once where it has begun."""
    earlier = Agreement.objects.select_for_update().exclude(id=row.id).filter(
        Q(until_on=None) | Q(until_on__gte=row.from_on), institution_id=row.institution_id, agent_id=row.agent_id,
        service=row.service, approved_at__isnull=False, ended_at=None,
    )  # fmt: skip
    ids = [one.id for one in earlier]
    begun = row.from_on <= institutions.today()
    ended = {"ended_at": row.approved_at, "ended_by": actor.who}
    Agreement.objects.filter(Q(from_on__gte=row.from_on) if not begun else Q(), id__in=ids).update(**ended)
    Agreement.objects.filter(id__in=ids, ended_at=None).update(until_on=row.from_on - timedelta(days=1))
    return ids


@identity.action("cases.agreement.refuse")
def refuse_agreement(*, actor: Actor, agreement_id: UUID, reason: str) -> None:
    """The second person does not let it count, and says why to the first. Raises CaseError."""
    row, why = _locked(actor, agreement_id), reason.strip()[:300]
    if row.ended_at is not None or row.approved_at is not None:
        raise CaseError("cases.agents_decided")
    if _is_own(actor, row):
        raise CaseError("cases.agents_two")
    if not why:
        raise CaseError("cases.agents_reason")
    row.ended_at, row.ended_by, row.refused_why = clock.now(), actor.who, why
    row.save(update_fields=["ended_at", "ended_by", "refused_why"])
    identity.record(actor, agreement_thing(row), after={"refused": why})
    telling.refused(row)


@identity.action("cases.agreement.end")
def end_agreement(*, actor: Actor, agreement_id: UUID, last_on: date | None = None) -> None:
    """One person alone ends it: on a last day, or at once. Raises CaseError.

    At once, what its staff have in hand is closed too, and the owners are told. Of one that waits, whoever wrote it
    takes it back; somebody else refuses it.
    """
    row, now = _locked(actor, agreement_id), clock.now()
    if row.ended_at is not None:
        identity.record(actor, agreement_thing(row), after={"sent_again": True})
        return
    if row.approved_at is None and not _is_own(actor, row):
        raise CaseError("cases.agents_reason")
    if last_on is not None:
        # Longer than two people agreed is another agreement.
        if last_on < institutions.today() or (row.until_on is not None and last_on > row.until_on):
            raise CaseError("cases.agents_last_day")
        row.until_on = last_on
        row.save(update_fields=["until_on"])
        identity.record(actor, agreement_thing(row), after={"until": last_on})
        telling.ended(row)
        return
    row.ended_at, row.ended_by = now, actor.who
    row.save(update_fields=["ended_at", "ended_by"])
    closed = 0
    if row.approved_at is not None:
        open_ones = queries.under_agreement(row)
        closed = len(open_ones)
        for mandate in open_ones:
            actions.close_with_agreement(actor, mandate)
        telling.ended(row)
    identity.record(actor, agreement_thing(row), after={"ended": now, "closed": closed})
