"""How much one person may keep here in all: the files that were handed in, bounded by the installation."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import Q, Sum

from jumuishi.cases.models import Attachment, Upload
from jumuishi.cases.types import QuotaError
from jumuishi.identity import public as identity
from jumuishi.kernel import scanning, tenancy
from jumuishi.kernel.files import StoredFile, TooLargeError


def used(person_id: UUID, instead: tuple[UUID, str] | None = None) -> int:
    """Bytes of what the person handed in and we still keep, and of what is on its way.

    Without the file of a draft's field that is replaced, whether it is here or on its way.
    """
    rows = Attachment.objects.filter(person_id=person_id)
    coming = Upload.objects.filter(person_id=person_id, done_at=None)
    if instead is not None:
        rows = rows.exclude(Q(draft_id=instead[0], field=instead[1], case_id=None))
        coming = coming.exclude(draft_id=instead[0], field=instead[1])
    with tenancy.acting_as(tenancy.Principal.system()):
        return sum(int(one.aggregate(sum=Sum("size"))["sum"] or 0) for one in (rows, coming))


def take(
    person_id: UUID, chunks: Iterable[bytes], limit: int, *, instead: tuple[UUID, str] | None = None
) -> tuple[StoredFile, str]:
    """As scanning.take, within what is left of the person's share (settings.PERSON_FILES). Raises QuotaError too."""
    # One file of a person at a time: two together would each find the same room.
    identity.one_at_a_time(f"cases.files {person_id}")
    left = settings.PERSON_FILES - used(person_id, instead)
    if left <= 0:
        raise QuotaError
    try:
        return scanning.take(chunks, min(limit, left))
    except TooLargeError:
        if left < limit:
            raise QuotaError from None
        raise
