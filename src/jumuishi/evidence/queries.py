"""Reads of the journal; the database shows a principal its own rows only."""

import json
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min

from jumuishi.evidence.models import Commitment, JournalRow
from jumuishi.evidence.types import Entry


def _entry(row: JournalRow) -> Entry:
    return Entry(
        journal_id=row.id,
        at=row.at,
        verb=row.verb,
        thing_kind=row.thing_kind,
        thing_id=row.thing_id,
        institution_id=row.institution_id,
        person_id=row.person_id,
        body=None if row.body is None else json.loads(bytes(row.body)),
    )


def history(*, thing_kind: str, thing_id: UUID) -> list[Entry]:
    """What was done to a thing, oldest first."""
    rows = JournalRow.objects.filter(thing_id=thing_id, thing_kind=thing_kind).order_by("at", "id")
    return [_entry(row) for row in rows]


def about(*, person_id: UUID, limit: int = 200) -> list[Entry]:
    """What was done with a person's things and who looked at them, newest first."""
    return [_entry(row) for row in JournalRow.objects.filter(person_id=person_id).order_by("-at", "-id")[:limit]]


def unsequenced(now: datetime) -> tuple[int, float]:
    """How many journal entries have no place in the log yet, and for how many seconds the oldest has waited."""
    found = Commitment.objects.aggregate(count=Count("id"), oldest=Min("queued_at"))
    return found["count"], max(0.0, (now - found["oldest"]).total_seconds()) if found["oldest"] else 0.0
