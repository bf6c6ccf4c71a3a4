"""Who may shape what an institution offers."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing

SHAPERS = frozenset({"head", "director", "administrator", "ict-officer"})


@identity.policy("services.edition.add")
def add_edition(actor: Actor, thing: Thing) -> bool:
    """The catalogue is the nation's: the authority adds to it, or the installation itself."""
    return identity.is_authority(actor, thing) or identity.is_system(actor, thing)


@identity.policy("services.edition.propose")
def propose_edition(actor: Actor, thing: Thing) -> bool:
    """Authors of the nation's catalogue: officers of the authority."""
    return identity.is_authority(actor, thing)


@identity.policy("services.edition.publish")
def publish_edition(actor: Actor, thing: Thing) -> bool:
    """Who approves or withdraws an edition: the authority's head, administration, ICT officers."""
    return identity.is_authority(actor, thing) and actor.has(*SHAPERS)


@identity.policy("services.offering.prepare")
def prepare_offering(actor: Actor, thing: Thing) -> bool:
    """Those who shape the institution's services: its head, administration, ICT officer."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing) and actor.has(*SHAPERS)


@identity.policy("services.offering.publish")
def publish_offering(actor: Actor, thing: Thing) -> bool:
    """As to prepare; that two natural persons do it is the action's and the database's to keep."""
    return prepare_offering(actor, thing)
