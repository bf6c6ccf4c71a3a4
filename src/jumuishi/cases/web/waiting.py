"""What waits for an officer on other pages than the list: agreements to approve, notices to programs given up."""

from jumuishi.cases.helping.queries import to_approve
from jumuishi.cases.policies import HEADS
from jumuishi.hooks import public as hooks
from jumuishi.identity.types import Actor


def elsewhere(actor: Actor) -> dict[str, int]:
    """How much of each; nothing is asked for whoever it is not for."""
    return {
        "dead_notices": hooks.dead_of(actor),
        "to_approve": to_approve(actor) if actor.has(*HEADS) else 0,
    }
