"""What this room holds about a person: what was said to them."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Count

from jumuishi.identity.holdings import Copy, Holder, Holding, data_of, in_words, register_holder
from jumuishi.messaging.models import Message


class Said(Holder):
    """Messages by SMS; a one-time code is forgotten with its sending."""

    room = "messaging"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """Messages by institution."""
        rows = Message.objects.filter(person_id=person_id).values_list("institution_id").annotate(count=Count("id"))
        return [in_words("messaging", "message", home, count) for home, count in rows.order_by("institution_id")]

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each message."""
        rows = Message.objects.filter(person_id=person_id).order_by("created_at")
        if institution_id is not None:
            rows = rows.filter(institution_id=institution_id)
        for row in rows.iterator(chunk_size=500):
            data = data_of(row, "id", "case_id", "to", "text", "purpose", "state", "created_at", "sent_at")
            yield Copy("message", row.institution_id, data)


register_holder(Said())
