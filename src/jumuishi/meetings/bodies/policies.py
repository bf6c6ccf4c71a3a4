"""Who may do what to bodies, their members and their orders; the role that keeps them."""

from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel.text import both
from jumuishi.meetings.models import Body

SECRETARY = "meetings-secretary"
KEEPERS = ("head", SECRETARY)


def _roles(institution_id: UUID) -> dict[str, dict[str, str]]:  # noqa: ARG001  # the same role everywhere
    return {SECRETARY: both("meetings.secretary_role")}


institutions.register_roles(_roles)


def body_thing(body: Body) -> Thing:
    """A body: its institution's."""
    return Thing("body", body.id, body.institution_id)


@identity.policy("meetings.body.read")
def read_body(actor: Actor, thing: Thing) -> bool:
    """Whoever works there; how members are reached is the keepers' alone."""
    return identity.is_of_institution(actor, thing)


@identity.policy("meetings.body.keep")
def keep_body(actor: Actor, thing: Thing) -> bool:
    """The head and the secretaries of meetings: bodies, members, drafts of orders."""
    return identity.is_of_institution(actor, thing) and actor.has(*KEEPERS)


@identity.policy("meetings.orders.agree")
def agree_orders(actor: Actor, thing: Thing) -> bool:
    """The head; that it is another than who entered them, the action and the database see to."""
    return identity.is_of_institution(actor, thing) and actor.has("head")


@identity.policy("meetings.member.claim")
def claim_seat(actor: Actor, thing: Thing) -> bool:
    """A person, for oneself; that the phone is theirs the action sees."""
    return actor.kind is ActorKind.PERSON and identity.is_owner(actor, thing)
