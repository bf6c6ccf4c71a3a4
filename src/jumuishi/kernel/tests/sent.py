"""What goes to the database, seen from the driver: one message is one round trip."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest


@contextmanager
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Each message that goes to the database, one a round trip."""
    sent: list[str] = []
    of_cursor, of_connection = psycopg.ClientCursor.execute, psycopg.Connection.commit

    def execute(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(str(query))
        return of_cursor(self, query, *args, **kwargs)

    def commit(self: Any) -> None:
        sent.append("COMMIT")
        of_connection(self)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.ClientCursor, "execute", execute)
        patched.setattr(psycopg.Connection, "commit", commit)
        yield sent
