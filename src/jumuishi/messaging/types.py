"""What crosses this room's wall. No Django."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
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


@dataclass(frozen=True)
class Wrote:
    """What a phone +255XXXXXXXXX wrote after a word that we know; `lang` is what the answer is in.

    `once` tells this message from any other, and the same from itself.
    """

    phone: str
    lang: str
    text: str
    once: str


@dataclass(frozen=True)
class Answer:
    """What goes back; whose it is where it is about a case, so that its cost is that institution's."""

    text: str
    institution_id: UUID | None = None
    person_id: UUID | None = None
    case_id: UUID | None = None


@dataclass(frozen=True)
class Cost:
    """What messages took: how many were handed over, their parts, the cost known so far in the installation's currency.

    `unpriced` are parts of which nobody said what they cost.
    """

    messages: int = 0
    parts: int = 0
    amount: Decimal = Decimal(0)
    unpriced: int = 0


@dataclass(frozen=True)
class Standing:
    """How sending stands: messages that could go now and for how long the oldest has waited; who may be asked now.

    `gateways` are those that this installation names: whether each may be asked.
    """

    waiting: int
    oldest_seconds: float
    gateways: dict[str, bool]


@dataclass(frozen=True)
class Became:
    """What became of something sent: when it was handed over, when the phone had it, why it was not."""

    state: MessageState
    sent_at: datetime | None
    delivered_at: datetime | None
    failure: str
