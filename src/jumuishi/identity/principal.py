"""How the database sees an actor."""

from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy


def principal_of(actor: Actor) -> tenancy.Principal:
    """The principal that an actor's transactions run as."""
    return tenancy.Principal(actor.kind.value, actor.institution_id, actor.person_id)
