"""A breach: recorded by one person, its circle gathered, released by another; then, and only then, people are told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings

from jumuishi.identity import public as identity
from jumuishi.identity.holdings import Circle, Touched, holders
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, jobs, tenancy
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import group, new_number
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging
from jumuishi.privacy import events, figures, options
from jumuishi.privacy.actions.requests import is_same
from jumuishi.privacy.models import Breach, Notice
from jumuishi.privacy.types import BreachState, PrivacyError

SYSTEM = tenancy.Principal.system()
GATHER, SEND = "privacy.breach.gather", "privacy.breach.send"


@dataclass(frozen=True)
class Report:
    """What the officer writes down: what happened, which data, likely harm, what was done and is to do."""

    title: str
    what: str
    data: str
    harm: str
    done: str
    known_at: datetime
    happened_at: datetime | None = None
    advice: str = ""
    circle: Circle = field(default_factory=Circle)


def thing_of(row: Breach) -> Thing:
    """A breach as policies and the journal see it."""
    return Thing("privacy_breach", row.id, row.institution_id)


def _recorded(*, thing_id: UUID, **_: object) -> UUID:
    return thing_id


@identity.action("privacy.breach.record", replay=_recorded)
def record_breach(*, actor: Actor, report: Report) -> UUID:
    """Write a breach down; its clock runs from when it was known. Whom it touches is gathered in the background."""
    now, home = clock.now(), actor.workplace
    row = Breach(
        id=new_id(), institution_id=home, number=new_number(settings.NODE), title=report.title[:120],
        what=report.what, data=report.data, harm=report.harm, done=report.done, advice=report.advice[:300],
        happened_at=report.happened_at, known_at=report.known_at, circle=_circle_data(report.circle),
        recorded_at=now, recorded_by=actor.who,
    )  # fmt: skip
    identity.must(actor, "privacy.guard", thing_of(row))
    if report.known_at > now or (report.happened_at or report.known_at) > report.known_at:
        raise PrivacyError("privacy.known_later")
    row.due_at = figures.due(home, "breach", report.known_at)
    with tenancy.acting_as(SYSTEM):
        row.save(force_insert=True)
        jobs.later_by_name(GATHER, breach_id=str(row.id))
    identity.record(actor, thing_of(row), after={"number": row.number, "title": row.title, "due": row.due_at})
    return row.id


def _circle_data(circle: Circle) -> dict[str, Any]:
    return {
        "service": circle.service,
        "since": circle.since.isoformat() if circle.since else "",
        "until": circle.until.isoformat() if circle.until else "",
        "references": list(circle.references),
    }


def circle_of(row: Breach) -> Circle:
    """Whom a breach touches, as it was written down."""
    said = row.circle
    since, until = (datetime.fromisoformat(said[one]) if said.get(one) else None for one in ("since", "until"))
    return Circle(said.get("service", ""), since, until, tuple(said.get("references", ())))


def _locked(breach_id: UUID) -> Breach:
    with tenancy.acting_as(SYSTEM):
        return Breach.objects.select_for_update().get(id=breach_id)


@identity.action("privacy.breach.gather")
def gather(*, actor: Actor, breach_id: UUID) -> None:
    """Write down each person of the circle once, in batches; done again it finds the same."""
    row = _locked(breach_id)
    identity.must(actor, "privacy.clock", thing_of(row))
    if row.gathered_at is None:
        people = (one for room in holders() for one in room.touched(row.institution_id, circle_of(row)))
        while batch := list(islice(people, 1000)):
            Notice.objects.bulk_create(_notices(row, batch), ignore_conflicts=True)
        row.touched, row.gathered_at = Notice.objects.filter(breach=row).count(), clock.now()
        row.save(update_fields=["touched", "gathered_at"])
    identity.record(actor, thing_of(row), after={"touched": row.touched})


def _notices(row: Breach, people: list[Touched]) -> Iterator[Notice]:
    known = identity.people(one.person_id for one in people)
    for one in people:
        found = known.get(one.person_id)
        yield Notice(
            id=new_id(), institution_id=row.institution_id, person_id=one.person_id, breach=row,
            phone=(found.phone if found else "") or one.phone, reference=one.reference, language=one.language,
        )  # fmt: skip


@identity.action("privacy.breach.release")
def release(*, actor: Actor, breach_id: UUID) -> None:
    """Let the notices go out: another natural person than the one who wrote it down. Raises PrivacyError."""
    row = _locked(breach_id)
    identity.must(actor, "privacy.desk", thing_of(row))
    if is_same(actor.who, row.recorded_by):
        raise PrivacyError("privacy.another_releases")
    if row.gathered_at is None:
        raise PrivacyError("privacy.still_gathering")
    if row.state == BreachState.RECORDED:
        row.state, row.released_at, row.released_by = BreachState.RELEASED, clock.now(), actor.who
        with tenancy.acting_as(SYSTEM):
            row.save(update_fields=["state", "released_at", "released_by"])
            jobs.later_by_name(SEND, breach_id=str(row.id), lock=f"{SEND}:{row.id}")
        tell(events.BreachReleased(row.id, row.institution_id))
    identity.record(actor, thing_of(row), after={"state": row.state, "touched": row.touched})


@identity.action("privacy.breach.send")
def send_notices(*, actor: Actor, breach_id: UUID) -> None:
    """Tell the next batch by SMS, or note that only a letter reaches them; the rest follows, within the day's cap."""
    row = _locked(breach_id)
    identity.must(actor, "privacy.clock", thing_of(row))
    if row.state != BreachState.RELEASED:
        raise PrivacyError("privacy.not_released")
    now = clock.now()
    sent = Notice.objects.filter(
        institution_id=row.institution_id, way="sms", told_at__gt=now - timedelta(days=1)
    ).count()
    left = max(0, options.notices_a_day() - sent)
    waiting = Notice.objects.filter(breach=row, told_at=None)
    batch = list(waiting.order_by("id")[: min(options.notices_a_batch(), left)])
    for one in batch:
        _tell(row, one, now)
    if waiting.exists():
        later = now if batch and len(batch) < left else now + timedelta(hours=1)
        jobs.later_by_name(SEND, breach_id=str(row.id), schedule_at=later, lock=f"{SEND}:{row.id}")
    identity.record(actor, thing_of(row), after={"told": len(batch)})


