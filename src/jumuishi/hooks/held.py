"""What this room holds about a person: the addresses that the person's apps are told at."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from jumuishi.hooks.models import Hook
from jumuishi.identity.holdings import Copy, Holder, Holding, data_of, in_words, register_holder


class Told(Holder):
    """Hooks of a person's own; they belong to no institution."""

    room = "hooks"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """All of them as one kind."""
        count = Hook.objects.filter(person_id=person_id).count()
        return [in_words("hooks", "hook", None, count)] if count else []

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each hook."""
        if institution_id is not None:
            return
        for row in Hook.objects.filter(person_id=person_id).order_by("created_at"):
            yield Copy("hook", None, data_of(row, "id", "url", "topics", "created_at", "ended_at"))


register_holder(Told())
