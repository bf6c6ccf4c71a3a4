"""Reads: desks, free hours, a day's list, what waits and who did not come. A desk is read for whoever visits it."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, QuerySet

from jumuishi.cases.types import CaseError, VisitRef
from jumuishi.cases.visits.models import Desk, Visit
from jumuishi.cases.visits.rules import Hours, is_open_to_change, slots
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy

SYSTEM = tenancy.Principal.system()
OPEN = (Visit.State.ASKED, Visit.State.BOOKED)
TAKEN = (Visit.State.BOOKED, Visit.State.CAME, Visit.State.MISSED)


def desks_of(institution_id: UUID, *, only_open: bool = False) -> list[Desk]:
    """An institution's desks by name."""
    rows = Desk.objects.filter(institution_id=institution_id)
    return list((rows.filter(is_open=True) if only_open else rows).order_by("name"))


def desk_of(visit: Visit) -> Desk:
    """The desk of a visit, for officers and for the applicant."""
    with tenancy.acting_as(SYSTEM):
        return Desk.objects.get(institution_id=visit.institution_id, id=visit.desk_id)


def free_hours(desk: Desk, first: date, days: int) -> list[datetime]:
    """The hours from a day on at which the desk has room, as far ahead as it takes visits."""
    work, now = institutions.working_time(desk.institution_id), clock.now()
    today = now.astimezone(ZoneInfo(work.zone)).date()
    last = today + timedelta(days=desk.ahead_days)
    first = max(first, today)
    hours = Hours(desk.minutes, desk.opens, desk.closes)
    found = [
        one
        for one in slots(hours, work, first, max(min(days, (last - first).days + 1), 0))
        if is_open_to_change(one, desk.cutoff_hours, now)
    ]
    if not found:
        return []
    with tenancy.acting_as(SYSTEM):
        rows = Visit.objects.filter(institution_id=desk.institution_id, desk_id=desk.id, state__in=TAKEN)
        taken = Counter(rows.filter(starts_at__range=(found[0], found[-1])).values_list("starts_at", flat=True))
    return [one for one in found if taken[one] < desk.capacity]


def visits_of_case(case_id: UUID) -> list[Visit]:
    """A case's visits, the newest first, as far as the principal may see them."""
    return list(Visit.objects.filter(case_id=case_id).order_by("-asked_at"))


def visit_for(visit_id: UUID) -> Visit:
    """A visit that the principal may see; raises CaseError."""
    found = Visit.objects.filter(id=visit_id).first()
    if found is None:
        raise CaseError("cases.visit_gone")
    return found


def day_list(actor: Actor, begin: datetime, end: datetime) -> QuerySet[Visit]:
    """The visits of a day at the actor's institution, by hour and desk."""
    rows = Visit.objects.filter(institution_id=actor.workplace, state__in=TAKEN)
    return rows.filter(starts_at__gte=begin, starts_at__lt=end).order_by("starts_at", "desk_id", "seat")


def waiting(actor: Actor) -> QuerySet[Visit]:
    """Visits that were asked for and not chosen yet, by what ends first."""
    rows = Visit.objects.filter(institution_id=actor.workplace, state=Visit.State.ASKED)
    return rows.order_by("choose_by", "id")


def figures(institution_id: UUID, since: datetime) -> dict[UUID, dict[str, Any]]:
    """By desk: who came, who did not, whose time to choose ran out since then; how many wait now and since when."""
    closed = Q(closed_at__gte=since)
    rows = Visit.objects.filter(institution_id=institution_id).values("desk_id")
    found = rows.annotate(
        came=Count("id", filter=closed & Q(state=Visit.State.CAME)),
        missed=Count("id", filter=closed & Q(state=Visit.State.MISSED)),
        lapsed=Count("id", filter=closed & Q(state=Visit.State.LAPSED)),
        waiting=Count("id", filter=Q(state=Visit.State.ASKED)),
        oldest=Min("asked_at", filter=Q(state=Visit.State.ASKED)),
    )
    return {one["desk_id"]: dict(one) for one in found}


def refs_of_case(case_id: UUID) -> list[VisitRef]:
    """A case's visits for doors that stand above, the newest first, as far as the principal may see them."""
    found = []
    for one in visits_of_case(case_id):
        desk = desk_of(one)
        found.append(
            VisitRef(one.id, one.case_id, desk.kind, desk.place, one.what, one.state, one.starts_at, one.choose_by)
        )
    return found


def hours_of_visit(visit_id: UUID, first: date, days: int) -> list[datetime]:
    """The hours that may be chosen for a visit in the days from one on. Raises CaseError when it is not there."""
    return free_hours(desk_of(visit_for(visit_id)), first, days)
