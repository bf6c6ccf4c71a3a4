"""The database engine of settings: row-level security needs to know its principal before each statement.

The principal is said when a statement needs it, in the same message as that statement, and only where the transaction
was told somebody else before: who asks costs no round trip, and a block that asks nothing says nothing.
"""

from typing import Any

import psycopg
from django.db.backends.postgresql import base

from jumuishi.kernel import tenancy

# What holds a transaction's place reads no row.
_PLAIN = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
_UNKNOWN = object()


class Cursor(base.CursorMixin, psycopg.ClientCursor[Any]):
    """A cursor that tells the open transaction who is asking."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> "Cursor":
        teller = getattr(self.connection, "teller", None)
        if teller is None or not teller.is_news() or (isinstance(query, str) and query.startswith(_PLAIN)):
            super().execute(query, params, **kwargs)
            return self
        principal = tenancy.current()
        if isinstance(query, str):
            said, values = tenancy.settings_sql(principal, params)
            super().execute(f"{said}; {query}", values, **kwargs)
            self.nextset()
        else:
            super().execute(*tenancy.settings_sql(principal))
            super().execute(query, params, **kwargs)
        teller.said = principal
        return self

    def executemany(self, query: Any, params_seq: Any, **kwargs: Any) -> None:
        teller = getattr(self.connection, "teller", None)
        if teller is not None and teller.is_news():
            self.execute("SELECT 1")
        super().executemany(query, params_seq, **kwargs)


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL whose transactions know who is asking; outside a transaction nobody is, and no row is seen."""

    said: Any = None

    def is_news(self) -> bool:
        """Whether the transaction has yet to be told of the principal of now."""
        return not self.autocommit and self.said != tenancy.current()

    def get_connection_params(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_connection_params()
        found["cursor_factory"] = Cursor
        return found

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.teller = self
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        if name and self.is_news():
            # A cursor on the server declares itself in its own way.
            with self.cursor() as cursor:
                cursor.execute("SELECT 1")
        return super().create_cursor(name)

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        self.said = None

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]  # Django's own; its stubs leave it out
        # What was said since the savepoint is unsaid.
        self.said = _UNKNOWN
