"""Facts about people and their accounts, for whoever cares."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from jumuishi.kernel.events import Event


@dataclass(frozen=True)
class SessionsEnded(Event):
    """Somebody ended these sessions; each is named by its chain (a UUID as text)."""

    name: ClassVar[str] = "identity.sessions.ended"
    chains: list[str]


@dataclass(frozen=True)
class FactorsRemoved(Event):
    """Two people of an institution took an officer's second factor away, so that the officer can enrol again."""

    name: ClassVar[str] = "identity.factors.removed"
    person_id: UUID
    institution_id: UUID
