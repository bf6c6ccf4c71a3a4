"""Reads: institutions, places, who works where, when an institution works. Bulk first."""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from jumuishi.identity.appointments import AppointmentRef
from jumuishi.institutions import rules
from jumuishi.institutions.models import Appointment, Delegation, Holiday, Institution, Place, Unit
from jumuishi.institutions.types import DATA_ROLE, Colleague, HolidayRef, InstitutionRef, PlaceRef, Team
from jumuishi.kernel import clock, seldom, tenancy
from jumuishi.kernel.statements import Often
from jumuishi.kernel.text import fold
from jumuishi.kernel.worktime import WorkingTime


def _ref(row: Institution) -> InstitutionRef:
    return InstitutionRef(
        row.id, row.kind, row.slug, row.name, row.domain, row.state, row.is_authority, tuple(row.looks_like)
    )


def institutions(ids: Iterable[UUID]) -> dict[UUID, InstitutionRef]:
    """Institutions by id, one query."""
    return _institutions(frozenset(ids))


@seldom.kept
def _institutions(ids: frozenset[UUID]) -> dict[UUID, InstitutionRef]:
    return {row.id: _ref(row) for row in Institution.objects.filter(id__in=ids)}


def institution(institution_id: UUID) -> InstitutionRef | None:
    """One institution."""
    return institutions([institution_id]).get(institution_id)


def institution_by_slug(slug: str) -> InstitutionRef | None:
    """An approved institution by the name in its address."""
    row = Institution.objects.filter(slug=slug, state=Institution.State.APPROVED).first()
    return _ref(row) if row else None


@seldom.kept
def approved(*, kind: str | None = None, text: str = "") -> list[InstitutionRef]:
    """Approved institutions by name, of one kind or all, searched."""
    rows = approved_rows(text)
    return [_ref(row) for row in (rows.filter(kind=kind) if kind else rows)]


def approved_rows(text: str = "") -> QuerySet[Institution]:
    """Approved institutions by name, as a query to page over."""
    rows = Institution.objects.filter(state=Institution.State.APPROVED)
    for word in fold(text).split()[:4]:
        rows = rows.filter(folded__contains=word)
    return rows.order_by("folded")


def may_collect_money(institution_id: UUID) -> bool:
    """Nobody collects before the authority has let it in."""
    return Institution.objects.filter(id=institution_id, state=Institution.State.APPROVED).exists()


def authority() -> UUID | None:
    """The institution that lets others in; None before there is one."""
    return Institution.objects.filter(is_authority=True).values_list("id", flat=True).first()


def holidays_of(institution_id: UUID) -> list[HolidayRef]:
    """The country's and the institution's days off, in order."""
    rows = Holiday.objects.filter(Q(institution_id=institution_id) | Q(institution_id=None)).order_by("day")
    return [HolidayRef(row.day, row.name, row.source, row.institution_id is None) for row in rows]


_WORKS = Often(
    "SELECT hours::text, ARRAY(SELECT day FROM institutions_holiday WHERE institution_id = %(id)s "
    "OR institution_id IS NULL) FROM institutions_institution WHERE id = %(id)s"
)


@seldom.kept
def working_time(institution_id: UUID) -> WorkingTime:
    """When an institution works: one query, written out because every clock and nearly every page asks it."""
    with connection.cursor() as cursor:
        cursor.execute(_WORKS, {"id": institution_id})
        row = cursor.fetchone()
    hours, closed = row if row is not None else ("{}", [])
    return rules.week(json.loads(hours or "{}") or {}, closed, settings.TIME_ZONE)


def today() -> date:
    """The day on the country's own calendar."""
    return timezone.localdate(clock.now())


def _held(day: date) -> QuerySet[Appointment]:
    return Appointment.objects.filter(from_on__lte=day).filter(Q(until_on=None) | Q(until_on__gte=day))


def people_in(institution_id: UUID) -> list[Colleague]:
    """Who works there today, with the roles of their own posts."""
    rows = _held(today()).filter(institution_id=institution_id).order_by("person_name")
    return [Colleague(r.id, r.person_id, r.person_name, r.title, frozenset(r.roles), r.unit_id) for r in rows]


def role_holders(institution_id: UUID, role: str) -> list[UUID]:
    """The natural persons who may act in a role there today, by delegation too."""
    found = [one.person_id for one in people_in(institution_id) if role in one.roles]
    day = today()
    lent = Delegation.objects.filter(institution_id=institution_id, from_on__lte=day, until_on__gte=day)
    here = {one.person_id for one in people_in(institution_id)}
    own = set(found)
    found += [one.to_person for one in lent if role in one.roles and one.from_person in own and one.to_person in here]
    return list(dict.fromkeys(found))


