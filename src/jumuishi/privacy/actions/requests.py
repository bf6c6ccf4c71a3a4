"""A request about one's data: asked, answered, appealed, closed by the head; an erasure goes on when the law lets."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jumuishi.identity import public as identity
from jumuishi.identity.holdings import CannotCorrectError, Correctable, Fate, holder, holders
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import plain
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import new_number
from jumuishi.privacy import events, figures, notices
from jumuishi.privacy.models import Request
from jumuishi.privacy.types import Kind, PrivacyError, State

SYSTEM = tenancy.Principal.system()


@dataclass(frozen=True)
class Wrong:
    """An answer that the person says is wrong: which room's, which one, and what is right."""

    room: str
    found: Correctable
    value: str


def thing_of(row: Request) -> Thing:
    """A request as policies and the journal see it."""
    return Thing("privacy_request", row.id, row.institution_id, row.person_id)


def _asked(*, thing_id: UUID, **_: object) -> UUID:
    return thing_id


@identity.action("privacy.request.ask", replay=_asked)
def ask(
    *, actor: Actor, institution_id: UUID, kind: Kind, text: str, wrong: Wrong | None = None, language: str = "sw"
) -> UUID:
    """Ask an institution; its data protection officer owns the request from now on. The request's id."""
    person, now = actor.who, clock.now()
    known = identity.person(person)
    row = Request(
        id=new_id(), institution_id=institution_id, person_id=person, number=new_number(settings.NODE), kind=kind,
        text=text.strip()[:2000], phone=known.phone if known else "", language=language, asked_at=now,
    )  # fmt: skip
    if kind is Kind.CORRECT:
        if wrong is None or not wrong.value.strip():
            raise PrivacyError("privacy.say_right")
        row.room, row.thing_id, row.thing, row.field = (
            wrong.room,
            wrong.found.thing_id,
            wrong.found.thing,
            wrong.found.field,
        )
        row.label, row.was, row.value = dict(wrong.found.label), wrong.found.value[:500], wrong.value.strip()[:500]
    identity.must(actor, "privacy.own", thing_of(row))
    with tenancy.acting_as(SYSTEM):
        row.due_at = figures.due(institution_id, "answer", now)
        row.save(force_insert=True)
        notices.tell_asked(row)
    identity.record(actor, thing_of(row), after={"kind": kind, "number": row.number, "due": row.due_at})
    tell(events.RequestAsked(row.id, institution_id, person, kind))
    return row.id


def _locked(request_id: UUID) -> Request:
    with tenancy.acting_as(SYSTEM):
        return Request.objects.select_for_update().get(id=request_id)


@identity.action("privacy.request.answer")
def answer(*, actor: Actor, request_id: UUID, granted: bool, text: str, late: str = "") -> None:
    """Say yes, and what was asked is done in the same moment; or no, with the reason; `late` says why it is late.

    Raises PrivacyError.
    """
    row = _locked(request_id)
    identity.must(actor, "privacy.guard", thing_of(row))
    _not_own(actor, row)
    if row.state != State.OPEN:
        raise PrivacyError("privacy.answered_already")
    if not text.strip():
        raise PrivacyError("privacy.say_why")
    if row.due_at is not None and row.due_at < clock.now():
        if not late.strip():
            raise PrivacyError("privacy.say_late")
        row.late_reason = late.strip()[:500]
    row.answer, row.answered_at, row.answered_by = text.strip()[:2000], clock.now(), actor.who
    row.state = State.GRANTED if granted else State.REFUSED
    if granted:
        _do(actor, row)
    _keep(row)
    identity.record(
        actor,
        thing_of(row),
        after={"state": row.state, "answer": row.answer, "late": row.late_reason, "fates": row.fates},
    )
    tell(events.RequestAnswered(row.id, row.institution_id, row.person_id, row.state))


@identity.action("privacy.request.appeal")
def appeal(*, actor: Actor, request_id: UUID, text: str) -> None:
    """Not content with a no: the head looks again. Raises PrivacyError."""
    row = _locked(request_id)
    identity.must(actor, "privacy.own", thing_of(row))
    if row.state != State.REFUSED:
        raise PrivacyError("privacy.no_appeal")
    if not text.strip():
        raise PrivacyError("privacy.say_why")
    now = clock.now()
    row.state, row.appeal, row.appealed_at = State.APPEALED, text.strip()[:2000], now
    with tenancy.acting_as(SYSTEM):
        row.appeal_due_at = figures.due(row.institution_id, "answer", now)
        row.save()
    identity.record(actor, thing_of(row), after={"appeal": row.appeal})


