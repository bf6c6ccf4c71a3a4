"""Numbers of files between two nodes: which comes next, which never came, and what the other node says of ours."""

from django.db import connection
from django.db.models import Max

from jumuishi.exchange.courier.bundle.envelope import Head
from jumuishi.exchange.courier.carrying.tables import BundleFile
from jumuishi.exchange.courier.states import Direction
from jumuishi.kernel import clock

# So many that never came are told, of the latest so many; a bundle's head has room for them.
MOST_MISSING, LATEST = 100, 5000
# What went at once holds all that was not acknowledged: once all of its files are here, nothing before them is missed.
_MISSING = """
WITH came AS (
  SELECT number, pack, file, is_last FROM exchange_courier_bundle
  WHERE direction = 'in' AND node = %(node)s AND taken_at IS NOT NULL AND number > %(since)s
), whole AS (
  SELECT min(number) AS first FROM came GROUP BY pack HAVING bool_or(is_last) AND count(*) = max(file)
)
SELECT n FROM generate_series(greatest(%(since)s + 1, (SELECT max(first) FROM whole)), %(last)s::bigint) AS n
WHERE NOT EXISTS (SELECT 1 FROM came WHERE number = n) ORDER BY n DESC LIMIT %(most)s
"""


def next_to(node: str) -> int:
    """The number of the next file to a node."""
    return _last(Direction.OUT, node) + 1


def _last(direction: Direction, node: str) -> int:
    rows = BundleFile.objects.filter(direction=direction, node=node)
    if direction == Direction.IN:
        rows = rows.exclude(taken_at=None)
    return int(rows.aggregate(last=Max("number"))["last"] or 0)


def heard_of(node: str) -> tuple[int, tuple[int, ...]]:
    """The highest number that came from a node, and the latest of those below it that are missed."""
    last = _last(Direction.IN, node)
    with connection.cursor() as cursor:
        given: dict[str, str | int] = {"node": node, "last": last, "since": max(0, last - LATEST), "most": MOST_MISSING}
        cursor.execute(_MISSING, given)
        return last, tuple(sorted(one for (one,) in cursor.fetchall()))


def told(head: Head) -> None:
    """Take what a bundle's head says of the files that we packed for its sender."""
    now, ours = clock.now(), BundleFile.objects.filter(direction=Direction.OUT, node=head.sender, taken_at=None)
    ours.filter(number__in=head.missing, lost_at=None).update(lost_at=now)
    # A full list says nothing of what is further back.
    since = head.missing[0] if len(head.missing) >= MOST_MISSING else 0
    came = ours.filter(number__lte=head.heard_upto, number__gt=since).exclude(number__in=head.missing)
    came.update(taken_at=now, lost_at=None)
