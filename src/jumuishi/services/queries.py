"""Reads: what is offered, by whom; sees only what the principal may see."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from jumuishi.kernel.text import fold
from jumuishi.services.models import Edition, Offering
from jumuishi.services.types import OfferingRef


def rows_with_edition() -> QuerySet[Offering]:
    """Offerings joined with what is said of their editions; the package's files, most of the bytes, stay behind."""
    return Offering.objects.select_related("edition").defer("edition__files")


def as_ref(row: Offering) -> OfferingRef:
    """An offering as it crosses the wall; its edition must be joined."""
    return OfferingRef(
        id=row.id,
        institution_id=row.institution_id,
        service=row.service,
        edition_id=row.edition_id,
        edition_hash=row.edition.hash,
        edition_number=row.edition.number,
        name=row.edition.name,
        about=row.edition.about,
        doors=tuple(row.edition.doors),
        state=row.state,
        settings={name: entry["value"] for name, entry in row.settings.items()},
        sources={name: {k: v for k, v in entry.items() if k != "value"} for name, entry in row.settings.items()},
    )


def published(text: str = "", *, institution_id: UUID | None = None) -> QuerySet[Offering]:
    """What the public may apply for, best known first by name; each word of `text` must occur."""
    rows = rows_with_edition().filter(state=Offering.State.PUBLISHED)
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    for word in fold(text).split()[:6]:
        rows = rows.filter(search__contains=word)
    return rows.order_by("service", "institution_id")


def offering(offering_id: UUID) -> OfferingRef | None:
    """One offering, if the principal may see it."""
    row = rows_with_edition().filter(id=offering_id).first()
    return as_ref(row) if row else None


def offerings(ids: Iterable[UUID]) -> dict[UUID, OfferingRef]:
    """Offerings by id, one query; those that the principal may see."""
    rows = rows_with_edition().filter(id__in=set(ids))
    return {row.id: as_ref(row) for row in rows}


def offering_of(institution_id: UUID, service: str) -> OfferingRef | None:
    """An institution's offering of a service."""
    row = rows_with_edition().filter(institution_id=institution_id, service=service).first()
    return as_ref(row) if row else None


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
