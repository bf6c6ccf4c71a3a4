"""What crosses this room's wall. No Django."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class MessageState(StrEnum):
    """`sent`: the gateway took it; `delivered`: the phone did; `failed`: neither will."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Message:
    """A message as others see it; `parts` is how many SMS it takes."""

    id: UUID
    to: str
    text: str
    purpose: str
    state: MessageState
    parts: int
    created_at: datetime
    case_id: UUID | None
    failure: str


class EmptyMessageError(ValueError):
    """A message says something, to somebody."""
