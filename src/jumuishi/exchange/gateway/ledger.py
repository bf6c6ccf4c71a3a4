"""Records of exchanges, many in one commit: whoever waits for one is told once it is durable.

While a commit is under way, records gather for the next one. So the busier the node, the less one costs. It is one
prepared statement over a connection of asyncpg's, which takes a fifth of the processor that psycopg's pipeline took.
"""

import asyncio
import contextlib
import json
import logging
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
from psycopg.conninfo import conninfo_to_dict

from jumuishi.evidence import public as evidence
from jumuishi.evidence.types import Prepared
from jumuishi.exchange.types import Role
from jumuishi.kernel import tenancy

# In quotes: as it runs, the class takes no parameter.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
log = logging.getLogger("jumuishi.exchange")
MOST = 256
# So long a record waits for a database that is away; then the exchange fails, and says so.
PATIENCE = 5.0
# And so long a connection for one statement; then it is another connection's turn. A line that was cut in silence
# would else be waited on for a quarter of an hour.
STUCK = 20.0


@dataclass(frozen=True, slots=True)
class Row:
    """The columns of exchange_record, in their order."""

    id: UUID
    institution_id: UUID
    journal_id: UUID
    role: Role
    message_id: str
    request_id: UUID
    at: datetime
    client: str
    service: str
    agreement_id: UUID | None
    purpose: str
    method: str
    path: str
    status: int
    error: str
    reason: str
    ms: int
    request_bytes: int
    response_bytes: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a body, sealed: the columns of exchange_payload, in their order."""

    id: UUID
    institution_id: UUID
    record_id: UUID
    part: str
    number: int
    sealed: bytes
    erase_on: date


@dataclass(frozen=True, slots=True)
class Look:
    """Whose data a call was about: the columns of exchange_look, in their order."""

    id: UUID
    institution_id: UUID
    record_id: UUID
    at: datetime
    kind: str
    mark: str
    asker: str
    follows: bool
    names: list[str]
    salt: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """That bodies are kept: the key that opens them, which they are, and the pieces that are not in the table yet."""

    record_id: UUID
    institution_id: UUID
    at: datetime
    erase_on: date
    key: bytes
    parts: tuple[str, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one side writes of one exchange: the record, its proof, what is kept of the bodies, whom it was about."""

    row: Row
    proof: Prepared
    kept: Kept | None = None
    looks: tuple[Look, ...] = ()


class TakenBeforeError(Exception):
    """A request under this number was taken before."""


class AwayError(Exception):
    """The database did not take the record in time."""


_COLUMNS = [one.name for one in fields(Row)]
_TYPES = {
    "id": "uuid", "institution_id": "uuid", "journal_id": "uuid", "request_id": "uuid", "at": "timestamptz",
    "agreement_id": "uuid", "status": "int", "ms": "int", "request_bytes": "bigint", "response_bytes": "bigint",
}  # fmt: skip
_RECORDS = (
    f"INSERT INTO exchange_record ({', '.join(_COLUMNS)}) SELECT * FROM unnest("  # noqa: S608  # names of ours
    + ", ".join(f"%({name})s::{_TYPES.get(name, 'text')}[]" for name in _COLUMNS)
    + ")"
)


def _numbered(statement: str) -> tuple[str, list[str]]:
    """A statement with $1, $2 and so on in place of its names, and the names in that order."""
    names: dict[str, int] = {}
    said = re.sub(r"%\((\w+)\)s", lambda found: f"${names.setdefault(found[1], len(names) + 1)}", statement)
    return said, list(names)


_WRITE, _NAMES = _numbered(evidence.writing([], beside=_RECORDS)[0])
_KEPT = (
    "INSERT INTO exchange_kept (id, institution_id, kept_at, erase_on, key, parts, held_because, erased_because) "
    "VALUES ($1,$2,$3,$4,$5,$6,'','')"
)
_PIECE = (
    "INSERT INTO exchange_payload (id, institution_id, record_id, part, number, sealed, erase_on) "
    "VALUES ($1,$2,$3,$4,$5,$6,$7)"
)
_LOOKS = (
    "INSERT INTO exchange_look (id, institution_id, record_id, at, kind, mark, asker, follows, names, salt) "
    "VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)"
)
# So many large bodies are poured into the table at once, each over a connection of its own, for so long at most.
POURING, POUR = 4, 60.0
SYSTEM = tenancy.session_settings(tenancy.Principal.system())
# What a connection raises, PostgreSQL's own words among it; one that the server ended can find itself in a state
# that asyncpg calls an error of its own.
Failed = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
# PostgreSQL's classes of errors that are about what was written: a value, a rule of the table.
_OURS = ("22", "23")


