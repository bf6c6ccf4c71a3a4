"""What this room holds about a person who works in an institution."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Count

from jumuishi.identity.holdings import Copy, Holder, Holding, data_of, in_words, register_holder
from jumuishi.institutions.models import Appointment


class Posts(Holder):
    """Posts: who held which, from when to when."""

    room = "institutions"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """Posts by institution."""
        rows = Appointment.objects.filter(person_id=person_id).values_list("institution_id")
        counted = rows.annotate(count=Count("id")).order_by("institution_id")
        return [in_words("institutions", "post", home, count) for home, count in counted]

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each post."""
        rows = Appointment.objects.filter(person_id=person_id).order_by("created_at")
        if institution_id is not None:
            rows = rows.filter(institution_id=institution_id)
        for row in rows.iterator(chunk_size=500):
            data = data_of(row, "id", "person_name", "title", "roles", "from_on", "until_on")
            yield Copy("post", row.institution_id, data)


register_holder(Posts())
