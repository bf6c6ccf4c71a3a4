"""What crosses this room's wall. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Role(StrEnum):
    """Which side of an exchange a record is of."""

    CONSUMER = "consumer"
    PROVIDER = "provider"


class CredentialKind(StrEnum):
    """How a subsystem's own calls are known: where they come from, or what they bring."""

    NETWORK = "network"
    KEY = "key"


class Part(StrEnum):
    """Which body of an exchange."""

    REQUEST = "request"
    ANSWER = "answer"


@dataclass(frozen=True)
class Terms:
    """What is agreed on: why, on which legal basis, which fields, which verbs and paths (none: all), for which days.

    `purpose` is a code, `purpose_words` say it (sw, en); a rule is {"method": "GET", "path": "/people/*"}.
    """

    purpose: str
    purpose_words: Mapping[str, str]
    legal_basis: str
    fields: Sequence[str]
    rules: Sequence[Mapping[str, str]]
    from_on: date
    until_on: date


class ExchangeRefusedError(ValueError):
    """What was asked of the register can't be done; `key` names the text that says why, `field` where it was typed."""

    def __init__(self, key: str, field: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.field = field


@dataclass(frozen=True)
class Heard:
    """What a register said: under which number the exchange has it, from which service, when it was heard."""

    source: str
    message_id: str
    at: datetime


@dataclass(frozen=True)
class Fetched(Heard):
    """The values that it holds, by the names that definitions take them by; what it has not is left out."""

    values: Mapping[str, object]


@dataclass(frozen=True)
class AsksFirst(Heard):
    """It asks a question of the person first (by language); `was_wrong` where the answer before did not fit.

    `number` goes back with the answer.
    """

    number: str
    words: Mapping[str, str]
    was_wrong: bool = False
    tries_left: int | None = None


@dataclass(frozen=True)
class NotFound(Heard):
    """It knows nothing under that key."""


@dataclass(frozen=True)
class Refused(Heard):
    """It does not answer: "locked" for this key (too many wrong answers), "denied" by the rights of the exchange."""

    reason: str


@dataclass(frozen=True)
class Away:
    """Nobody said anything that counts.

    Reasons: unset (not connected here), busy (as many ask as may), resting (it was away a moment ago), slow, unreached,
    failed (the exchange or the register failed), unreadable (its answer is none).
    """

    reason: str


RegisterSaid = Fetched | AsksFirst | NotFound | Refused | Away
