"""Who may do what: the person with what is theirs, the data protection officer, the heads as second."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions

HEADS = ("head", "director")


@identity.policy("privacy.own")
def is_own(actor: Actor, thing: Thing) -> bool:
    """The person whom the data are about."""
    return identity.is_owner(actor, thing)


@identity.policy("privacy.guard")
def guards(actor: Actor, thing: Thing) -> bool:
    """The data protection officer of the institution; its head while there is none."""
    return identity.is_of_institution(actor, thing) and actor.has(institutions.data_role(actor.workplace))


@identity.policy("privacy.desk")
def sees_desk(actor: Actor, thing: Thing) -> bool:
    """The same officer, and those who lead: they answer for what is late, and are the second person."""
    return identity.is_of_institution(actor, thing) and (actor.has(*HEADS) or guards(actor, thing))


@identity.policy("privacy.head")
def leads(actor: Actor, thing: Thing) -> bool:
    """Those who lead the institution: an appeal is decided and a notice of breach released by them."""
    return identity.is_of_institution(actor, thing) and actor.has(*HEADS)


@identity.policy("privacy.clock")
def is_clock(actor: Actor, thing: Thing) -> bool:
    """The platform, when a time has come."""
    return identity.is_system(actor, thing)
