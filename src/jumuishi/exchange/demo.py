"""The demonstration of three nodes: what the agency offers, and what the council asks with. Made-up, all of it."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jumuishi.exchange import agreeing, describing, registering
from jumuishi.exchange.models import Agreement
from jumuishi.exchange.types import Terms
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy

AGENCY, COUNCIL = "maji-mfano", "mfano"
CLIENT, SERVICE = f"GOV/{COUNCIL}/leseni", f"GOV/{AGENCY}/wateja/customers"
PURPOSE = "hakiki-huduma-ya-maji"


def terms() -> Terms:
    """What the two agreed on, for a year from today."""
    today = institutions.today()
    return Terms(
        purpose=PURPOSE,
        purpose_words={
            "sw": "Kuthibitisha kuwa jengo la biashara lina huduma ya maji",
            "en": "To confirm that the building of a business has a water connection",
        },
        legal_basis="Mkataba wa mfano kati ya taasisi hizi mbili · an example contract between these two",
        fields=("namba", "jina", "mtaa", "hali"),
        # What a customer owes is not in it: the page of the demonstration asks for that too, and is refused.
        rules=({"method": "GET", "path": "/wateja/*"},),
        from_on=today,
        until_on=today + timedelta(days=365),
    )


def is_shown() -> bool:
    """Whether this installation is a node of the demonstration."""
    return bool(settings.DEMONSTRATION) and settings.DEMONSTRATION_NAME.startswith("exchange")


def wire(identifier: str) -> str:
    """A client's or service's identifier with this network's instance before it."""
    return f"{settings.EXCHANGE_INSTANCE}/{identifier}"


def _officer(slug: str, role: str) -> Actor:
    home = institutions.institution_by_slug(slug)
    if home is None:
        raise LookupError(slug)
    one = next(each for each in institutions.people_in(home.id) if role in each.roles)
    return Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=one.name)


@transaction.atomic
def agency(url: str, description: bytes) -> None:
    """Offer the water authority's customers at this address, and agree with the council; again where it moved."""
    with tenancy.acting_as(tenancy.Principal.system()):
        keeper, head = _officer(AGENCY, "ict-officer"), _officer(AGENCY, "head")
        home = _system(keeper, "wateja", "Daftari la wateja")
        service = registering.register_service(
            actor=keeper, subsystem_id=home, code="customers", url=url,
            title={"sw": "Wateja wa maji", "en": "Water customers"},
        )  # fmt: skip
        describing.describe_service(actor=keeper, service_id=service, text=description)
        if Agreement.objects.filter(service_id=service, purpose=PURPOSE, ended_at=None).exists():
            return
        made = agreeing.offer(actor=keeper, service_id=service, client=wire(CLIENT), terms=terms())
        agreeing.approve(actor=head, agreement_id=made)


@transaction.atomic
def council() -> None:
    """Register the council's system of licences, whose calls come from this machine."""
    with tenancy.acting_as(tenancy.Principal.system()):
        keeper = _officer(COUNCIL, "ict-officer")
        home = _system(keeper, "leseni", "Mfumo wa leseni")
        registering.add_network(actor=keeper, subsystem_id=home, network="127.0.0.1/32")


def _system(keeper: Actor, code: str, name: str) -> UUID:
    mail = f"{keeper.name.lower()}@example.org"
    return registering.register_subsystem(
        actor=keeper, code=code, name=name, contact_name=keeper.name, contact_email=mail
    )
