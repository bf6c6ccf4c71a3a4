"""What kind of fault an error is: of ours, of a database that is away, or of a disk without room."""

import errno
import sys
from collections.abc import Iterator

import psycopg
from django.db import InterfaceError, OperationalError

FULL, AWAY, BROKEN = 507, 503, 500
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# When it is worth asking again, in seconds.
AGAIN = {FULL: "300", AWAY: "10"}


def status_of(error: BaseException | None) -> int:
    """507 where something could not be written, 503 where the database did not answer, else 500."""
    chain = list(_chain(error))
    if any(isinstance(one, psycopg.errors.DiskFull) or getattr(one, "errno", None) in _NO_ROOM for one in chain):
        return FULL
    away = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
    return AWAY if any(isinstance(one, away) for one in chain) else BROKEN


def status_of_now() -> int:
    """As status_of, for the error that is being handled."""
    return status_of(sys.exc_info()[1])


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
