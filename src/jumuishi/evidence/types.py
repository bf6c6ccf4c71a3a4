"""What crosses this room's wall. No Django."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jumuishi.evidence.verifier import PROMISE_FORMAT, VerificationError

__all__ = [
    "Entry", "LogError", "Prepared", "Recorded", "SignedPromise", "UnknownEntryError", "VerificationError",
]  # fmt: skip


@dataclass(frozen=True)
class Recorded:
    """A journal row that was written in the caller's transaction, and its 32-byte commitment."""

    journal_id: UUID
    commitment: bytes


@dataclass(frozen=True)
class Prepared:
    """A journal row that is yet to be written: its canonical body, its salt and the commitment to both."""

    journal_id: UUID
    at: datetime
    verb: str
    thing_kind: str
    thing_id: UUID
    institution_id: UUID | None
    body: bytes
    salt: bytes
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


@dataclass(frozen=True)
class SignedPromise:
    """Our signature, given at once, that a commitment will be in the log within `max_merge_delay` seconds of `at`."""

    journal_id: UUID
    commitment: bytes
    at: str
    max_merge_delay: int
    log: str
    key: str
    signature: bytes

    def as_json(self) -> dict[str, str | int]:
        """The promise as JSON types, as `jumuishi evidence verify` reads it."""
        return {
            "format": PROMISE_FORMAT,
            "log": self.log,
            "key": self.key,
            "commitment": base64.b64encode(self.commitment).decode(),
            "at": self.at,
            "max_merge_delay": self.max_merge_delay,
            "signature": base64.b64encode(self.signature).decode(),
        }
