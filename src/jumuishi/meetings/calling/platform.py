"""What a member does or reads is carried out as the platform once the person is known: members own no rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from jumuishi.kernel import tenancy


@contextmanager
def as_system() -> Iterator[None]:
    """As the platform, in the transaction that is open or one of its own; raise expected refusals outside of it."""
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic(savepoint=False):
        yield
