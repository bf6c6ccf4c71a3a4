"""Reads: what is offered, by whom; sees only what the principal may see."""

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Package
from jumuishi.kernel import seldom
from jumuishi.kernel.statements import Often
from jumuishi.kernel.text import fold
from jumuishi.services import rules
from jumuishi.services.editions import definition
from jumuishi.services.models import Adoption, Edition, Offering
from jumuishi.services.types import EditionRef, OfferingRef


def rows_with_edition() -> QuerySet[Offering]:
    """Offerings joined with what is said of their editions; the package's files, most of the bytes, stay behind."""
    return Offering.objects.select_related("edition").defer("edition__files")


def as_ref(row: Offering) -> OfferingRef:
    """An offering as it crosses the wall; its edition must be joined."""
    edition = row.edition
    return _ref(
        row.id, row.institution_id, row.service, row.edition_id, edition.hash, edition.number, edition.name,
        edition.about, edition.doors, row.state, row.settings,
        edition.withdrawn_reason if edition.withdrawn_at else None,
    )  # fmt: skip


def edition_ref(row: Edition) -> EditionRef:
    """An edition as it crosses the wall."""
    return EditionRef(
        row.id, row.service, row.number, row.hash, row.name, row.created_at,
        row.withdrawn_reason if row.withdrawn_at else None, row.withdrawn_at,
    )  # fmt: skip


@seldom.kept
def edition_by_hash(edition_hash: str) -> EditionRef | None:
    """An edition of the catalogue."""
    row = Edition.objects.filter(hash=edition_hash).defer("files").first()
    return edition_ref(row) if row else None


def edition(edition_id: UUID) -> EditionRef | None:
    """An edition of the catalogue, by its id."""
    row = Edition.objects.filter(id=edition_id).defer("files").first()
    return edition_ref(row) if row else None


def packages_before(service: str, edition_hash: str) -> list[Package]:
    """The other editions of a service, newest first: for words of what an application said under one of them."""
    rows = Edition.objects.filter(service=service).exclude(hash=edition_hash).order_by("-number")
    return [definition(one).package for one in rows.values_list("hash", flat=True)[:10]]


def newer_edition(ref: OfferingRef, kind: str) -> EditionRef | None:
    """The newest edition that an institution of this kind may take up in the place of the one it runs."""
    rows = Edition.objects.filter(service=ref.service, withdrawn_at__isnull=True, offered_by__contains=[kind])
    row = rows.filter(number__gt=ref.edition_number).defer("files").order_by("-number").first()
    return edition_ref(row) if row else None


def settings_of(ref: OfferingRef, edition_hash: str) -> dict[str, Any]:
    """The figures that an application of this edition goes by.

    Today's, where both editions mean the same figure by that name; else those of the day the edition was left.
    """
    if ref.edition_hash == edition_hash:
        return ref.settings
    left = Adoption.objects.filter(
        institution_id=ref.institution_id, offering_id=ref.id, left_edition__hash=edition_hash, state="adopted"
    ).order_by("-adopted_at").first()  # fmt: skip
    own = {name: entry["value"] for name, entry in left.left_settings.items()} if left else {}
    old, new = (definition(one).package.settings for one in (edition_hash, ref.edition_hash))
    today = {
        name: value
        for name, value in ref.settings.items()
        if name in old and rules.is_same_figure(name, old[name], new.get(name), value)
    }
    return {**own, **today}


def published(text: str = "", *, institution_id: UUID | None = None) -> QuerySet[Offering]:
    """What the public may apply for, best known first by name; each word of `text` must occur."""
    rows = rows_with_edition().filter(state=Offering.State.PUBLISHED, edition__withdrawn_at__isnull=True)
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    for word in fold(text).split()[:6]:
        rows = rows.filter(search__contains=word)
    return rows.order_by("service", "institution_id")


@seldom.kept
def offered_by_door(door: str, text: str = "") -> list[tuple[str, dict[str, str]]]:
    """The services that one may apply for through a door, each once whoever offers it: its id and its name."""
    rows = published(text).filter(edition__doors__contains=[door]).order_by("service", "-edition__number")
    return [(row.service, row.edition.name) for row in rows.distinct("service")]


@seldom.kept
def homes_by_door(service: str, door: str) -> dict[UUID, UUID]:
    """Who offers a service through a door: the offering by the institution's id."""
    rows = published().filter(service=service, edition__doors__contains=[door])
    return dict(rows.order_by().values_list("institution_id", "id"))


