"""What changes seldom and is read all day long: kept by the process for as long as the database says that it stands.

One row holds a mark, and each statement that changes one of the watched tables gives it another, in its own transaction
and whoever sends it. What was read under a mark is what a query would give anybody who has just read the same mark.
Whoever has not read it asks the database, as ever.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db import migrations

from jumuishi.kernel import tenancy

P = ParamSpec("P")
R = TypeVar("R")

# Goes into a statement that is sent anyway.
MARK = "(SELECT mark::text FROM kernel_seldom)"
# Services, institutions and the words that people search them by; beyond it all is read anew.
MOST = 5000

_mark: ContextVar[str | None] = ContextVar("seldom_mark", default=None)
# The mark and what was read under it, replaced as one.
_kept: tuple[str, dict[Any, Any]] = ("", {})


@contextmanager
def under(mark: str | None) -> Iterator[None]:
    """In the block, which lies in the transaction that read the mark, what is kept under it is used."""
    token = _mark.set(mark)
    try:
        yield
    finally:
        _mark.reset(token)


def kept(read: Callable[P, R]) -> Callable[P, R]:
    """Keep what a function reads from watched tables alone, for people: their policies show every person the same.

    Its arguments are hashable, and nobody changes what it returns.
    """

    @functools.wraps(read)
    def found(*args: P.args, **kwargs: P.kwargs) -> R:
        mark, principal = _mark.get(), tenancy.current()
        if mark is None or principal is None or principal.kind != "person":
            return read(*args, **kwargs)
        held = _under(mark)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in held:
            if len(held) >= MOST:
                held.clear()
            held[key] = read(*args, **kwargs)
        again: R = held[key]
        return again

    return found


def _under(mark: str) -> dict[Any, Any]:
    global _kept
    now, held = _kept
    if now != mark:
        held = {}
        _kept = (mark, held)
    return held


def watched(table: str) -> migrations.RunSQL:
    """The operation that makes a table one of those."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_seldom AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION kernel_seldom_changed()",
        f"DROP TRIGGER {table}_seldom ON {table}",
    )
