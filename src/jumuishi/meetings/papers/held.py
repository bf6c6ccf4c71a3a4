# ruff: noqa: ARG002  # the shape is the same for all rooms
"""What is held about a member before a meeting: notes that they wrote for themselves, what they asked the office."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Count

from jumuishi.identity.holdings import Copy, Fate, Holder, Holding, data_of, in_words, register_holder
from jumuishi.identity.types import Actor
from jumuishi.kernel.text import both
from jumuishi.meetings.calling.platform import as_system
from jumuishi.meetings.papers.models import Note
from jumuishi.meetings.papers.noting import words_of
from jumuishi.meetings.questions.models import Question

_QUESTION = ("id", "meeting_id", "item_id", "text", "at", "answer", "answered_at", "is_for_all")


class Before(Holder):
    """Notes are the person's own and no institution's: whoever wrote them erases them, each or all of a meeting.

    A question is of the meeting, as what is said in it is: it stays with the institution.
    """

    room = "meetings.papers"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """All notes as one kind, questions by institution."""
        count = Note.objects.filter(person_id=person_id, ended_at=None).count()
        found = [in_words("meetings", "note", None, count)] if count else []
        rows = Question.objects.filter(person_id=person_id).values_list("institution_id").annotate(count=Count("id"))
        return found + [in_words("meetings", "question", *one) for one in rows.order_by("institution_id")]

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each note with its words, but for an institution; each question with its answer."""
        asked = Question.objects.filter(person_id=person_id).order_by("at")
        if institution_id is not None:
            asked = asked.filter(institution_id=institution_id)
        for one in asked.iterator(chunk_size=500):
            yield Copy("question", one.institution_id, data_of(one, *_QUESTION))
        if institution_id is not None:
            return
        for row in Note.objects.filter(person_id=person_id, ended_at=None).order_by("at").iterator(chunk_size=500):
            data = data_of(row, "id", "meeting_id", "paper_id", "label", "at", "changed_at")
            yield Copy("note", None, data | {"text": words_of(row)})

    def erase(self, *, actor: Actor, person_id: UUID, institution_id: UUID, reason: str) -> Iterator[Fate]:
        """Questions stay, each with why; notes are not the institution's to erase."""
        with as_system():
            rows = Question.objects.filter(person_id=person_id, institution_id=institution_id).order_by("at")
            found = list(rows.values_list("id", "text"))
        for key, text in found:
            yield Fate("question", key, text[:60], False, both("meetings.kept_question"))


register_holder(Before())