_OFFERING = Often(
    "SELECT o.id, o.institution_id, o.service, o.edition_id, e.hash, e.number, e.name::text, e.about::text, "
    "e.doors::text, o.state, o.settings::text, e.withdrawn_at IS NOT NULL, e.withdrawn_reason "
    "FROM services_offering o JOIN services_edition e ON e.id = o.edition_id WHERE o.id = %s"
)


@seldom.kept
def offering(offering_id: UUID) -> OfferingRef | None:
    """One offering, if the principal may see it; written out, because every page and answer of a draft asks it."""
    with connection.cursor() as cursor:
        cursor.execute(_OFFERING, [offering_id])
        row = cursor.fetchone()
    if row is None:
        return None
    (found, home, service, edition_id, edition_hash, number, *texts, state, entries, is_withdrawn, reason) = row
    name, about, doors = map(json.loads, texts)
    return _ref(
        found, home, service, edition_id, edition_hash, number, name, about, doors, state, json.loads(entries),
        reason if is_withdrawn else None,
    )  # fmt: skip


def _ref(
    offering_id: UUID, institution_id: UUID, service: str, edition_id: UUID, edition_hash: str, number: int,
    name: dict[str, str], about: dict[str, str], doors: Iterable[str], state: str, entries: dict[str, dict[str, Any]],
    withdrawn: str | None,
) -> OfferingRef:  # fmt: skip
    values = {key: entry["value"] for key, entry in entries.items()}
    sources = {key: {k: v for k, v in entry.items() if k != "value"} for key, entry in entries.items()}
    return OfferingRef(
        offering_id, institution_id, service, edition_id, edition_hash, number, name, about, tuple(doors), state,
        values, sources, withdrawn,
    )  # fmt: skip


def offerings(ids: Iterable[UUID]) -> dict[UUID, OfferingRef]:
    """Offerings by id, one query; those that the principal may see."""
    rows = rows_with_edition().filter(id__in=set(ids))
    return {row.id: as_ref(row) for row in rows}


def offering_of(institution_id: UUID, service: str) -> OfferingRef | None:
    """An institution's offering of a service."""
    row = rows_with_edition().filter(institution_id=institution_id, service=service).first()
    return as_ref(row) if row else None


def names_of(pairs: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], dict[str, str]]:
    """What services are called, by institution and service; one query."""
    wanted = set(pairs)
    rows = Offering.objects.filter(
        institution_id__in={home for home, _ in wanted}, service__in={one for _, one in wanted}
    )
    found = {(row[0], row[1]): row[2] for row in rows.values_list("institution_id", "service", "edition__name")}
    return {pair: found[pair] for pair in wanted if pair in found}


def offerings_of(institution_id: UUID) -> list[OfferingRef]:
    """Everything that an institution offers or prepares."""
    rows = rows_with_edition().filter(institution_id=institution_id).order_by("service")
    return [as_ref(row) for row in rows]


def newest_editions(kind: str) -> list[Edition]:
    """The catalogue for a kind of institution: the newest edition of each service that such may offer."""
    rows = Edition.objects.filter(withdrawn_at__isnull=True, offered_by__contains=[kind])
    return list(rows.order_by("service", "-number").distinct("service"))


def newest_hashes() -> list[str]:
    """The newest edition of each service of the catalogue, by its hash."""
    rows = Edition.objects.filter(withdrawn_at__isnull=True)
    return list(rows.order_by("service", "-number").distinct("service").values_list("hash", flat=True))


def same_meaning(old_hash: str, new_hash: str) -> frozenset[str]:
    """Questions that read otherwise in the newer edition and mean the same, as author and approver said each time."""
    both = {
        one.hash: one for one in Edition.objects.filter(hash__in=[old_hash, new_hash]).only("hash", "number", "service")
    }
    if len(both) < 2 or both[old_hash].number >= both[new_hash].number:
        return frozenset()
    steps = Edition.objects.filter(
        service=both[new_hash].service, number__gte=both[old_hash].number, number__lte=both[new_hash].number
    ).order_by("number").only("hash", "same_meaning")  # fmt: skip
    said: set[str] = set()
    unsaid: set[str] = set()
    for before, after in pairwise(steps):
        told = set(after.same_meaning or ())
        found = definitions.reworded_fields(definition(before.hash).package, definition(after.hash).package)
        said |= told
        unsaid |= set(found) - told
    return frozenset(said - unsaid)
