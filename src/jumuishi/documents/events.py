"""What happened to documents."""

from dataclasses import dataclass
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
