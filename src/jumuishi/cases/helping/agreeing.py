"""Agreements with agents: made and ended by whoever answers for the institution that offers."""

from datetime import date
from uuid import UUID

from jumuishi.cases.helping.models import Agreement
from jumuishi.cases.helping.policies import agreement_thing
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id


@identity.action("cases.agreement.make")
def make_agreement(
    *, actor: Actor, agent_id: UUID, service: str, most: int, source: str, from_on: date, until_on: date | None
) -> UUID:
    """Let an institution's staff help with our service ("" for all), for no more than `most` a time.

    Takes the place of the one that stands for the same agent and service; the same again is the same. Raises CaseError.
    """
    row = Agreement(
        id=new_id(), institution_id=actor.workplace, agent_id=agent_id, service=service, most=most,
        source=source.strip()[:200], from_on=from_on, until_on=until_on, made_by=actor.who, made_at=clock.now(),
    )  # fmt: skip
    identity.must(actor, "cases.agreement.keep", agreement_thing(row))
    agent = institutions.institution(agent_id)
    if agent is None or agent.state != "approved" or agent.id == actor.workplace:
        raise CaseError("cases.agents_choose")
    if not row.source:
        raise CaseError("cases.agents_source_missing")
    if until_on is not None and until_on < from_on:
        raise CaseError("cases.agents_days")
    open_ones = Agreement.objects.select_for_update().filter(
        institution_id=actor.workplace, agent_id=agent_id, service=service, ended_at=None
    )
    before = open_ones.first()
    if before is not None:
        if (before.most, before.source, before.from_on, before.until_on) == (most, row.source, from_on, until_on):
            identity.record(actor, agreement_thing(before), after={"sent_again": True})
            return before.id
        open_ones.update(ended_at=row.made_at, ended_by=actor.who)
    row.save(force_insert=True)
    identity.record(
        actor, agreement_thing(row), before={"agreement": before.id, "most": before.most} if before else None,
        after={"agent": agent_id, "service": service, "most": most, "source": row.source, "from": from_on},
    )  # fmt: skip
    return row.id


@identity.action("cases.agreement.end")
def end_agreement(*, actor: Actor, agreement_id: UUID) -> None:
    """From now on its staff ask nobody any more; what was consented to runs to its end. Raises CaseError."""
    row = Agreement.objects.select_for_update().filter(id=agreement_id, institution_id=actor.workplace).first()
    if row is None:
        raise CaseError("cases.agents_none")
    identity.must(actor, "cases.agreement.keep", agreement_thing(row))
    if row.ended_at is None:
        row.ended_at, row.ended_by = clock.now(), actor.who
        row.save(update_fields=["ended_at", "ended_by"])
    identity.record(actor, agreement_thing(row), after={"ended": row.ended_at})
