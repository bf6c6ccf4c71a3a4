"""Ballots do not wait for each other, nor for the chair; only what ends them waits for those under way.

A ballot holds its meeting's barrier together with other ballots, from before it looks whether the vote is open until
it is committed. Whatever ends a vote or somebody's right to vote holds it alone: it counts every ballot that was or
will be acknowledged, and none comes after. The meeting's row is locked by FOR NO KEY UPDATE, for which no foreign key
of a ballot waits.
"""

from uuid import UUID

from django.db import connection

from jumuishi.kernel.statements import Soon
from jumuishi.meetings.models import Meeting

_SEED = 0x6B757261  # "kura": this module's own number among advisory locks
# A statement of its own, though it goes with the next: what that one reads is as it stands once the barrier is held.
_SHARE = Soon(f"SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, {_SEED}))")


def share(meeting_id: UUID) -> None:
    """From the next statement on hold it with others until the transaction ends; waits while somebody has it alone."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARE, [str(meeting_id)])


def alone(meeting_id: UUID) -> None:
    """Hold it alone until the transaction ends; waits for every ballot under way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [str(meeting_id), _SEED])


def locked(meeting_id: UUID) -> Meeting | None:
    """The meeting, held until the transaction ends; acts of a meeting come one after another."""
    rows = Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("body", "edition")
    return rows.filter(id=meeting_id).first()
