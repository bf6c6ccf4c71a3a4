"""What this room does on hearing others' facts."""

from uuid import UUID

from jumuishi.documents.models import Document
from jumuishi.identity import public as identity


@identity.on_guest_attached
def move_documents(guest_id: UUID, person_id: UUID) -> None:
    """What a guest was given is the person's who proved a phone: the guest's own code has ended."""
    Document.objects.filter(person_id=guest_id).update(person_id=person_id)
