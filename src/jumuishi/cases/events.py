"""Facts of this room."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from jumuishi.kernel.events import Event


@dataclass(frozen=True)
class CaseSubmitted(Event):
    """A person's application became a case of an institution."""

    name: ClassVar[str] = "cases.case.submitted"
    case_id: UUID
    institution_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class LookupDisputed(Event):
    """With an application its person said that a value of a register is wrong."""

    name: ClassVar[str] = "cases.look.disputed"
    dispute_id: UUID
    case_id: UUID
    institution_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class CaseMoved(Event):
    """A case entered a stage."""

    name: ClassVar[str] = "cases.case.moved"
    case_id: UUID
    institution_id: UUID
    stage: str
    version: int = 0
    person_id: UUID | None = None


@dataclass(frozen=True)
class CaseEnded(Event):
    """A case came to an end: granted, refused, lapsed or withdrawn."""

    name: ClassVar[str] = "cases.case.ended"
    case_id: UUID
    institution_id: UUID
    outcome: str
    version: int = 0
    person_id: UUID | None = None


@dataclass(frozen=True)
class CaseErased(Event):
    """The personal data of a case is gone; whoever keeps words about it drops them too."""

    name: ClassVar[str] = "cases.case.erased"
    case_id: UUID
    institution_id: UUID


@dataclass(frozen=True)
class TaskEscalated(Event):
    """A task passed its due time; those who answer for it are told."""

    name: ClassVar[str] = "cases.task.escalated"
    task_id: UUID
    case_id: UUID
    institution_id: UUID
