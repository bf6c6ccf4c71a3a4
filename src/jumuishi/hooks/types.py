"""What crosses this room's wall. No Django."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

# What may be told, as programs read it; names last for ever.
TOPICS = (
    "case.submitted", "case.moved", "case.ended", "bill.issued", "bill.paid", "document.issued", "document.changed",
)  # fmt: skip
PING = "ping"


class DeliveryState(StrEnum):
    """How far a notice is; a dead one waits for its owner."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class HookRefusedError(ValueError):
    """A hook can't be made or used so; the message is the text's key, `field` the field that it is about."""

    def __init__(self, key: str, field: str = "") -> None:
        super().__init__(key)
        self.key, self.field = key, field


@dataclass(frozen=True)
class NewHook:
    """A hook and its secret, for whoever made it; the secret is shown once."""

    id: UUID
    secret: str
