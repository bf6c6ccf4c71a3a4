"""Reads of the journal; the database shows a principal its own rows only."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, QuerySet

from jumuishi.evidence import store
from jumuishi.evidence.models import Commitment, JournalRow
from jumuishi.evidence.types import Entry

# What is told to a person as a look: pages and files read, documents opened.
LOOKS = ("identity.look", "documents.document.open")


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


def newest(*, thing_kind: str, thing_id: UUID, verb: str, limit: int) -> list[Entry]:
    """The last times that one act was done to a thing, newest first."""
    rows = JournalRow.objects.filter(thing_id=thing_id, thing_kind=thing_kind, verb=verb)
    return [_entry(row) for row in rows.order_by("-at", "-id")[:limit]]


def about(*, person_id: UUID, limit: int = 200) -> list[Entry]:
    """What was done with a person's things and who looked at them, newest first."""
    return [_entry(row) for row in JournalRow.objects.filter(person_id=person_id).order_by("-at", "-id")[:limit]]


def counts_about(*, person_id: UUID) -> list[tuple[UUID | None, int]]:
    """How many entries there are about a person, by institution."""
    rows = JournalRow.objects.filter(person_id=person_id).values_list("institution_id")
    return list(rows.annotate(count=Count("id")).order_by("institution_id"))


def all_about(*, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Entry]:
    """Every entry about a person, oldest first, in constant memory; of one institution, or of all."""
    rows = JournalRow.objects.filter(person_id=person_id).order_by("at", "id")
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    for row in rows.iterator(chunk_size=500):
        yield _entry(row)


def looks_at(*, person_id: UUID) -> QuerySet[JournalRow]:
    """Who looked at a person's things, newest first, as a query to page over; `entries` reads a page of it.

    Somebody at work in an institution: what the person opens is no look.
    """
    rows = JournalRow.objects.filter(person_id=person_id, verb__in=LOOKS).order_by("-at", "-id")
    return rows.extra(where=["convert_from(body, 'UTF8')::jsonb -> 'actor' ? 'institution'"])  # no input


def entries(rows: Iterable[JournalRow]) -> list[Entry]:
    """The entries of rows that were read."""
    return [_entry(row) for row in rows]


def unsequenced(now: datetime) -> tuple[int, float]:
    """How many journal entries have no place in the log yet, and for how many seconds the oldest has waited."""
    found = Commitment.objects.aggregate(count=Count("id"), oldest=Min("queued_at"))
    return found["count"], max(0.0, (now - found["oldest"]).total_seconds()) if found["oldest"] else 0.0


def latest_at() -> datetime | None:
    """When the newest journal row was written, by the clock of then; ids grow with time."""
    return JournalRow.objects.order_by("-id").values_list("at", flat=True).first()


def latest_checkpoint() -> str:
    """The log's latest signed statement of itself; "" before the first."""
    found = store.state()
    return found.note if found else ""


def lookers(*, institution_id: UUID, since: datetime, limit: int = 50) -> list[tuple[UUID, int, int]]:
    """Who looked most at personal data of an institution: (person, looks, people looked at), most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (convert_from(body, 'UTF8')::jsonb -> 'actor' ->> 'person')::uuid, count(*), "
            "count(DISTINCT person_id) FROM evidence_journal WHERE institution_id = %s AND at >= %s "
            "AND verb = ANY(%s) AND body IS NOT NULL AND convert_from(body, 'UTF8')::jsonb -> 'actor' ? 'person' "
            "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s",
            [institution_id, since, list(LOOKS), limit],
        )
        return list(cursor.fetchall())


def count_looks(*, institution_id: UUID, since: datetime, until: datetime) -> int:
    """How often somebody looked at personal data of an institution within a time."""
    rows = JournalRow.objects.filter(institution_id=institution_id, at__gte=since, at__lt=until)
    return rows.filter(verb="identity.look").count()
