"""What crosses this room's wall, and its words. No Django."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Audience(StrEnum):
    """Whom a client lets in: its owner's own staff, staff of every institution, citizens. It serves one kind."""

    STAFF = "staff"
    EVERY_STAFF = "every_staff"
    CITIZENS = "citizens"


class ClientKind(StrEnum):
    """Whether the system can keep a secret (a server) or not (a page's script, an app)."""

    CONFIDENTIAL = "confidential"
    PUBLIC = "public"


class LogoutState(StrEnum):
    """How far the word of an ended sign-in got; dead: tried for three days in vain."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True)
class Terms:
    """What is asked for a client and approved: addresses are compared letter by letter.

    `told_at` is where ended sign-ins are told (back-channel logout), "" for nowhere. `purpose` is {sw:, en:}.
    """

    audience: str
    redirects: list[str]
    scopes: list[str]
    purpose: Mapping[str, str]
    basis: str
    after_logout: list[str] = field(default_factory=list)
    told_at: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Terms":
        """From what is kept."""
        return cls(**kept)


class SignonRefusedError(ValueError):
    """What was asked of the register can't be done; `key` names the text that says why, `field` where it was typed."""

    def __init__(self, key: str, field: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.field = field


class BadClientError(Exception):
    """No such client, or not its address: nobody is sent there, the person is told. `key` names the text."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class ProtocolError(Exception):
    """An answer of RFC 6749 (4.1.2.1, 5.2) or OpenID Connect Core (3.1.2.6): a code, and words for who reads a log."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status
