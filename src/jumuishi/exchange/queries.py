"""Reads of an institution's own part of the exchange. The database's walls hold besides."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jumuishi.exchange.models import Agreement, Asker, Credential, Service, Subsystem


def systems_of(institution_id: UUID, text: str = "") -> QuerySet[Subsystem]:
    """Its systems, those that stand first, by code; searched. Each with `offered`, how many services it offers."""
    rows = Subsystem.objects.filter(institution_id=institution_id)
    for word in text.split()[:4]:
        rows = rows.filter(Q(code__icontains=word) | Q(name__icontains=word))
    offered = Count("services", filter=Q(services__ended_at=None))
    return rows.annotate(offered=offered).order_by("-ended_at", "code", "id")


def standing_systems_of(institution_id: UUID) -> QuerySet[Subsystem]:
    """Those that stand, by code."""
    return Subsystem.objects.filter(institution_id=institution_id, ended_at=None).order_by("code")


def asker_in(institution_id: UUID) -> Subsystem | None:
    """The system in whose name this installation's services ask registers for the institution; None for none."""
    row = Asker.objects.filter(institution_id=institution_id, subsystem__ended_at=None).select_related("subsystem")
    found = row.first()
    return found.subsystem if found is not None else None


def system_of(institution_id: UUID, subsystem_id: UUID) -> Subsystem | None:
    """One of them, ended or not."""
    return Subsystem.objects.filter(institution_id=institution_id, id=subsystem_id).first()


def services_in(subsystem: Subsystem) -> QuerySet[Service]:
    """What a system offers or offered, without the descriptions' text."""
    return subsystem.services.defer("openapi").order_by("-ended_at", "code")


def credentials_of(subsystem: Subsystem) -> QuerySet[Credential]:
    """By what its calls are known now."""
    return subsystem.credentials.filter(ended_at=None).order_by("kind", "made_at")


def service_of(institution_id: UUID, service_id: UUID) -> Service | None:
    """One of its own services that stands."""
    rows = Service.objects.filter(institution_id=institution_id, id=service_id, ended_at=None)
    return rows.select_related("subsystem").first()


def agreements_of(institution_id: UUID, side: str, state: str) -> QuerySet[Agreement]:
    """Newest first: "asked" of us, or "ours" that we asked for; "waiting", approved ("now"), or all of them."""
    mine = Q(institution_id=institution_id) if side == "asked" else Q(consumer_id=institution_id)
    rows = Agreement.objects.filter(mine)
    if state == "waiting":
        rows = rows.filter(approved_at=None, refused_at=None, ended_at=None)
    elif state == "now":
        rows = rows.filter(ended_at=None).exclude(approved_at=None)
    return rows.order_by("-asked_at", "-id")


def agreement_of(institution_id: UUID, agreement_id: UUID) -> Agreement | None:
    """One that the institution has a part in."""
    return Agreement.objects.filter(
        Q(institution_id=institution_id) | Q(consumer_id=institution_id), id=agreement_id
    ).first()
