"""What is on its way ends with what it is for, within the act that ends that."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jumuishi.cases.models import Upload
from jumuishi.kernel import parts


def on_their_way(person_id: UUID, draft_id: UUID) -> QuerySet[Upload]:
    """The files of a draft, or of a case, that have not arrived yet."""
    return Upload.objects.filter(person_id=person_id, draft_id=draft_id, done_at=None)


def drop_rows(rows: QuerySet[Upload]) -> None:
    """Away with them; the bytes go once the rows are surely gone."""
    for one in rows:
        transaction.on_commit(partial(parts.drop, one.id))
        one.delete()
