"""What an owner's services were asked lately, counted by who asked: for finding what is unusual. No number, no name.

Read under the system principal, by jobs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from jumuishi.exchange.models import Look

# What a system usually does is read from so many days before.
DAYS = 28


@dataclass(frozen=True)
class Traffic:
    """One system at one service within a time, or one officer of it (`asker`, a mark; "" for the whole system).

    `calls`, and of how many different `people`; `absent`: nothing was found; `follows`: the number stood close to
    another asked a moment before; `same`: calls about the one person who was asked about most.
    """

    client: str
    service: str
    asker: str
    calls: int
    people: int
    absent: int
    follows: int
    same: int


def owners(since: datetime) -> list[UUID]:
    """The institutions whose services were asked about somebody since then."""
    return sorted(set(Look.objects.filter(at__gte=since).values_list("institution_id", flat=True).distinct()))


def traffic(institution_id: UUID, since: datetime, until: datetime) -> list[Traffic]:
    """By system, and by officer where the asking system named one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH seen AS (
                SELECT r.client, r.service, l.asker, l.record_id, l.mark, r.status, l.follows
                FROM exchange_look l JOIN exchange_record r ON r.id = l.record_id
                WHERE l.institution_id = %(home)s AND l.at >= %(since)s AND l.at < %(until)s
            ), often AS (
                SELECT client, service, asker, GROUPING(asker) AS every, mark, count(DISTINCT record_id) AS n
                FROM seen WHERE mark <> ''
                GROUP BY GROUPING SETS ((client, service, mark), (client, service, asker, mark))
            ), most AS (
                SELECT client, service, asker, every, max(n) AS n FROM often GROUP BY client, service, asker, every
            ), counted AS (
                SELECT client, service, asker, GROUPING(asker) AS every, count(DISTINCT record_id) AS calls,
                    count(DISTINCT mark) FILTER (WHERE mark <> '') AS people,
                    count(DISTINCT record_id) FILTER (WHERE status = 404) AS absent,
                    count(DISTINCT record_id) FILTER (WHERE follows) AS follows
                FROM seen GROUP BY GROUPING SETS ((client, service), (client, service, asker))
            )
            SELECT c.client, c.service, coalesce(c.asker, ''), c.calls, c.people, c.absent, c.follows, coalesce(m.n, 0)
            FROM counted c LEFT JOIN most m ON m.client = c.client AND m.service = c.service AND m.every = c.every
                AND m.asker IS NOT DISTINCT FROM c.asker
            WHERE c.every = 1 OR c.asker <> ''
            ORDER BY 1, 2, 3
            """,
            {"home": institution_id, "since": since, "until": until},
        )
        return [Traffic(*row) for row in cursor.fetchall()]


def usual(
    institution_id: UUID, client: str, service: str, before: datetime, hours: tuple[int, int] | None = None
) -> tuple[float, int]:
    """Of how many different people the system asked in an hour in which it asked at all, and in how many such hours.

    Over the days before; within some hours of the day where `hours` (from, until, by the installation's clock) says so.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(avg(people), 0)::float, count(*) FROM (
                SELECT count(DISTINCT l.mark) AS people, extract(hour FROM l.at AT TIME ZONE %(zone)s) AS hour
                FROM exchange_look l JOIN exchange_record r ON r.id = l.record_id
                WHERE l.institution_id = %(home)s AND l.at >= %(since)s AND l.at < %(before)s
                    AND r.client = %(client)s AND r.service = %(service)s
                GROUP BY date_trunc('hour', l.at), 2
            ) AS hours
            WHERE %(from)s::int IS NULL OR CASE WHEN %(from)s <= %(until)s THEN hour >= %(from)s AND hour < %(until)s
                ELSE hour >= %(from)s OR hour < %(until)s END
            """,
            {
                "zone": settings.TIME_ZONE, "home": institution_id, "since": before - timedelta(days=DAYS),
                "before": before, "client": client, "service": service, "from": hours[0] if hours else None,
                "until": hours[1] if hours else None,
            },
        )  # fmt: skip
        found = cursor.fetchone()
    return float(found[0]), int(found[1])


def messages(institution_id: UUID, seen: Traffic, since: datetime, until: datetime, most: int) -> list[str]:
    """The numbers of some of these calls, newest first: both ends find them by it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.message_id FROM exchange_record r
            WHERE r.institution_id = %(home)s AND r.at >= %(since)s AND r.at < %(until)s AND r.client = %(client)s
                AND r.service = %(service)s AND EXISTS (
                    SELECT 1 FROM exchange_look l WHERE l.record_id = r.id AND (%(asker)s = '' OR l.asker = %(asker)s))
            ORDER BY r.at DESC, r.id DESC LIMIT %(most)s
            """,
            {
                "home": institution_id, "since": since, "until": until, "client": seen.client, "service": seen.service,
                "asker": seen.asker, "most": most,
            },
        )  # fmt: skip
        return [row[0] for row in cursor.fetchall()]
