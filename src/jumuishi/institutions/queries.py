"""Reads: institutions, places, who works where, when an institution works. Bulk first."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from jumuishi.identity.appointments import AppointmentRef
from jumuishi.institutions import rules
from jumuishi.institutions.models import Appointment, Delegation, Holiday, Institution, Place, Unit
from jumuishi.institutions.types import Colleague, HolidayRef, InstitutionRef, PlaceRef
from jumuishi.kernel import clock
from jumuishi.kernel.text import fold
from jumuishi.kernel.worktime import WorkingTime


def _ref(row: Institution) -> InstitutionRef:
    return InstitutionRef(
        row.id, row.kind, row.slug, row.name, row.domain, row.state, row.is_authority, tuple(row.looks_like)
    )


def institutions(ids: Iterable[UUID]) -> dict[UUID, InstitutionRef]:
    """Institutions by id, one query."""
    return {row.id: _ref(row) for row in Institution.objects.filter(id__in=list(ids))}


def institution(institution_id: UUID) -> InstitutionRef | None:
    """One institution."""
    return institutions([institution_id]).get(institution_id)


def institution_by_slug(slug: str) -> InstitutionRef | None:
    """An approved institution by the name in its address."""
    row = Institution.objects.filter(slug=slug, state=Institution.State.APPROVED).first()
    return _ref(row) if row else None


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


def asked() -> list[Institution]:
    """Institutions that wait for the authority, oldest first."""
    return list(Institution.objects.filter(state=Institution.State.ASKED).order_by("asked_at"))


def may_collect_money(institution_id: UUID) -> bool:
    """Nobody collects before the authority has let it in."""
    return Institution.objects.filter(id=institution_id, state=Institution.State.APPROVED).exists()


def holidays_of(institution_id: UUID) -> list[HolidayRef]:
    """The country's and the institution's days off, in order."""
    rows = Holiday.objects.filter(Q(institution_id=institution_id) | Q(institution_id=None)).order_by("day")
    return [HolidayRef(row.day, row.name, row.source, row.institution_id is None) for row in rows]


def working_time(institution_id: UUID) -> WorkingTime:
    """When an institution works: two queries."""
    hours = Institution.objects.filter(id=institution_id).values_list("hours", flat=True).first() or {}
    days = Holiday.objects.filter(Q(institution_id=institution_id) | Q(institution_id=None)).values_list(
        "day", flat=True
    )
    return rules.week(hours, days, settings.TIME_ZONE)


def _today() -> date:
    return clock.now().date()


def _held(today: date) -> QuerySet[Appointment]:
    return Appointment.objects.filter(from_on__lte=today).filter(Q(until_on=None) | Q(until_on__gte=today))


def people_in(institution_id: UUID) -> list[Colleague]:
    """Who works there today, with the roles of their own posts."""
    rows = _held(_today()).filter(institution_id=institution_id).order_by("person_name")
    return [Colleague(r.id, r.person_id, r.person_name, r.title, frozenset(r.roles)) for r in rows]


def role_holders(institution_id: UUID, role: str) -> list[UUID]:
    """The natural persons who may act in a role there today, by delegation too."""
    found = [one.person_id for one in people_in(institution_id) if role in one.roles]
    today = _today()
    lent = Delegation.objects.filter(institution_id=institution_id, from_on__lte=today, until_on__gte=today)
    here = {one.person_id for one in people_in(institution_id)}
    own = set(found)
    found += [one.to_person for one in lent if role in one.roles and one.from_person in own and one.to_person in here]
    return list(dict.fromkeys(found))


def role_counts(institution_id: UUID) -> dict[str, int]:
    """How many natural persons hold each role in posts of their own."""
    held: dict[str, set[UUID]] = {}
    for one in people_in(institution_id):
        for role in one.roles:
            held.setdefault(role, set()).add(one.person_id)
    return {role: len(people) for role, people in held.items()}


def _lent_to(person_id: UUID, today: date) -> list[tuple[UUID, set[str]]]:
    """(institution, roles) lent to a person, as far as the lender still holds them: a post that ended lends nothing."""
    lent = list(Delegation.objects.filter(to_person=person_id, from_on__lte=today, until_on__gte=today))
    held: dict[tuple[UUID, UUID], set[str]] = {}
    for post in _held(today).filter(person_id__in=[one.from_person for one in lent]):
        held.setdefault((post.institution_id, post.person_id), set()).update(post.roles)
    return [
        (one.institution_id, set(one.roles) & held.get((one.institution_id, one.from_person), set())) for one in lent
    ]


def units_of(institution_id: UUID) -> list[tuple[UUID, dict[str, str]]]:
    """An institution's units, id and name."""
    return list(Unit.objects.filter(institution_id=institution_id).order_by("id").values_list("id", "name"))


def without_head() -> list[InstitutionRef]:
    """Approved institutions in which nobody holds the role of head, for the authority to invite one."""
    headed = [one.institution_id for one in _held(_today()) if "head" in one.roles]
    rows = Institution.objects.filter(state=Institution.State.APPROVED).exclude(id__in=headed)
    return [_ref(row) for row in rows.order_by("folded")]


class Provider:
    """Where a person works, for identity."""

    def appointments_of(self, person_id: UUID) -> list[AppointmentRef]:
        """Posts held today in approved institutions; roles lent by colleagues are included."""
        today = _today()
        rows = list(_held(today).filter(person_id=person_id).order_by("created_at"))
        homes = {
            row.id: row
            for row in Institution.objects.filter(
                id__in=[row.institution_id for row in rows], state=Institution.State.APPROVED
            )
        }
        lent = _lent_to(person_id, today)
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


def search_places(text: str, level: str, *, within: str | None = None, limit: int = 20) -> list[PlaceRef]:
    """Places of a level whose names hold each word typed; those that begin with it first."""
    words = fold(text).split()[:4]
    if not words:
        return []
    rows = Place.objects.filter(level=level)
    if within:
        rows = rows.filter(code__startswith=within)
    for word in words:
        rows = rows.filter(search__contains=word)
    found = sorted(rows[:200], key=lambda row: (not row.search.startswith(words[0]), row.name, row.code))
    return [PlaceRef(r.code, r.name, r.level, r.region, r.district, r.ward) for r in found[:limit]]
