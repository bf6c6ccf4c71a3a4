"""Reads, bulk first; each names its tenant or its person, and the database shows no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from jumuishi.evidence import public as evidence
from jumuishi.evidence.types import Entry
from jumuishi.identity.holdings import Holding, holders
from jumuishi.institutions import public as institutions
from jumuishi.kernel.numbers import normalise
from jumuishi.kernel.spoken import say_date
from jumuishi.privacy.models import Breach, Finding, Notice, Processing, Registration, Request
from jumuishi.privacy.types import WAITING, State


@dataclass(frozen=True)
class HeldAt:
    """What one institution (None: the platform) holds about a person."""

    institution_id: UUID | None
    name: dict[str, str]
    rows: list[Holding]


def held_about(person_id: UUID) -> list[HeldAt]:
    """Every room's answer, by institution; the platform's own last."""
    found: dict[UUID | None, list[Holding]] = {}
    for room in holders():
        for one in room.held(person_id):
            found.setdefault(one.institution_id, []).append(one)
    homes = institutions.institutions(one for one in found if one is not None)
    named = [HeldAt(home, homes[home].name if home in homes else {}, rows) for home, rows in found.items()]
    return sorted(named, key=lambda one: (one.institution_id is None, one.name.get("sw", "")))


def requests_of(person_id: UUID) -> QuerySet[Request]:
    """What a person asked, newest first."""
    return Request.objects.filter(person_id=person_id).order_by("-asked_at")


def notices_of(person_id: UUID) -> QuerySet[Notice]:
    """Breaches that a person was told of, newest first."""
    rows = Notice.objects.filter(person_id=person_id, told_at__isnull=False)
    return rows.select_related("breach").order_by("-told_at")


def inbox(institution_id: UUID, show: str, text: str) -> QuerySet[Request]:
    """Requests of an institution: those that wait by what falls due first (without a clock first of all), or all."""
    rows = Request.objects.filter(institution_id=institution_id)
    if digits := normalise(text):
        rows = rows.filter(number__startswith=digits)
    if show == "all":
        return rows.order_by("-asked_at")
    return rows.filter(state__in=WAITING).order_by(F("due_at").asc(nulls_first=True), "id")


def load(institution_id: UUID, now: datetime) -> dict[str, int]:
    """The desk in numbers, two queries."""
    rows = Request.objects.filter(institution_id=institution_id)
    late = Q(state=State.OPEN, due_at__lt=now) | Q(state=State.APPEALED, appeal_due_at__lt=now)
    found: dict[str, int] = rows.aggregate(
        waiting=Count("id", filter=Q(state=State.OPEN)),
        appealed=Count("id", filter=Q(state=State.APPEALED)),
        late=Count("id", filter=late),
    )
    return found | {"breaches": Breach.objects.filter(institution_id=institution_id, commission_at=None).count()}


def findings(institution_id: UUID, show: str, text: str) -> QuerySet[Finding]:
    """Findings of an institution: open ones by what falls due first, or all; searched by the asking system."""
    rows = Finding.objects.filter(institution_id=institution_id)
    if text:
        rows = rows.filter(client__icontains=text)
    if show == "all":
        return rows.order_by("-opened_at", "-id")
    return rows.filter(closed_at=None).order_by(F("due_at").asc(nulls_first=True), "id")


def breaches(institution_id: UUID) -> QuerySet[Breach]:
    """Breaches of an institution, newest first."""
    return Breach.objects.filter(institution_id=institution_id).order_by("-known_at")


def told_counts(breach_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """How far the notices of each breach have got: sms, letter, waiting."""
    found: dict[UUID, dict[str, int]] = {}
    rows = Notice.objects.filter(breach_id__in=list(breach_ids)).values_list("breach_id", "way")
    for breach, way, count in rows.annotate(n=Count("id")).order_by():
        found.setdefault(breach, {})[way or "waiting"] = count
    return found


def processing(institution_id: UUID) -> QuerySet[Processing]:
    """What the officer added to the register."""
    return Processing.objects.filter(institution_id=institution_id, ended_at=None).order_by("name", "id")


def registration(institution_id: UUID) -> Registration | None:
    """The newest registration with the commission."""
    return Registration.objects.filter(institution_id=institution_id).order_by("-expires_on").first()


@dataclass(frozen=True)
class Look:
    """Somebody looked at a person's things: where, in which post, when, at what."""

    at: datetime
    home: dict[str, str]
    post: dict[str, str]
    thing_kind: str
    thing_id: UUID
    what: str


def looks(entries: list[Entry]) -> list[Look]:
    """A page of looks with institutions and posts, in two queries."""
    actors = [(one.body or {}).get("actor") or {} for one in entries]
    homes = institutions.institutions({UUID(one["institution"]) for one in actors if one.get("institution")})
    posts = institutions.post_titles({UUID(one["appointment"]) for one in actors if one.get("appointment")})

    def told(entry: Entry, actor: dict[str, Any]) -> Look:
        home = homes.get(UUID(actor["institution"])) if actor.get("institution") else None
        post = posts.get(UUID(actor["appointment"]), {}) if actor.get("appointment") else {}
        what = str(((entry.body or {}).get("after") or {}).get("what", ""))
        return Look(entry.at, home.name if home else {}, post, entry.thing_kind, entry.thing_id, what)

    return [told(*pair) for pair in zip(entries, actors, strict=True)]


def looks_at(person_id: UUID) -> QuerySet[Any]:
    """Who looked at a person's things, newest first; the person's own reading is not among them."""
    return evidence.looks_at(person_id=person_id)


def home_name(institution_id: UUID, lang: str) -> str:
    """What an institution is called."""
    found = institutions.institution(institution_id)
    return found.name[lang] if found else ""


def say_day(day: str | None, lang: str) -> str:
    """An ISO date as people say it; empty for none."""
    return say_date(date.fromisoformat(day), lang, weekday=False) if day else ""


def with_phone(breach_id: UUID) -> int:
    """How many of those whom a breach touches can be told by SMS."""
    return Notice.objects.filter(breach_id=breach_id).exclude(phone="").count()
