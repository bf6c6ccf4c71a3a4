"""What this room itself holds about a person: what they asked, and what they were told of breaches."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Count

from jumuishi.identity import public as identity
from jumuishi.identity.holdings import Copy, Holder, Holding, data_of, in_words, register_holder
from jumuishi.privacy.models import Notice, ProvenNumber, Request

_FIELDS = ("number", "kind", "text", "thing", "field", "was", "value", "state", "asked_at", "due_at", "answer",
           "answered_at", "fates", "appeal", "appealed_at", "head_answer", "closed_at")  # fmt: skip


class Asked(Holder):
    """Requests, with their answers."""

    room = "privacy"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """Requests by institution."""
        rows = Request.objects.filter(person_id=person_id).values_list("institution_id").annotate(count=Count("id"))
        found = [in_words("privacy", "request", home, count) for home, count in rows.order_by("institution_id")]
        numbers = ProvenNumber.objects.filter(person_id=person_id).count()
        return [*found, *([in_words("privacy", "number", None, numbers)] if numbers else [])]

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each request, each notice."""
        one = {} if institution_id is None else {"institution_id": institution_id}
        for row in Request.objects.filter(person_id=person_id, **one).order_by("asked_at").iterator(chunk_size=500):
            yield Copy("request", row.institution_id, data_of(row, *_FIELDS))
        if institution_id is None:
            for number in ProvenNumber.objects.filter(person_id=person_id).order_by("proven_at"):
                yield Copy("number", None, data_of(number, "kind", "ending", "source", "message_id", "proven_at"))
        told = Notice.objects.filter(person_id=person_id, told_at__isnull=False, **one).select_related("breach")
        for notice in told.order_by("told_at").iterator(chunk_size=500):
            said = data_of(notice, "reference", "told_at", "way", "seen_at")
            yield Copy("notice", notice.institution_id, said | data_of(notice.breach, "number", "title", "data"))


@identity.on_guest_attached
def move_guests_requests(guest_id: UUID, person_id: UUID) -> None:
    """What a guest asked, and was told, is the person's from then on."""
    Request.objects.filter(person_id=guest_id).update(person_id=person_id)
    mine = ProvenNumber.objects.filter(person_id=person_id).values("mark")
    ProvenNumber.objects.filter(person_id=guest_id).exclude(mark__in=mine).update(person_id=person_id)
    had = Notice.objects.filter(person_id=person_id).values("breach_id")
    Notice.objects.filter(person_id=guest_id).exclude(breach_id__in=had).update(person_id=person_id)


register_holder(Asked())
