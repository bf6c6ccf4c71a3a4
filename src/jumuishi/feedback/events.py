"""Facts of this room."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from jumuishi.kernel.events import Event


@dataclass(frozen=True)
class FeedbackReceived(Event):
    """Somebody said something of an institution."""

    name: ClassVar[str] = "feedback.item.received"
    item_id: UUID
    about_id: UUID
    kind: str


@dataclass(frozen=True)
class FeedbackAnswered(Event):
    """It was answered."""

    name: ClassVar[str] = "feedback.item.answered"
    item_id: UUID
    about_id: UUID
    kind: str


@dataclass(frozen=True)
class FeedbackEscalated(Event):
    """The sender took it to the next level: 2 the institution's head, 3 the e-government authority."""

    name: ClassVar[str] = "feedback.item.escalated"
    item_id: UUID
    about_id: UUID
    level: int
