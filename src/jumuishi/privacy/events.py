"""Facts of this room."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from jumuishi.kernel.events import Event


@dataclass(frozen=True)
class RequestAsked(Event):
    """A person asked something of an institution about their data."""

    name: ClassVar[str] = "privacy.request.asked"
    request_id: UUID
    institution_id: UUID
    person_id: UUID
    kind: str


@dataclass(frozen=True)
class RequestAnswered(Event):
    """The institution answered."""

    name: ClassVar[str] = "privacy.request.answered"
    request_id: UUID
    institution_id: UUID
    person_id: UUID
    state: str


@dataclass(frozen=True)
class BreachReleased(Event):
    """A second person let the notices of a breach go out."""

    name: ClassVar[str] = "privacy.breach.released"
    breach_id: UUID
    institution_id: UUID
