"""What this room holds about a person: the notes that they wrote on papers, for themselves."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from jumuishi.identity.holdings import Copy, Holder, Holding, data_of, in_words, register_holder
from jumuishi.meetings.papers.models import Note
from jumuishi.meetings.papers.noting import words_of


class Noted(Holder):
    """Notes are the person's own and no institution's: whoever wrote them erases them, each or all of a meeting."""

    room = "meetings.papers"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """All of them as one kind."""
        count = Note.objects.filter(person_id=person_id, ended_at=None).count()
        return [in_words("meetings", "note", None, count)] if count else []

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each note with its words; none for an institution."""
        if institution_id is not None:
            return
        for row in Note.objects.filter(person_id=person_id, ended_at=None).order_by("at").iterator(chunk_size=500):
            data = data_of(row, "id", "meeting_id", "paper_id", "label", "at", "changed_at")
            yield Copy("note", None, data | {"text": words_of(row)})


register_holder(Noted())