def members_on(institution_id: UUID, role: str, day: date) -> dict[UUID, str]:
    """Who held a role in a post of its own on a day, by name: a seat in a committee is not lent."""
    rows = _held(day).filter(institution_id=institution_id, roles__contains=[role]).order_by("person_name")
    return dict(rows.values_list("person_id", "person_name"))


def data_role(institution_id: UUID) -> str:
    """The role that answers for personal data there: the data protection officer's, the head's while nobody is one."""
    return DATA_ROLE if role_holders(institution_id, DATA_ROLE) else "head"


def post_titles(ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """What posts are called, of whatever institution: read as the system, for telling a person who looked."""
    with tenancy.acting_as(tenancy.Principal.system()):
        return dict(Appointment.objects.filter(id__in=list(ids)).values_list("id", "title"))


def lender_of(institution_id: UUID, person_id: UUID, role: str) -> UUID | None:
    """Who lent a role to a person there; None for a role of the person's own, and for one that nobody lent."""
    holders = {one.person_id for one in people_in(institution_id) if role in one.roles}
    if person_id in holders:
        return None
    day = today()
    lent = Delegation.objects.filter(
        institution_id=institution_id, to_person=person_id, from_on__lte=day, until_on__gte=day
    ).order_by("created_at")
    return next((one.from_person for one in lent if role in one.roles and one.from_person in holders), None)


def team_of(institution_id: UUID, person_id: UUID) -> Team | None:
    """The colleagues of a person's units and of the units below them; None for somebody who is in no unit."""
    posts = [one for one in people_in(institution_id) if one.unit_id is not None]
    units = {one.unit_id for one in posts if one.person_id == person_id}
    if not units:
        return None
    below = list(Unit.objects.filter(institution_id=institution_id).values_list("id", "parent_id"))
    while more := {unit for unit, parent in below if parent in units and unit not in units}:
        units |= more
    team = [one for one in posts if one.unit_id in units]
    return Team(frozenset(one.person_id for one in team), frozenset(role for one in team for role in one.roles))


def role_counts(institution_id: UUID) -> dict[str, int]:
    """How many natural persons hold each role in posts of their own."""
    held: dict[str, set[UUID]] = {}
    for one in people_in(institution_id):
        for role in one.roles:
            held.setdefault(role, set()).add(one.person_id)
    return {role: len(people) for role, people in held.items()}


def _lent_to(person_id: UUID, day: date) -> list[tuple[UUID, set[str]]]:
    """(institution, roles) lent to a person, as far as the lender still holds them: a post that ended lends nothing."""
    lent = list(Delegation.objects.filter(to_person=person_id, from_on__lte=day, until_on__gte=day))
    held: dict[tuple[UUID, UUID], set[str]] = {}
    for post in _held(day).filter(person_id__in=[one.from_person for one in lent]):
        held.setdefault((post.institution_id, post.person_id), set()).update(post.roles)
    return [
        (one.institution_id, set(one.roles) & held.get((one.institution_id, one.from_person), set())) for one in lent
    ]


def attendance(institution_id: UUID) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Who works there today and has lent no role away; and who ever did and is away or gone."""
    day = today()
    rows = Appointment.objects.filter(institution_id=institution_id).values_list("person_id", "from_on", "until_on")
    spans = list(rows)
    here = {person for person, begins, ends in spans if begins <= day and (ends is None or ends >= day)}
    lent = Delegation.objects.filter(institution_id=institution_id, from_on__lte=day, until_on__gte=day)
    present = frozenset(here.difference(lent.values_list("from_person", flat=True)))
    return present, frozenset(person for person, _, _ in spans) - present


def lenders_of(institution_id: UUID, person_id: UUID) -> dict[UUID, frozenset[str]]:
    """Who lent which roles to a person there, for today: what lies with them is the person's to do."""
    here, day = {one.person_id: one.roles for one in people_in(institution_id)}, today()
    found: dict[UUID, frozenset[str]] = {}
    for one in Delegation.objects.filter(
        institution_id=institution_id, to_person=person_id, from_on__lte=day, until_on__gte=day
    ):
        roles = frozenset(one.roles) & here.get(one.from_person, frozenset())
        found[one.from_person] = found.get(one.from_person, frozenset()) | roles
    return found


def own_roles(institution_id: UUID, person_id: UUID) -> set[str]:
    """The roles of a person's own posts there, without what others lent."""
    return {role for one in people_in(institution_id) if one.person_id == person_id for role in one.roles}


def staff_rows(institution_id: UUID, text: str = "") -> QuerySet[Appointment]:
    """Posts that have not ended (those that begin later too), by name, as a query to page over."""
    rows = Appointment.objects.filter(institution_id=institution_id).filter(Q(until_on=None) | Q(until_on__gte=today()))
    for word in text.split()[:4]:
        rows = rows.filter(person_name__icontains=word)
    return rows.order_by("person_name", "id")


def delegations_in(institution_id: UUID, person_id: UUID | None = None) -> list[Delegation]:
    """What is lent or will be, by the last day; of one person (lender or borrower) or everybody there."""
    rows = Delegation.objects.filter(institution_id=institution_id, until_on__gte=today())
    if person_id is not None:
        rows = rows.filter(Q(from_person=person_id) | Q(to_person=person_id))
    return list(rows.order_by("until_on", "id")[:200])


def units_of(institution_id: UUID) -> list[tuple[UUID, dict[str, str]]]:
    """An institution's units, id and name, each after the one that it lies in."""
    return [(unit.id, unit.name) for unit, _ in unit_tree(institution_id)]


def unit_tree(institution_id: UUID) -> list[tuple[Unit, int]]:
    """An institution's units in the order of the tree, with how deep each lies."""
    within: dict[UUID | None, list[Unit]] = {}
    for unit in Unit.objects.filter(institution_id=institution_id).order_by("id"):
        within.setdefault(unit.parent_id, []).append(unit)
    found: list[tuple[Unit, int]] = []
    waiting = [(unit, 0) for unit in reversed(within.pop(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        found.append((unit, depth))
        waiting += [(one, depth + 1) for one in reversed(within.pop(unit.id, []))]
    return found


def register_rows(state: str, text: str = "") -> QuerySet[Institution]:
    """Institutions of a state for the authority: those that wait oldest first, the others by name."""
    rows = Institution.objects.filter(state=state)
    for word in fold(text).split()[:4]:
        rows = rows.filter(folded__contains=word)
    return rows.order_by(*(("asked_at", "id") if state == Institution.State.ASKED else ("folded", "id")))


def asked_one(institution_id: UUID) -> Institution | None:
    """A request to join, for whoever showed its follow-up code: read as the system."""
    with tenancy.acting_as(tenancy.Principal.system()):
        return Institution.objects.filter(id=institution_id).first()


class Provider:
    """Where a person works, for identity."""

    def appointments_of(self, person_id: UUID) -> list[AppointmentRef]:
        """Posts held today in approved institutions; roles lent by colleagues are included."""
        day = today()
        rows = list(_held(day).filter(person_id=person_id).order_by("created_at"))
        homes = {
            row.id: row
            for row in Institution.objects.filter(
                id__in=[row.institution_id for row in rows], state=Institution.State.APPROVED
            )
        }
        lent = _lent_to(person_id, day)
        return [
            AppointmentRef(
                id=row.id,
                institution_id=row.institution_id,
                institution_name=homes[row.institution_id].name["sw"],
                institution_kind=homes[row.institution_id].kind,
                roles=frozenset(row.roles).union(*(roles for home, roles in lent if home == row.institution_id)),
                title=row.title["sw"],
                is_authority=homes[row.institution_id].is_authority,
            )
            for row in rows
            if row.institution_id in homes
        ]


@lru_cache(maxsize=4096)
def _place(code: str) -> PlaceRef | None:
    row = Place.objects.filter(code=code).first()
    return PlaceRef(row.code, row.name, row.level, row.region, row.district, row.ward) if row else None


def place(code: str) -> PlaceRef | None:
    """A place by its code; kept in memory, for a place's names change by an import and a restart."""
    found = _place(code)
    if found is None:
        _place.cache_clear()
    return found


@lru_cache(maxsize=4096)
def places_within(level: str, *, region: str = "", district: str = "", ward: str = "") -> tuple[PlaceRef, ...]:
    """The places of a level that lie within a region, a district, a ward (by name), by name; kept as place() is."""
    around = {key: name for key, name in (("region", region), ("district", district), ("ward", ward)) if name}
    rows = Place.objects.filter(level=level, **around).order_by("name", "code")
    return tuple(PlaceRef(r.code, r.name, r.level, r.region, r.district, r.ward) for r in rows)


def search_places(text: str, level: str, *, within: str | None = None, limit: int = 20) -> list[PlaceRef]:
    """Places of a level whose names hold each word typed; those that begin with it first."""
    words = tuple(fold(text).split()[:4])
    return list(_searched(words, level, within or "")[:limit]) if words else []


@seldom.kept
def _searched(words: tuple[str, ...], level: str, within: str) -> tuple[PlaceRef, ...]:
    rows = Place.objects.filter(level=level, code__startswith=within)
    for word in words:
        rows = rows.filter(search__contains=word)
    found = sorted(rows[:200], key=lambda row: (not row.search.startswith(words[0]), row.name, row.code))
    return tuple(PlaceRef(r.code, r.name, r.level, r.region, r.district, r.ward) for r in found)
