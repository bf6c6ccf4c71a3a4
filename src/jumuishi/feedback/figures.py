"""How an institution keeps its word to those who speak: counts and times, no words and no names.

Times are working time until the first answer: the median and the 90th percentile, never the mean.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from jumuishi.kernel import clock, tenancy

DAYS = 365


@dataclass(frozen=True)
class Figures:
    """Of one kind, or of all ("")."""

    kind: str
    count: int
    open: int
    late: int
    answered: int
    median_minutes: int | None
    p90_minutes: int | None
    solved: int
    unsolved: int


_SQL = """
SELECT coalesce(kind, ''), count(*),
  count(*) FILTER (WHERE state IN ('open', 'asked')),
  count(*) FILTER (WHERE state = 'open' AND due_at < %(now)s),
  count(worked_minutes),
  percentile_disc(0.5) WITHIN GROUP (ORDER BY worked_minutes),
  percentile_disc(0.9) WITHIN GROUP (ORDER BY worked_minutes),
  count(*) FILTER (WHERE verdict = 'solved'), count(*) FILTER (WHERE verdict = 'unsolved')
FROM feedback_item WHERE about_id = %(about)s AND received_at >= %(since)s AND state <> 'abuse'
GROUP BY GROUPING SETS ((kind), ()) ORDER BY 1
"""


def of_institution(about_id: UUID, now: datetime) -> dict[str, Figures]:
    """By kind and over all, of the last 365 days; what was abuse is not counted.

    Read as the system: these are public, and what is kept from an institution (it names its head) counts too.
    """
    values: dict[str, UUID | datetime] = {"about": about_id, "now": now, "since": now - clock.seconds(DAYS * 24 * 3600)}
    with tenancy.acting_as(tenancy.Principal.system()), connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        found = [Figures(*row) for row in cursor.fetchall()]
    return {one.kind: one for one in found}
