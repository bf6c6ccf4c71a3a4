"""What crosses this room's wall. No Django."""

from enum import StrEnum


class Role(StrEnum):
    """Which side of an exchange a record is of."""

    CONSUMER = "consumer"
    PROVIDER = "provider"


class CredentialKind(StrEnum):
    """How a subsystem's own calls are known: where they come from, or what they bring."""

    NETWORK = "network"
    KEY = "key"


class ExchangeRefusedError(ValueError):
    """What was asked of the register can't be done; `key` names the text that says why, `field` where it was typed."""

    def __init__(self, key: str, field: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.field = field
