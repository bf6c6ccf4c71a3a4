"""The verbs of visits: keep a desk, ask for a visit, choose and change its hour, write down who came."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from jumuishi.cases import effects
from jumuishi.cases.actions.deciding import held
from jumuishi.cases.actions.things import case_thing, locked
from jumuishi.cases.models import Case, Task
from jumuishi.cases.policies import HEADS
from jumuishi.cases.types import CaseError
from jumuishi.cases.visits import messages, queries
from jumuishi.cases.visits.models import Desk, Visit
from jumuishi.cases.visits.policies import desk_thing, visit_thing
from jumuishi.cases.visits.queries import SYSTEM
from jumuishi.cases.visits.rules import is_open_to_change
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id


@identity.action("cases.desk.keep")
def keep_desk(*, actor: Actor, desk_id: UUID | None, given: Mapping[str, Any]) -> UUID:
    """Open a desk or change it; visits that are booked stay as they are. Raises CaseError for a name that is taken."""
    desk = Desk(id=new_id(), institution_id=actor.workplace)
    if desk_id is not None:
        found = Desk.objects.filter(id=desk_id, institution_id=actor.workplace).first()
        if found is None:
            raise NotAllowedError("cases.desk.keep")
        desk = found
    identity.must(actor, "cases.desk.keep", desk_thing(desk))
    before = {name: getattr(desk, name) for name in given} if desk_id is not None else None
    for name, value in given.items():
        setattr(desk, name, value)
    if Desk.objects.filter(institution_id=actor.workplace, name=desk.name).exclude(id=desk.id).exists():
        raise CaseError("cases.visit_name_taken")
    desk.save()
    identity.record(actor, desk_thing(desk), before=before, after=dict(given))
    return desk.id


@identity.action("cases.visit.ask")
def ask_visit(*, actor: Actor, task_id: UUID, desk_id: UUID, what: str) -> UUID:
    """Ask the applicant to choose an hour; asked twice for one task it is the same visit. The clocks run on."""
    task, case = held(actor, task_id)
    if task.state != Task.State.OPEN:
        raise CaseError("cases.stale")
    if not actor.has(task.role, *HEADS):
        raise CaseError("cases.not_of_role")
    desk = Desk.objects.filter(id=desk_id, institution_id=actor.workplace, is_open=True).first()
    if desk is None:
        raise CaseError("cases.visit_choose_desk")
    if not what.strip():
        raise CaseError("cases.visit_what_missing")
    before = Visit.objects.filter(institution_id=actor.workplace, task_id=task.id, state__in=queries.OPEN).first()
    if before is not None:
        identity.record(actor, visit_thing(before), after={"sent_again": "ask"})
        return before.id
    now = clock.now()
    visit = Visit(
        institution_id=actor.workplace, person_id=case.person_id, case_id=case.id, task_id=task.id, desk_id=desk.id,
        what=what.strip()[:300], choose_by=now + timedelta(days=desk.wait_days), asked_by=actor.who, asked_at=now,
    )  # fmt: skip
    with tenancy.acting_as(SYSTEM):
        visit.save(force_insert=True)
        effects.write_note(case, actor, "visit", visit.what, role=task.role)
        messages.tell_asked(case, visit, desk)
    identity.record(actor, visit_thing(visit), after={"case": case.id, "desk": desk.id, "choose_by": visit.choose_by})
    return visit.id


def _held(actor: Actor, visit_id: UUID, verb: str) -> tuple[Visit, Case, Desk]:
    """The visit for changing, its case locked first; raises NotAllowedError for whoever may not see it."""
    seen = Visit.objects.filter(id=visit_id).first()
    if seen is None:
        raise NotAllowedError(verb)
    identity.must(actor, verb, visit_thing(seen))
    case = locked(seen.case_id, None)
    with tenancy.acting_as(SYSTEM):
        visit = Visit.objects.select_for_update().get(id=visit_id)
    return visit, case, queries.desk_of(visit)


def _check_in_time(actor: Actor, visit: Visit, desk: Desk) -> None:
    """An applicant changes until the cut-off; an officer, who can talk to both sides, until it begins."""
    hours = desk.cutoff_hours if actor.kind is ActorKind.PERSON else 0
    if visit.starts_at is not None and not is_open_to_change(visit.starts_at, hours, clock.now()):
        raise CaseError("cases.visit_too_late")


@identity.action("cases.visit.book")
def book_visit(*, actor: Actor, visit_id: UUID, starts_at: datetime) -> None:
    """Choose the hour, or another one; the same again is once. Raises CaseError when it is full or too late."""
    visit, case, desk = _held(actor, visit_id, "cases.visit.book")
    if visit.state == Visit.State.BOOKED and visit.starts_at == starts_at:
        identity.record(actor, visit_thing(visit), after={"sent_again": "book"})
        return
    if visit.state not in queries.OPEN:
        raise CaseError("cases.visit_gone")
    if visit.state == Visit.State.BOOKED:
        _check_in_time(actor, visit, desk)
    zone = ZoneInfo(institutions.working_time(visit.institution_id).zone)
    if starts_at not in queries.free_hours(desk, starts_at.astimezone(zone).date(), 1):
        raise CaseError("cases.visit_full")
    before = visit.starts_at
    with tenancy.acting_as(SYSTEM):
        _take_seat(visit, desk, starts_at)
        messages.tell_booked(case, visit, desk)
    identity.record(actor, visit_thing(visit), before={"at": before}, after={"at": starts_at, "seat": visit.seat})


def _take_seat(visit: Visit, desk: Desk, starts_at: datetime) -> None:
    """The first seat that is free; the database decides between two who want the same one."""
    visit.state, visit.starts_at, visit.booked_at, visit.reminded_at = (
        Visit.State.BOOKED, starts_at, clock.now(), None,
    )  # fmt: skip
    rows = Visit.objects.filter(institution_id=desk.institution_id, desk_id=desk.id, starts_at=starts_at)
    taken = set(rows.filter(state__in=queries.TAKEN).exclude(id=visit.id).values_list("seat", flat=True))
    for seat in (one for one in range(desk.capacity) if one not in taken):
        visit.seat = seat
        try:
            with transaction.atomic():
                visit.save()
        except IntegrityError:
            continue
        return
    raise CaseError("cases.visit_full")


@identity.action("cases.visit.cancel")
def cancel_visit(*, actor: Actor, visit_id: UUID, reason: str = "") -> None:
    """The applicant gives the hour back, to choose another; an officer ends the visit, saying why."""
    visit, case, desk = _held(actor, visit_id, "cases.visit.book")
    is_officer = actor.kind is not ActorKind.PERSON
    if visit.state not in queries.OPEN:
        identity.record(actor, visit_thing(visit), after={"sent_again": "cancel"})
        return
    if is_officer and not reason.strip():
        raise CaseError("cases.reason_missing")
    _check_in_time(actor, visit, desk)
    before = visit.starts_at
    with tenancy.acting_as(SYSTEM):
        if is_officer:
            visit.state, visit.why, visit.closed_at = Visit.State.CANCELLED, reason.strip()[:300], clock.now()
            messages.tell_cancelled(case, visit)
        elif visit.state == Visit.State.BOOKED:
            visit.state, visit.starts_at, visit.seat = Visit.State.ASKED, None, None
            # A day to choose anew, but giving back again and again does not make the wait endless.
            last = visit.asked_at + timedelta(days=2 * desk.wait_days)
            visit.choose_by = max(visit.choose_by, min(clock.now() + timedelta(days=1), last))
        visit.save()
    identity.record(actor, visit_thing(visit), before={"at": before}, after={"state": visit.state, "why": visit.why})


@identity.action("cases.visit.close")
def close_visit(*, actor: Actor, visit_id: UUID, came: bool, note: str = "") -> None:
    """Write down whether they came, once it has begun; whoever did not is told, and may be asked again."""
    visit, case, _ = _held(actor, visit_id, "cases.visit.keep")
    state = Visit.State.CAME if came else Visit.State.MISSED
    if visit.state == state:
        identity.record(actor, visit_thing(visit), after={"sent_again": state})
        return
    if visit.state not in queries.TAKEN or visit.starts_at is None:
        raise CaseError("cases.visit_gone")
    if visit.starts_at > clock.now():
        raise CaseError("cases.visit_not_yet")
    before = visit.state
    with tenancy.acting_as(SYSTEM):
        visit.state, visit.why, visit.closed_at = state, note.strip()[:300], clock.now()
        visit.save()
        if not came:
            messages.tell_missed(case, visit)
    identity.record(actor, visit_thing(visit), before={"state": before}, after={"state": state, "note": visit.why})
    identity.record(actor, case_thing(case), after={"visit": visit.id, "state": state})
