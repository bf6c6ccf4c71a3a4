"""What crosses this room's wall. No Django."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Recorded:
    """A journal row that was written in the caller's transaction, and its 32-byte commitment."""

    journal_id: UUID
    commitment: bytes


@dataclass(frozen=True)
class Entry:
    """A journal row as read; `body` is the canonical record as a dictionary, None once it was erased."""

    journal_id: UUID
    at: datetime
    verb: str
    thing_kind: str
    thing_id: UUID
    institution_id: UUID | None
    person_id: UUID | None
    body: dict[str, Any] | None


class UnknownEntryError(LookupError):
    """There is no such journal row, or the principal may not see it, or it was erased."""


class LogError(RuntimeError):
    """The log can't go on: a key, a tile or an outside copy is not what it must be; says which."""
