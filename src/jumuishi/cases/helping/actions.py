"""The verbs of helping: ask, consent by the owner's code, see a mark, end; each in the journal with both names."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jumuishi.cases import effects
from jumuishi.cases.actions.drafts import drop_draft
from jumuishi.cases.helping import messages, queries, rules
from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.helping.policies import mandate_thing
from jumuishi.cases.models import Case, Draft
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, BadPhoneError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.services import public as services
from jumuishi.services.types import OfferingRef

SYSTEM, SYSTEM_ACTOR = tenancy.Principal.system(), Actor.system()
MARK = Mandate.Proof.MARK


def _life(scope: str, kind: str) -> timedelta:
    """How long a consent counts: a visit at a counter, one application, or a standing one."""
    if kind not in rules.AT_HOME:
        return timedelta(hours=settings.HELP_VISIT_HOURS)
    return timedelta(days=settings.HELP_CASE_DAYS if scope == rules.Scope.CASE else settings.HELP_STANDING_DAYS)


def _number(phone: str, proof: str) -> str:
    if not phone.strip() and proof == MARK:
        return ""
    try:
        return identity.normalise_phone(phone)
    except BadPhoneError:
        raise CaseError("cases.err_phone") from None


def _offered(offering_id: UUID | None, scope: str) -> OfferingRef | None:
    if scope == rules.Scope.ALL:
        return None
    found = services.offering(offering_id) if offering_id is not None else None
    if found is None or not found.is_open:
        raise CaseError("cases.not_offered")
    return found


@identity.action("cases.mandate.ask")
def ask_mandate(
    *,
    actor: Actor,
    phone: str,
    offering_id: UUID | None,
    kind: str = "",
    scope: str = "case",
    proof: str = "code",
    name: str = "",
    fee: int = 0,
    language: str = "sw",
    also: Sequence[UUID] = (),
) -> UUID:
    """Ask somebody's consent: a code goes to their phone, or a second officer is asked to see their mark.

    Asked twice in ten minutes it is the same question, and no second code. `kind` is said by a person at home only
    (relative, guardian); of somebody at work it follows from the post. `fee` in the currency's smallest unit. With the
    services of `also` there are several questions with one code, each a consent of its own. Raises CaseError.
    """
    number, wanted = _number(phone, proof), list(dict.fromkeys([offering_id, *also]))
    if len(wanted) > rules.MOST_TOGETHER:
        raise CaseError("cases.help_too_many", n=rules.MOST_TOGETHER)
    asked = [_question(actor, _offered(one, scope), number, kind, scope, proof, name, fee, language) for one in wanted]
    for row, home in asked:
        identity.must(actor, "cases.mandate.ask", mandate_thing(row, home))
        row.together = asked[0][0].id if len(asked) > 1 else None
    if not asked[0][0].helper_name:
        raise CaseError("cases.help_own_name")
    before = _asked_already(actor, [row for row, _ in asked])
    if before is not None:
        identity.record(actor, mandate_thing(before, asked[0][1]), after={"sent_again": True})
        return before.id
    for row, home in asked:
        with tenancy.acting_as(SYSTEM):
            row.save(force_insert=True)
        identity.record(
            actor, mandate_thing(row, home),
            after={"kind": row.kind, "scope": scope, "offering": row.offering_id, "proof": proof, "fee": fee},
        )  # fmt: skip
    if proof != MARK:
        _send_code(actor, [row for row, _ in asked])
    return asked[0][0].id


def _question(
    actor: Actor, offering: OfferingRef | None, number: str, kind: str, scope: str, proof: str, name: str, fee: int,
    language: str,
) -> tuple[Mandate, UUID | None]:  # fmt: skip
    """One consent as it is asked for, and whose service it is. Raises CaseError where it can't be."""
    at_work, most, now = actor.kind is ActorKind.OFFICER, None, clock.now()
    if at_work and offering is not None:
        post = queries.Place(actor).post(offering.institution_id, offering.service)
        kind = rules.kind_at(post)
        most = post.most if kind == rules.Kind.AGENT else None
    elif at_work or kind not in rules.AT_HOME:
        kind = ""
    if wrong := rules.fault(kind, scope, proof, fee, most):
        raise CaseError(wrong, most=most)
    if proof == MARK and not name.strip():
        raise CaseError("cases.help_name_missing")
    row = Mandate(
        id=new_id(), owner_phone=number, owner_name=name.strip()[:120] if proof == MARK else "",
        helper_id=actor.who, helper_name=actor.name or _name_of(actor),
        institution_id=actor.institution_id if at_work else None, kind=kind, scope=scope,
        offering_id=offering.id if offering else None, fee=fee, proof=proof, language=language, asked_at=now,
        until_at=now + _life(scope, kind),
    )  # fmt: skip
    return row, offering.institution_id if offering else None