def _tell(row: Breach, one: Notice, now: datetime) -> None:
    one.told_at, one.way = now, "sms" if one.phone else "letter"
    one.save(update_fields=["told_at", "way"])
    if one.phone:
        messaging.send_sms(
            institution_id=row.institution_id,
            person_id=one.person_id,
            to=one.phone,
            text=t("privacy.sms_breach", one.language, number=group(row.number)),
            purpose="privacy.breach",
            idempotency_key=str(one.id),
        )


@identity.action("privacy.breach.commission")
def note_commission(*, actor: Actor, breach_id: UUID) -> None:
    """The notice was handed to the commission now; said again it stays as it was."""
    row = _locked(breach_id)
    identity.must(actor, "privacy.guard", thing_of(row))
    if row.commission_at is None:
        row.commission_at = clock.now()
        with tenancy.acting_as(SYSTEM):
            row.save(update_fields=["commission_at"])
    identity.record(actor, thing_of(row), after={"commission_at": row.commission_at})


@identity.action("privacy.notice.see")
def see_notice(*, actor: Actor, notice_id: UUID) -> None:
    """The person opened what they were told; the first time counts."""
    with tenancy.acting_as(SYSTEM):
        one = Notice.objects.select_for_update().get(id=notice_id)
    thing = Thing("privacy_notice", one.id, one.institution_id, one.person_id)
    identity.must(actor, "privacy.own", thing)
    if one.seen_at is None:
        one.seen_at = clock.now()
        with tenancy.acting_as(SYSTEM):
            one.save(update_fields=["seen_at"])
    identity.record(actor, thing, after={"seen_at": one.seen_at})
