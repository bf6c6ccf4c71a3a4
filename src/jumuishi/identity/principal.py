"""How the database sees an actor."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

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
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic(savepoint=False):
        yield
