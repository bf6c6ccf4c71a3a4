"""What happened to documents."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from jumuishi.kernel.events import Event


@dataclass(frozen=True)
class DocumentIssued(Event):
    """A document was made, signed and stored."""

    name: ClassVar[str] = "documents.document.issued"
    document_id: UUID
    institution_id: UUID
    person_id: UUID
    case_id: UUID
    number: str


@dataclass(frozen=True)
class DocumentRevoked(Event):
    """A document must no longer be accepted; `state` is revoked or replaced."""

    name: ClassVar[str] = "documents.document.revoked"
    document_id: UUID
    institution_id: UUID
    person_id: UUID
    case_id: UUID
    number: str
    state: str


@dataclass(frozen=True)
class DocumentSuspended(Event):
    """A document must not be accepted for now; `until` is the last day of it (ISO), empty until it is lifted."""

    name: ClassVar[str] = "documents.document.suspended"
    document_id: UUID
    institution_id: UUID
    person_id: UUID
    case_id: UUID
    number: str
    until: str
    at: datetime


@dataclass(frozen=True)
class DocumentRestored(Event):
    """A suspension was lifted: the document is good again."""

    name: ClassVar[str] = "documents.document.restored"
    document_id: UUID
    institution_id: UUID
    person_id: UUID
    case_id: UUID
    number: str
    at: datetime