@identity.action("privacy.request.close")
def close(*, actor: Actor, request_id: UUID, granted: bool, text: str, late: str = "") -> None:
    """The head's word on an appeal, by another natural person than the one who refused. Raises PrivacyError."""
    row = _locked(request_id)
    identity.must(actor, "privacy.head", thing_of(row))
    _not_own(actor, row)
    if row.state != State.APPEALED:
        raise PrivacyError("privacy.answered_already")
    if row.answered_by is not None and is_same(actor.who, row.answered_by):
        raise PrivacyError("privacy.another_person")
    if not text.strip():
        raise PrivacyError("privacy.say_why")
    if row.appeal_due_at is not None and row.appeal_due_at < clock.now():
        if not late.strip():
            raise PrivacyError("privacy.say_late")
        row.late_reason = late.strip()[:500]
    row.state, row.head_answer, row.upheld = State.CLOSED, text.strip()[:2000], not granted
    row.closed_at, row.closed_by = clock.now(), actor.who
    if granted and row.kind in (Kind.CORRECT, Kind.ERASE):
        # What the officer refused, the officer does now: the request is open to it again, with the head's word.
        row.state, row.closed_by, row.answered_by, row.answered_at = State.OPEN, None, None, None
        row.escalated_at = None
        with tenancy.acting_as(SYSTEM):
            row.due_at = figures.due(row.institution_id, "answer", clock.now())
    _keep(row)
    identity.record(actor, thing_of(row), after={"state": row.state, "upheld": row.upheld, "answer": row.head_answer})
    tell(events.RequestAnswered(row.id, row.institution_id, row.person_id, row.state))


@identity.action("privacy.request.erase_again")
def erase_again(*, actor: Actor, request_id: UUID) -> None:
    """The day has come until which the law kept something of a granted erasure: it goes on by itself."""
    row = _locked(request_id)
    identity.must(actor, "privacy.clock", thing_of(row))
    if row.again_on is not None:
        _erase(actor, row)
        _keep(row)
    identity.record(actor, thing_of(row), after={"fates": row.fates, "again_on": row.again_on})


def is_same(one: UUID, other: UUID) -> bool:
    """Whether two ids are one natural person."""
    people = identity.natural_people([one, other])
    return people.get(one, one) == people.get(other, other)


def _not_own(actor: Actor, row: Request) -> None:
    if is_same(actor.who, row.person_id):
        raise PrivacyError("privacy.own_request")


def _keep(row: Request) -> None:
    with tenancy.acting_as(SYSTEM):
        row.save()
        notices.tell_answered(row)


def _do(actor: Actor, row: Request) -> None:
    if row.kind == Kind.CORRECT:
        room = holder(row.room)
        if room is None or row.thing_id is None:
            raise PrivacyError("privacy.cannot")
        try:
            room.correct(
                actor=actor, person_id=row.person_id, thing_id=row.thing_id, field=row.field, value=row.value,
                reason=f"{row.number}: {row.answer}"[:500],
            )  # fmt: skip
        except CannotCorrectError as error:
            raise PrivacyError(error.code) from error
    elif row.kind == Kind.ERASE:
        _erase(actor, row)


def _erase(actor: Actor, row: Request) -> None:
    """Ask every room; what was erased before stays told, what is still kept is told anew."""
    gone = [one for one in row.fates if one["erased"]]
    now_found = [
        one
        for room in holders()
        for one in room.erase(
            actor=actor, person_id=row.person_id, institution_id=row.institution_id, reason=f"request {row.number}"
        )
    ]
    row.fates = [*gone, *(_fate(one) for one in now_found)]
    waits = [one.keep_until for one in now_found if not one.erased and one.keep_until is not None]
    today = timezone.localtime(clock.now()).date()
    # The day after the last one on which it is kept.
    row.again_on = date.fromordinal(max(min(waits), today).toordinal() + 1) if waits else None


def preview(*, actor: Actor, request_id: UUID) -> list[dict[str, object]]:
    """What an erasure would come to: done as it would be, and undone at once."""
    row = _locked(request_id)
    identity.must(actor, "privacy.guard", thing_of(row))
    with transaction.atomic():
        _erase(actor, row)
        transaction.set_rollback(True)
    return list(row.fates)


def _fate(one: Fate) -> dict[str, object]:
    said = {"kind": one.kind, "thing": one.thing, "erased": one.erased, "reason": dict(one.reason)}
    found: dict[str, object] = plain({**said, "until": one.keep_until})
    return found
