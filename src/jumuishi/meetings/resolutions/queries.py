"""Reads: duties of an institution and of a person, what an institution asked of others, public progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.meetings.models import Duty, Resolution, Step
from jumuishi.meetings.resolutions.doing import OPEN
from jumuishi.meetings.resolutions.policies import HEADS

PAGE = 25
VIEWS = ("mine", "home", "asked")
STATES = ("open", "late", "reported", "done")


@dataclass(frozen=True)
class Wanted:
    """What a list shows."""

    view: str = "mine"
    state: str = "open"


def duties(actor: Actor, wanted: Wanted) -> QuerySet[Duty]:
    """Duties in a view, overdue first and then by day."""
    rows = _seen(actor, wanted.view)
    today = institutions.today()
    late = Q(state__in=OPEN, due_on__lt=today)
    filters = {
        "open": ~Q(state=Duty.State.ACCEPTED),
        "late": late,
        "reported": Q(state=Duty.State.REPORTED),
        "done": Q(state=Duty.State.ACCEPTED),
    }
    first = Case(When(late, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = rows.filter(filters[wanted.state]).select_related("resolution__body")
    return rows.annotate(first=first).order_by("first", "due_on", "id")


def _seen(actor: Actor, view: str) -> QuerySet[Duty]:
    home = actor.workplace
    if view == "asked":
        return Duty.objects.filter(asked_by=home)
    rows = Duty.objects.filter(institution_id=home)
    if view == "home":
        return rows
    units = {one.unit_id for one in institutions.people_in(home) if one.person_id == actor.who and one.unit_id}
    mine = Q(person_id=actor.who) | Q(unit_id__in=units)
    return rows.filter(mine | Q(person_id=None, unit_id=None) if actor.has(*HEADS) else mine)


def counts(actor: Actor, view: str) -> dict[str, int]:
    """How many are open, late, reported, done in a view; one query."""
    today = institutions.today()
    found = _seen(actor, view).aggregate(
        open=Count("id", filter=~Q(state=Duty.State.ACCEPTED)),
        late=Count("id", filter=Q(state__in=OPEN, due_on__lt=today)),
        reported=Count("id", filter=Q(state=Duty.State.REPORTED)),
        done=Count("id", filter=Q(state=Duty.State.ACCEPTED)),
    )
    return {key: int(value) for key, value in found.items()}


def duty_for(actor: Actor, duty_id: UUID) -> Duty | None:
    """A duty of the actor's institution, or one that it asked for."""
    rows = Duty.objects.filter(Q(institution_id=actor.workplace) | Q(asked_by=actor.workplace), id=duty_id)
    return rows.select_related("resolution__body", "resolution__meeting").first()


def steps_of(duty: Duty) -> list[Step]:
    """What was done about it, oldest first."""
    return list(Step.objects.filter(duty=duty).order_by("at", "id"))


def public_of(body_id: UUID) -> QuerySet[Resolution]:
    """A body's public resolutions that the principal sees, the newest first, with how many duties are done."""
    rows = Resolution.objects.filter(body_id=body_id, is_public=True)
    done = Count("duties", filter=Q(duties__state=Duty.State.ACCEPTED))
    return rows.annotate(n=Count("duties"), n_done=done).order_by("-year", "-number", "-id")


def progress_of(resolution: Resolution) -> QuerySet[Duty]:
    """Each institution's part in it, by its day."""
    return Duty.objects.filter(resolution=resolution).order_by("state", "due_on", "id")


def owners(duties_: Sequence[Duty], lang: str) -> dict[UUID, str]:
    """Whose each duty is, by the duty's id: the unit, the person, or the institution's head."""
    homes = institutions.institutions({one.institution_id for one in duties_})
    units: dict[UUID, str] = {}
    people: dict[UUID, str] = {}
    for home in {one.institution_id for one in duties_ if one.unit_id or one.person_id}:
        units |= {key: name[lang] for key, name in institutions.units_of(home)}
        people |= {one.person_id: one.name for one in institutions.people_in(home)}
    found = {}
    for one in duties_:
        home_name = homes[one.institution_id].name[lang] if one.institution_id in homes else ""
        inside = units.get(one.unit_id, "") if one.unit_id else people.get(one.person_id, "") if one.person_id else ""
        found[one.id] = f"{inside}, {home_name}" if inside else home_name
    return found
