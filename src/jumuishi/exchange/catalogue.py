"""Every service of this node's institutions, as any institution may read of it: never where it answers inside."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jumuishi.exchange import members
from jumuishi.exchange.models import Service
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy

SYSTEM = tenancy.Principal.system()
# What of a service's row is for everybody in the exchange.
PUBLIC = (
    "id", "institution_id", "code", "title", "endpoints", "openapi_type", "disabled_notice", "subsystem_id",
    "subsystem__code", "subsystem__name", "subsystem__contact_name", "subsystem__contact_email", "ended_at",
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A service and whom it belongs to; `title` and `owner` are {sw:, en:}."""

    id: UUID
    institution_id: UUID
    code: str
    title: dict[str, str]
    owner: dict[str, str]
    system: str
    system_code: str
    contact_name: str
    contact_email: str
    notice: str
    operations: int
    has_description: bool
    ended: bool

    @property
    def wire(self) -> str:
        """Its identifier as it is written in an address; raises LookupError once its owner is not approved."""
        return f"{members.client_of(self.institution_id, self.system_code).wire}/{self.code}"


def found(text: str) -> QuerySet[Service, dict[str, Any]]:
    """The standing services of approved institutions by code, searched in names and owners; a query to page over."""
    rows = Service.objects.filter(ended_at=None, subsystem__ended_at=None)
    rows = rows.filter(institution_id__in=[one.id for one in institutions.approved()])
    for word in text.split()[:4]:
        owners = [one.id for one in institutions.approved(text=word)]
        names = Q(title__sw__icontains=word) | Q(title__en__icontains=word) | Q(subsystem__name__icontains=word)
        rows = rows.filter(names | Q(code__icontains=word) | Q(institution_id__in=owners))
    chosen: QuerySet[Service, dict[str, Any]] = rows.order_by("code", "id").values(*PUBLIC)
    return chosen


def page(rows: Iterable[dict[str, Any]]) -> list[Listed]:
    """Rows of `found` with their owners' names."""
    kept = list(rows)
    owners = institutions.institutions({one["institution_id"] for one in kept})
    return [
        Listed(
            id=one["id"], institution_id=one["institution_id"], code=one["code"], title=one["title"],
            owner=owners[one["institution_id"]].name, system=one["subsystem__name"],
            system_code=one["subsystem__code"], contact_name=one["subsystem__contact_name"],
            contact_email=one["subsystem__contact_email"], notice=one["disabled_notice"],
            operations=len(one["endpoints"]), has_description=bool(one["openapi_type"]),
            ended=one["ended_at"] is not None,
        )
        for one in kept
    ]  # fmt: skip


def listed(service_id: UUID) -> Listed | None:
    """One that stands; None for what is not there."""
    with tenancy.acting_as(SYSTEM):
        kept = page(found("").filter(id=service_id))
    return kept[0] if kept else None


def named(service_ids: Iterable[UUID]) -> dict[UUID, Listed]:
    """These services, ended ones too, for lists of what was agreed about them."""
    with tenancy.acting_as(SYSTEM):
        return {one.id: one for one in page(Service.objects.filter(id__in=set(service_ids)).values(*PUBLIC))}


def description(service_id: UUID) -> tuple[bytes, str]:
    """A standing service's description and its media type; (b"", "") where it has none."""
    with tenancy.acting_as(SYSTEM):
        row = found("").filter(id=service_id).values_list("openapi", "openapi_type").first()
    return (bytes(row[0]), row[1]) if row is not None and row[0] is not None else (b"", "")


def endpoints(service_id: UUID) -> list[str]:
    """A standing service's endpoints as its description has them, "GET /people/{id}" each."""
    with tenancy.acting_as(SYSTEM):
        row = found("").filter(id=service_id).values_list("endpoints", flat=True).first()
    return [f"{one['method']} {one['path']}" for one in row or ()]
