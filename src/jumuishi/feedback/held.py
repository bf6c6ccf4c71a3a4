"""What this room holds about a person: what they said with their name. Of nameless senders nothing is held."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Count

from jumuishi.feedback.actions.forgetting import forget_item, items_of
from jumuishi.feedback.models import Entry, Item
from jumuishi.feedback.types import FeedbackError
from jumuishi.identity.holdings import Copy, Fate, Holder, Holding, data_of, in_words, register_holder
from jumuishi.identity.types import Actor
from jumuishi.kernel.text import both

_ITEM = ("id", "reference", "kind", "service", "case_reference", "text", "role", "named", "state", "level", "verdict",
         "received_at", "due_at", "answered_at")  # fmt: skip
_ENTRY = ("kind", "text", "created_at")


class Feedback(Holder):
    """Held to be answered, and erased once it has ended and the person asks."""

    room = "feedback"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """What was said, by the institution that it is about."""
        rows = Item.objects.filter(person_id=person_id).values_list("about_id").annotate(count=Count("id"))
        return [in_words("feedback", "feedback", about, count) for about, count in rows.order_by("about_id")]

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each item with what was said back and forth; the office's own notes stay the office's."""
        rows = Item.objects.filter(person_id=person_id).order_by("received_at")
        if institution_id is not None:
            rows = rows.filter(about_id=institution_id)
        for item in rows.iterator(chunk_size=500):
            entries = Entry.objects.filter(item=item, is_inner=False).order_by("created_at")
            said = {"said_since": [data_of(one, *_ENTRY) for one in entries]}
            yield Copy("feedback", item.about_id, data_of(item, *_ITEM) | said)

    def erase(self, *, actor: Actor, person_id: UUID, institution_id: UUID, reason: str) -> Iterator[Fate]:
        """What has ended goes; what waits for an answer stays until it has one."""
        for item in items_of(person_id, institution_id):
            try:
                forget_item(actor=actor, item_id=item.id, reason=reason)
            except FeedbackError as kept:
                yield Fate("feedback", item.id, item.reference, False, both(kept.code))
            else:
                yield Fate("feedback", item.id, item.reference, True)


register_holder(Feedback())
