"""What happens to visits by themselves: reminders, a choice that nobody made, a day off, a case that moved on."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from jumuishi.cases.actions.things import locked
from jumuishi.cases.models import Case, Task
from jumuishi.cases.visits import messages, queries
from jumuishi.cases.visits.models import Visit
from jumuishi.cases.visits.policies import visit_thing
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock


def to_remind(now: datetime, limit: int = 1000) -> list[UUID]:
    """Booked visits within a day of their hour, nobody having been reminded."""
    day = timedelta(days=1)
    rows = Visit.objects.filter(state=Visit.State.BOOKED, reminded_at=None, starts_at__gt=now)
    # Who chose tomorrow's hour a moment ago was told of it in the same moment.
    rows = rows.filter(starts_at__lte=now + day, booked_at__lte=F("starts_at") - day)
    return list(rows.values_list("id", flat=True)[:limit])


def to_lapse(now: datetime, limit: int = 1000) -> list[UUID]:
    """Visits whose time to choose has run out."""
    rows = Visit.objects.filter(state=Visit.State.ASKED, choose_by__lte=now)
    return list(rows.order_by("choose_by").values_list("id", flat=True)[:limit])


def to_end(limit: int = 1000) -> list[UUID]:
    """Open visits whose task is no longer open."""
    waiting = Task.objects.filter(state=Task.State.OPEN).values("id")
    rows = Visit.objects.filter(state__in=queries.OPEN).exclude(task_id__in=waiting)
    return list(rows.values_list("id", flat=True)[:limit])


def _held(actor: Actor, visit_id: UUID) -> tuple[Visit, Case]:
    """The case first, as everywhere."""
    case = locked(Visit.objects.values_list("case_id", flat=True).get(id=visit_id), None)
    visit = Visit.objects.select_for_update().get(id=visit_id)
    identity.must(actor, "cases.visit.tend", visit_thing(visit))
    return visit, case


@identity.action("cases.visit.remind")
def remind(*, actor: Actor, visit_id: UUID) -> None:
    """The day before: where, at what hour, what to bring."""
    visit, case = _held(actor, visit_id)
    if visit.state == Visit.State.BOOKED and visit.reminded_at is None:
        visit.reminded_at = clock.now()
        visit.save(update_fields=["reminded_at"])
        messages.tell_reminder(case, visit, queries.desk_of(visit))
    identity.record(actor, visit_thing(visit), after={"reminded": visit.reminded_at})


@identity.action("cases.visit.lapse")
def lapse(*, actor: Actor, visit_id: UUID) -> None:
    """Nobody chose in time: the wait ends, and whoever asked (or has the task by now) is told, to decide what next."""
    visit, case = _held(actor, visit_id)
    if visit.state == Visit.State.ASKED and visit.choose_by <= clock.now():
        visit.state, visit.closed_at = Visit.State.LAPSED, clock.now()
        visit.save(update_fields=["state", "closed_at"])
        messages.tell_owner(case, visit, _owner(visit))
    identity.record(actor, visit_thing(visit), after={"state": visit.state})


def _owner(visit: Visit) -> UUID:
    task = Task.objects.filter(id=visit.task_id).first()
    return task.assignee_id if task is not None and task.assignee_id is not None else visit.asked_by


@identity.action("cases.visit.end")
def end_with_task(*, actor: Actor, visit_id: UUID) -> None:
    """The task is done or withdrawn: nobody need come any more, and who had an hour is told."""
    visit, case = _held(actor, visit_id)
    if visit.state in queries.OPEN:
        was_booked = visit.state == Visit.State.BOOKED
        visit.state, visit.closed_at = Visit.State.CANCELLED, clock.now()
        visit.save(update_fields=["state", "closed_at"])
        if was_booked:
            messages.tell_cancelled(case, visit)
    identity.record(actor, visit_thing(visit), after={"state": visit.state})


@identity.action("cases.visit.free")
def free_of_holiday(*, actor: Actor, visit_id: UUID) -> None:
    """The day turned out to be a day off: the applicant chooses another, with the time to do so given anew."""
    visit, case = _held(actor, visit_id)
    if visit.state == Visit.State.BOOKED:
        desk = queries.desk_of(visit)
        visit.state, visit.starts_at, visit.seat = Visit.State.ASKED, None, None
        visit.choose_by = clock.now() + timedelta(days=desk.wait_days)
        visit.save()
        messages.tell_moved(case, visit)
    identity.record(actor, visit_thing(visit), after={"state": visit.state})


def booked_on(day: date, institution_id: UUID | None) -> list[UUID]:
    """Booked visits on a day: of one institution, or of the whole country."""
    rows: QuerySet[Visit] = Visit.objects.filter(state=Visit.State.BOOKED)
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    homes = set(rows.values_list("institution_id", flat=True))
    found: list[UUID] = []
    for home in homes:
        zone = ZoneInfo(institutions.working_time(home).zone)
        begin = datetime.combine(day, datetime.min.time(), zone)
        here = rows.filter(institution_id=home, starts_at__gte=begin, starts_at__lt=begin + timedelta(days=1))
        found += here.values_list("id", flat=True)
    return found
