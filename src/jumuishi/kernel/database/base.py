"""The database engine of settings: what a transaction has to say before a statement goes with it in the same message.

Row-level security needs to know the principal before each statement; a transaction begins with the first of them; what
nobody needs the answer of (kernel.statements) waits for the next. So each of these costs no round trip, and a block
that asks nothing says nothing. PostgreSQL runs the parts of a message in order and stops at the first that fails.
"""

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.postgresql.psycopg_any import register_tzloader
from django.db.backends.utils import debug_transaction
from psycopg.pq import TransactionStatus

from jumuishi.kernel import tenancy
from jumuishi.kernel.statements import Often, Soon

# What holds a transaction's place waits as well; that, and what ends or undoes it, reads no row.
_HOLDS = ("SAVEPOINT", "RELEASE SAVEPOINT")
_PLAIN = ("ROLLBACK TO SAVEPOINT", "COMMIT")
_UNKNOWN = object()
# So much at most is held for a message.
_MOST_WAITING = 100


class Cursor(base.CursorMixin, psycopg.ClientCursor[Any]):
    """A cursor that says first what its transaction has to say."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> "Cursor":
        teller = getattr(self.connection, "teller", None)
        if teller is None:
            super().execute(query, params, **kwargs)
        elif not teller.autocommit and isinstance(query, Soon):
            teller.waiting.append((tenancy.current(), query, params))
            if len(teller.waiting) >= _MOST_WAITING:
                teller.say()
        elif not teller.autocommit and isinstance(query, str) and query.startswith(_HOLDS):
            teller.hold(query)
        else:
            self._say(teller, query, params, kwargs)
        return self

    def _say(self, teller: "DatabaseWrapper", query: Any, params: Any, kwargs: dict[str, Any]) -> None:
        said = Message(teller, self)
        if not teller.autocommit:
            said.begin()
            waiting, teller.waiting = teller.waiting, []
            for principal, one, values in waiting:
                if isinstance(one, Soon):
                    said.tell(principal)
                said.add(one, values)
            if not (isinstance(query, str) and query.startswith(_PLAIN)):
                said.tell(tenancy.current())
        if not said.parts and not isinstance(query, Often):
            super().execute(query, params, **kwargs)
            return
        said.add(query, params)
        try:
            super().execute("; ".join(said.parts), None, **kwargs)
        except psycopg.Error:
            if said.planned:
                # How far it came nobody knows.
                teller.planned = None
            raise
        if len(said.parts) > 1:
            self.set_result(len(said.parts) - 1)
        teller.said = said.principal
        if teller.planned is not None:
            teller.planned.update(said.planned)

    def executemany(self, query: Any, params_seq: Any, **kwargs: Any) -> None:
        teller = getattr(self.connection, "teller", None)
        if teller is not None:
            teller.say()
        super().executemany(query, params_seq, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        teller = getattr(self.connection, "teller", None)
        if teller is not None:
            teller.say()
        return super().copy(*args, **kwargs)


class Message:
    """Statements that are sent together, and what is so once they all went well."""

    def __init__(self, teller: "DatabaseWrapper", cursor: Cursor) -> None:
        self.cursor, self.teller = cursor, teller
        self.parts: list[str] = []
        self.principal = teller.said
        self.planned: list[str] = []

    def begin(self) -> None:
        """Where the transaction has not begun."""
        if self.teller.is_idle():
            self.parts.append("BEGIN")

    def tell(self, principal: tenancy.Principal | None) -> None:
        """Who asks, where the transaction was told somebody else before."""
        if self.principal != principal:
            self.parts.append(tenancy.settings_sql(principal))
            self.principal = principal

    def add(self, query: Any, params: Any) -> None:
        """A statement, its plan before it where the connection has none."""
        if isinstance(query, Often):
            self._plan(query)
            query, params = query.call, query.values(params) or None
        self.parts.append(self.cursor.mogrify(query, params))

    def _plan(self, query: Often) -> None:
        if self.teller.planned is None:
            self.parts.append("DEALLOCATE ALL")
            self.teller.planned = set()
        if query.name not in self.teller.planned and query.name not in self.planned:
            self.parts.append(query.prepare)
            self.planned.append(query.name)


class Operations(DatabaseOperations):
    """Whoever counts statements reads each as it was written, whatever it was sent with."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:  # noqa: ARG002  # Django's own shape
        with self.connection.connection.cursor() as another:
            return str(another.mogrify(sql, params))


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL whose transactions know who is asking; outside a transaction nobody is, and no row is seen.

    The driver stays in autocommit: a BEGIN of its own would be a round trip more.
    """

    ops_class = Operations
    said: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: list[tuple[tenancy.Principal | None, str, Any]] = []

    @property
    def planned(self) -> set[str] | None:
        """The statements that this connection has plans of; None where that is not known."""
        found: set[str] | None = self.connection.planned
        return found

    @planned.setter
    def planned(self, names: set[str] | None) -> None:
        self.connection.planned = names

    def is_idle(self) -> bool:
        """Whether no transaction is open at the database."""
        return bool(self.connection.pgconn.transaction_status == TransactionStatus.IDLE)

    def hold(self, statement: str) -> None:
        """Begin or end a savepoint with the next message; one in which nothing was sent is none."""
        waiting = [one for _, one, _ in self.waiting]
        begun = statement.removeprefix("RELEASE ")
        if begun != statement and begun in waiting:
            del self.waiting[waiting.index(begun)]
        else:
            self.waiting.append((None, statement, None))

    def say(self) -> None:
        """Say what a statement needs that is sent in a way of its own."""
        if not self.autocommit and (self.is_idle() or self.waiting or self.said != tenancy.current()):
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT 1")

    def get_connection_params(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_connection_params()
        found["cursor_factory"] = Cursor
        return found

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.teller = self
        # Of a pool it may have been in use before.
        connection.planned = getattr(connection, "planned", set())
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        if not name:
            return super().create_cursor()
        # As Django's own, but that it holds its rows beyond no transaction.
        self.say()
        made: Any = base.ServerSideCursor
        cursor = made(self.connection, name=name, scrollable=False, withhold=self.autocommit)
        register_tzloader(self.timezone, cursor)
        return cursor

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        self.said, self.waiting = None, []

    def _set_autocommit(self, autocommit: bool) -> None:
        if autocommit:
            super()._set_autocommit(True)  # type: ignore[misc]  # Django's own; its stubs leave it out

    def _commit(self) -> None:
        if self.connection is None or not self.waiting:
            super()._commit()  # type: ignore[misc]  # likewise
            return
        with debug_transaction(self, "COMMIT"), self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute("COMMIT")

    def _rollback(self) -> None:
        self.waiting = []
        super()._rollback()  # type: ignore[misc]  # likewise

    def _savepoint_rollback(self, sid: str) -> None:
        begun, waiting = self.ops.savepoint_create_sql(sid), [one for _, one, _ in self.waiting]
        if begun in waiting:
            # Nothing was sent since; what waited before it stands.
            del self.waiting[waiting.index(begun) + 1 :]
            return
        self.waiting = []
        super()._savepoint_rollback(sid)  # type: ignore[misc]  # likewise
        # What was said since the savepoint is unsaid.
        self.said = _UNKNOWN