def _name_of(actor: Actor) -> str:
    known = identity.person(actor.who)
    return known.name if known is not None else ""


def _asked_already(actor: Actor, rows: list[Mandate]) -> Mandate | None:
    row, wanted = rows[0], {one.offering_id for one in rows}
    recent = queries.of_helper(actor).filter(
        given_at=None, asked_at__gt=clock.now() - timedelta(minutes=10), owner_phone=row.owner_phone,
        owner_name=row.owner_name, offering_id=row.offering_id, scope=row.scope, proof=row.proof, kind=row.kind,
        fee=row.fee,
    )  # fmt: skip
    return next((one for one in recent if {each.offering_id for each in queries.together(one)} == wanted), None)


def _purpose(row: Mandate) -> str:
    return f"mandate.{(row.together or row.id).hex}"


def _at(actor: Actor) -> str:
    """Tries and codes count by helper: a whole queue stands at one address."""
    return f"helper {actor.who}"


def _send_code(actor: Actor, rows: list[Mandate]) -> None:
    row = rows[0]
    sent = identity.start_code(
        row.owner_phone, _purpose(row), _at(actor), language=row.language, about=messages.about(rows)
    )
    if not sent:
        raise CaseError(identity.why_not(row.owner_phone))


@identity.action("cases.mandate.ask_again")
def send_again(*, actor: Actor, mandate_id: UUID) -> None:
    """Another code, in place of the one before it. Raises CaseError."""
    row = _waiting(actor, mandate_id)
    identity.must(actor, "cases.mandate.ask", mandate_thing(row))
    identity.record(actor, mandate_thing(row), after={"code": "again"})
    _send_code(actor, queries.together(row))


def _waiting(actor: Actor, mandate_id: UUID) -> Mandate:
    row = queries.mandate_of(actor, mandate_id)
    if row is None:
        raise CaseError("cases.help_none")
    return row


def consent_by_code(*, actor: Actor, mandate_id: UUID, code: str) -> bool:
    """The owner told the code that came to the own phone: the consent counts. False for a wrong or late one.

    Tries are counted by the code, the phone and the helper. Raises CaseError.
    """
    with tenancy.acting_as(identity.principal_of(actor)), transaction.atomic():
        row = _waiting(actor, mandate_id)
        if row.given_at is not None:
            return True
        if row.proof == MARK:
            raise CaseError("cases.help_wants_witness")
        # A wrong one is counted, and the count stays: nothing is raised.
        if not identity.check_code(row.owner_phone, _purpose(row), code, _at(actor)):
            return False
        _consent(actor=actor, mandate_id=mandate_id)
        return True


@identity.action("cases.mandate.give")
def _consent(*, actor: Actor, mandate_id: UUID) -> None:
    row = _waiting(actor, mandate_id)
    identity.must(actor, "cases.mandate.ask", mandate_thing(row))
    owner = identity.person_of_phone(row.owner_phone, language=row.language).who
    for one in _give(queries.together(row), owner, clock.now()):
        said = {"by": "code", "until": one.until_at}
        identity.record(actor.helping(owner), mandate_thing(one, _home(one)), after=said)


def _home(row: Mandate) -> UUID | None:
    offering = services.offering(row.offering_id) if row.offering_id else None
    return offering.institution_id if offering is not None else None


def _give(rows: list[Mandate], owner: UUID, now: datetime) -> list[Mandate]:
    natural = identity.natural_people([owner, rows[0].helper_id])
    if natural[owner] == natural[rows[0].helper_id]:
        raise CaseError("cases.help_oneself")
    with tenancy.acting_as(SYSTEM):
        for row in rows:
            row.owner_id, row.given_at, row.until_at = owner, now, now + _life(row.scope, row.kind)
            row.save()
        messages.tell_given(rows)
    return rows


