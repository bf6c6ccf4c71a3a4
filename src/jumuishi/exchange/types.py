"""What crosses this room's wall. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """Which side of an exchange a record is of."""

    CONSUMER = "consumer"
    PROVIDER = "provider"


class CredentialKind(StrEnum):
    """How a subsystem's own calls are known: where they come from, or what they bring."""

    NETWORK = "network"
    KEY = "key"


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
