"""Reads: clients of an institution, where people are signed in, what they let systems be told."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from jumuishi.kernel import tenancy
from jumuishi.signon.models import Client, Consent, Logout, SignIn
from jumuishi.signon.types import Audience

SYSTEM = tenancy.Principal.system()
MOST = 200


def clients_of(institution_id: UUID, text: str = "") -> QuerySet[Client]:
    """An institution's clients, those that ended last; searched by name."""
    rows = Client.objects.filter(institution_id=institution_id)
    for word in text.split()[:4]:
        rows = rows.filter(name__icontains=word)
    return rows.order_by("-ended_at", "name") if not text else rows.order_by("name")


def client_of(institution_id: UUID, client_id: UUID) -> Client | None:
    """One of them."""
    return Client.objects.filter(institution_id=institution_id, id=client_id).first()


def waiting_for_authority() -> QuerySet[Client]:
    """What heads said yes to and what would serve citizens; as the authority, whose wall lets it see these alone."""
    rows = Client.objects.filter(ended_at=None, head_by__isnull=False, asked__audience=Audience.CITIZENS)
    return rows.order_by("head_at")


def how_many_in(client: Client) -> int:
    """How many people are signed in there: a figure, for who they are is the client's own to know."""
    with tenancy.acting_as(SYSTEM):
        return SignIn.objects.filter(client=client, ended_at=None).count()


def logouts_of(client: Client) -> QuerySet[Logout]:
    """What was told to a client of ended sign-ins, the last first."""
    return Logout.objects.filter(client=client).order_by("-made_at")


def standing_of(person_ids: Iterable[UUID]) -> list[SignIn]:
    """Where these people are signed in, read as the system: the caller has asked whether it may be shown."""
    with tenancy.acting_as(SYSTEM):
        rows = SignIn.objects.filter(person_id__in=list(person_ids), ended_at=None).select_related("client")
        return list(rows.order_by("-begun_at")[:MOST])


def consents_of(person_id: UUID) -> list[Consent]:
    """What a person lets systems be told, likewise."""
    with tenancy.acting_as(SYSTEM):
        rows = Consent.objects.filter(person_id=person_id, ended_at=None).select_related("client")
        return list(rows.order_by("-given_at")[:MOST])