@identity.action("cases.mandate.witness")
def witness_mandate(*, actor: Actor, mandate_id: UUID) -> None:
    """A second officer saw the person put the mark: the consent counts, and may be repudiated for a time.

    Nobody proved whose the phone is, so the owner is a person of their own until then. Raises CaseError.
    """
    row = Mandate.objects.filter(id=mandate_id, institution_id=actor.workplace, proof=MARK).first()
    if row is None:
        raise CaseError("cases.help_none")
    identity.must(actor, "cases.mandate.witness", mandate_thing(row, row.institution_id))
    natural = identity.natural_people([actor.who, row.helper_id])
    if natural[actor.who] == natural[row.helper_id]:
        raise CaseError("cases.help_two_officers")
    now = clock.now()
    guest = identity.new_guest(language=row.language)
    identity.set_person(actor=guest.actor, name=row.owner_name)
    rows = queries.together(row)
    for one in rows:
        one.witness_id, one.witness_name = actor.who, actor.name
        one.repudiable_until = now + timedelta(days=settings.HELP_REPUDIATE_DAYS)
    for one in _give(rows, guest.actor.who, now):
        identity.record(
            actor.helping(guest.actor.who), mandate_thing(one, _home(one)),
            after={"by": "mark", "helper": one.helper_id, "repudiable_until": one.repudiable_until},
        )  # fmt: skip


@identity.action("cases.mandate.end")
def end_mandate(*, actor: Actor, mandate_id: UUID, is_repudiated: bool = False, phone: str = "") -> None:
    """The owner (or, of a mark, the holder of the phone it named) ends it: from now on the helper reads nothing.

    `phone`: the one that it was written from, whose owner gets an answer anyway. Repudiated, within the time for it:
    what was begun under it is thrown away, what was submitted is marked for the office. Ended twice is ended once.
    Raises CaseError.
    """
    with tenancy.acting_as(SYSTEM):
        row = queries.of_owner(actor, phone).select_for_update().filter(id=mandate_id).first()
    if row is None:
        raise CaseError("cases.help_none")
    if row.ended_at is not None and not is_repudiated:
        identity.record(actor, mandate_thing(row, _home(row)), after={"sent_again": True})
        return
    now = clock.now()
    if is_repudiated and (row.repudiable_until is None or now > row.repudiable_until):
        raise CaseError("cases.help_too_late")
    _end(actor, row, Mandate.Why.REPUDIATED if is_repudiated else Mandate.Why.OWNER, answered=phone)


@identity.action("cases.mandate.let_go")
def let_go(*, actor: Actor, mandate_id: UUID) -> None:
    """The helper is done with the person: reads nothing any more, of all that was asked for together.

    Raises CaseError.
    """
    for row in queries.together(_waiting(actor, mandate_id)):
        identity.must(actor, "cases.mandate.ask", mandate_thing(row))
        _end(actor.helping(row.owner_id) if row.owner_id else actor, row, Mandate.Why.HELPER)


def close_with_agreement(actor: Actor, row: Mandate) -> None:
    """Part of ending an agent's agreement, which asked its policy: what the agent's staff have in hand ends with it."""
    _end(actor, row, Mandate.Why.AGREEMENT)


@identity.action("cases.mandate.lapse")
def lapse_mandate(*, actor: Actor, mandate_id: UUID) -> None:
    """The time is over, or nobody consented."""
    row = Mandate.objects.select_for_update().get(id=mandate_id)
    identity.must(actor, "cases.mandate.end", mandate_thing(row))
    _end(actor, row, Mandate.Why.OVER if row.given_at else Mandate.Why.UNANSWERED)


def _end(actor: Actor, row: Mandate, why: str, *, answered: str = "") -> None:
    before = row.ended_why
    row.ended_at, row.ended_by, row.ended_why = row.ended_at or clock.now(), actor.person_id, why
    with tenancy.acting_as(SYSTEM):
        row.save()
        if why == Mandate.Why.REPUDIATED and before != why:
            for draft in Draft.objects.select_for_update().filter(mandate_id=row.id, case_id=None):
                drop_draft(draft)
            for case in Case.objects.filter(mandate_id=row.id):
                effects.write_note(case, SYSTEM_ACTOR, "repudiated", row.helper_name)
        if row.given_at is not None and row.owner_phone != answered:
            messages.tell_ended(row, why)
    identity.record(actor, mandate_thing(row, _home(row)), after={"ended": why})


def to_lapse(now: datetime) -> list[UUID]:
    """Consents whose time is over, and questions that nobody answered within the hour; read as the system."""
    over = Mandate.objects.filter(ended_at=None, until_at__lte=now).values_list("id", flat=True)[:500]
    silent = Mandate.objects.filter(ended_at=None, given_at=None, asked_at__lte=now - timedelta(hours=1))
    return list(dict.fromkeys([*over, *silent.values_list("id", flat=True)[:500]]))
