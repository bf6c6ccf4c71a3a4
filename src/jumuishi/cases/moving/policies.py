"""Who may move cases, and who settles what was asked."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing

SHAPERS = ("head", "director", "administrator", "ict-officer")


@identity.policy("cases.move.start")
def start_move(actor: Actor, thing: Thing) -> bool:
    """Those who shape the institution's services: they published the edition that cases move to."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing) and actor.has(*SHAPERS)


@identity.policy("cases.move.settle")
def settle_move(actor: Actor, thing: Thing) -> bool:
    """The applicant, about the own case; nobody for them but the clock, which leaves the case where it is."""
    return identity.is_owner(actor, thing) or identity.is_system(actor, thing)