class Ledger:
    """Writes entries; `write` returns once they are durable."""

    def __init__(self, dsn: str) -> None:
        given = conninfo_to_dict(dsn)
        self._address: dict[str, Any] = {
            "host": given.get("host"), "port": given.get("port"), "user": given.get("user"),
            "password": given.get("password"), "database": given.get("dbname"),
        }  # fmt: skip
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._connection: Connection | None = None
        # Asked for a minute after the start, by every call: a connection of its own.
        self._asks: Connection | None = None
        self._one_asks = asyncio.Lock()
        self._pouring = asyncio.Semaphore(POURING)

    async def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what waits, then end."""
        if self._task is not None:
            while self._waiting and not self._task.done():
                await asyncio.sleep(0.01)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for one in (self._connection, self._asks):
            if one is not None:
                with contextlib.suppress(*Failed):
                    await one.close(timeout=PATIENCE)

    async def write(self, entry: Entry) -> None:
        """Until it is committed; raises TakenBeforeError or AwayError, and nothing is written then."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        self._news.set()
        try:
            await asyncio.wait_for(done, PATIENCE)
        except TimeoutError:
            # It may still be written, and says then what came of it: an exchange that was not answered.
            raise AwayError from None

    async def pour(self, pieces: AsyncIterator[Piece]) -> None:
        """Write the pieces of large bodies ahead of their record; raises AwayError, and none is there then.

        Until the record brings the key they are noise; where it never comes the clock takes them.
        """
        try:
            async with self._pouring, asyncio.timeout(POUR):
                connection = await self._open(None)
                try:
                    async with connection.transaction():
                        async for one in pieces:
                            await connection.execute(_PIECE, *astuple(one))
                except BaseException:
                    connection.terminate()
                    raise
                await connection.close()
        except Failed as error:
            log.warning("exchange: bodies could not be kept: %s", type(error).__name__)
            raise AwayError from error

    async def has_answered(self, request_id: str) -> bool:
        """Whether a request under this number was answered here before; raises AwayError where nobody can say."""
        try:
            async with asyncio.timeout(PATIENCE), self._one_asks:
                self._asks = connection = await self._open(self._asks)
                found = await connection.fetchval(
                    "SELECT 1 FROM exchange_record WHERE role = $1 AND request_id = $2", Role.PROVIDER, request_id
                )
                return found is not None
        except Failed as error:
            if self._asks is not None:
                # What it may still say is no answer to the next question.
                self._asks.terminate()
            raise AwayError from error

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            if not self._waiting:
                self._news.clear()
            error = await self._tried(batch)
            if error is not None and not _is_away(error):
                # One of them can't be written; the others can.
                for one in batch:
                    alone = await self._tried([one])
                    _tell([one], alone and (TakenBeforeError() if _is_twice(alone) else AwayError()))
            else:
                _tell(batch, error and AwayError())
            if error is not None and _is_away(error):
                await asyncio.sleep(0.2)

    async def _tried(self, batch: Sequence[tuple[Entry, asyncio.Future[None]]]) -> Exception | None:
        try:
            await self._commit([entry for entry, _ in batch])
        except Exception as error:  # whatever it is, others wait behind it
            log.warning("exchange: %s records could not be written: %s", len(batch), type(error).__name__)
            if self._connection is not None and _is_away(error):
                # Whatever state it is in.
                self._connection.terminate()
            return error
        return None

    async def _open(self, kept: "Connection | None") -> "Connection":
        if kept is not None and not kept.is_closed():
            return kept
        return await asyncpg.connect(**self._address, server_settings=SYSTEM, timeout=PATIENCE, command_timeout=STUCK)

    async def _commit(self, entries: Sequence[Entry]) -> None:
        self._connection = connection = await self._open(self._connection)
        values = {name: [getattr(entry.row, name) for entry in entries] for name in _COLUMNS}
        values |= evidence.writing([entry.proof for entry in entries])[1]
        given = [values[name] for name in _NAMES]
        kept = [entry.kept for entry in entries if entry.kept]
        looks = [one for entry in entries for one in entry.looks]
        if not kept and not looks:
            await connection.fetch(_WRITE, *given)
            return
        async with connection.transaction():
            await connection.fetch(_WRITE, *given)
            for one in kept:
                parts = json.dumps(one.parts)
                await connection.execute(_KEPT, one.record_id, one.institution_id, one.at, one.erase_on, one.key, parts)
            await connection.executemany(_PIECE, [astuple(piece) for one in kept for piece in one.pieces])
            await connection.executemany(
                _LOOKS,
                [
                    (look.id, look.institution_id, look.record_id, look.at, look.kind, look.mark, look.asker,
                     look.follows, json.dumps(look.names), look.salt)
                    for look in looks
                ],
            )  # fmt: skip


def _is_away(error: Exception) -> bool:
    """Whether it is about the database and not about what was to be written."""
    return isinstance(error, Failed) and str(getattr(error, "sqlstate", ""))[:2] not in _OURS


def _is_twice(error: Exception) -> bool:
    return isinstance(error, asyncpg.UniqueViolationError)


def _tell(batch: Sequence[tuple[Entry, asyncio.Future[None]]], error: Exception | None) -> None:
    for _, done in batch:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
