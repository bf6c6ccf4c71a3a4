"""What this room holds about a person: the documents that were issued to them."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Count

from jumuishi.documents.models import Document
from jumuishi.identity.holdings import Copy, Holder, Holding, data_of, in_words, register_holder

_FIELDS = ("id", "case_id", "key", "number", "title", "issuer_name", "holder", "claims", "issued_at", "valid_until",
           "state", "ended_at", "end_reason", "suspended_at", "suspended_until", "suspend_reason",
           "sha256")  # fmt: skip


class Papers(Holder):
    """Documents, each with its signed PDF."""

    room = "documents"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """Documents by institution."""
        rows = Document.objects.filter(person_id=person_id).values_list("institution_id").annotate(count=Count("id"))
        return [in_words("documents", "document", home, count) for home, count in rows.order_by("institution_id")]

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each document with its file."""
        rows = Document.objects.filter(person_id=person_id).order_by("issued_at")
        if institution_id is not None:
            rows = rows.filter(institution_id=institution_id)
        for row in rows.iterator(chunk_size=100):
            data = data_of(row, *_FIELDS)
            yield Copy("document", row.institution_id, data, ((f"{row.key}-{row.number}.pdf", row.file_id),))


register_holder(Papers())
