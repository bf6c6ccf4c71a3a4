"""How the database sees an actor."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy


def principal_of(actor: Actor) -> tenancy.Principal:
    """The principal that an actor's transactions run as."""
    return tenancy.Principal(actor.kind.value, actor.institution_id, actor.person_id)


@contextmanager
def as_system() -> Iterator[None]:
    """A look-up of the platform itself, in the transaction that is open or in one of its own.

    An error that leaves the block undoes the caller's transaction too: raise expected refusals outside of it.
    """
    system = tenancy.Principal.system()
    if tenancy.current() == system and connection.in_atomic_block:
        # The open transaction is the system's already: no statement to say so again.
        yield
        return
    with tenancy.acting_as(system), transaction.atomic(savepoint=False):
        yield
