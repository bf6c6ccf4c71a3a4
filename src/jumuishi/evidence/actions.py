"""The one change that a journal row may undergo."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction

from jumuishi.evidence import rules
from jumuishi.evidence.journal import record
from jumuishi.evidence.models import JournalRow
from jumuishi.evidence.types import Recorded, UnknownEntryError
from jumuishi.kernel import clock, tenancy


def erase(*, actor_ref: str | dict[str, str], journal_id: UUID, reason: str) -> Recorded:
    """Drop a row's data and salt together and leave a mark; the erasure is itself a journal row.

    Who may is the caller's to decide. Raises UnknownEntryError when there is nothing to erase.
    """
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        row = JournalRow.objects.filter(id=journal_id, erased_at=None).first()
        if row is None:
            raise UnknownEntryError(str(journal_id))
        written = record(
            actor_ref=actor_ref,
            verb=rules.ERASE,
            thing_kind="journal",
            thing_id=journal_id,
            institution_id=row.institution_id,
            person_id=None,
            before=None,
            after={"reason": reason},
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT evidence_erase(%s, %s)", [journal_id, clock.now()])
            if cursor.fetchone() != (True,):
                raise UnknownEntryError(str(journal_id))
        return written


def erase_about(*, actor_ref: str | dict[str, str], thing_ids: Iterable[UUID], reason: str) -> int:
    """Erase every row about these things, each with its mark; how many. Who may is the caller's to decide."""
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        rows = JournalRow.objects.filter(thing_id__in=list(thing_ids), erased_at=None).order_by("at", "id")
        found = list(rows.values_list("id", flat=True))
        for journal_id in found:
            erase(actor_ref=actor_ref, journal_id=journal_id, reason=reason)
    return len(found)
