"""What happened at an institution, day by day, for figures of service; counts and waiting times, nobody's data.

A day is the installation's own. A decided case was granted or refused: what lapsed or was withdrawn was not the
office's to decide. Waiting times are whole hours by the clock, begun ones counted, in order: no mean hides a long wait.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from jumuishi.cases.models import Task
from jumuishi.kernel.bounded import COUNTED

SERVICE, OFFICER = "service", "officer"

_OPENED = """
SELECT (submitted_at AT TIME ZONE %(zone)s)::date AS day, service, count(*) FROM cases_case
WHERE institution_id = %(home)s AND submitted_at >= %(since)s GROUP BY 1, 2
"""
_DECIDED = """
SELECT (ended_at AT TIME ZONE %(zone)s)::date AS day, service, count(*),
       count(*) FILTER (WHERE promise_due_at < ended_at), 0,
       array_agg(ceil(extract(epoch FROM ended_at - submitted_at) / 3600)::int ORDER BY ended_at - submitted_at)
FROM cases_case
WHERE institution_id = %(home)s AND outcome IN ('granted', 'refused') AND ended_at >= %(since)s GROUP BY 1, 2
"""
_DONE = """
SELECT (done_at AT TIME ZONE %(zone)s)::date AS day, done_by::text, count(*),
       count(*) FILTER (WHERE due_at < done_at), count(*) FILTER (WHERE due_at < done_at AND late_reason <> ''),
       array_agg(ceil(extract(epoch FROM done_at - opened_at) / 3600)::int ORDER BY done_at - opened_at)
FROM cases_task
WHERE institution_id = %(home)s AND state = 'done' AND done_by IS NOT NULL AND done_at >= %(since)s GROUP BY 1, 2
"""
_OPEN = """
SELECT c.service, t.assignee_id::text, count(*), count(*) FILTER (WHERE t.due_at < %(now)s)
FROM cases_task t JOIN cases_case c ON c.id = t.case_id
WHERE t.institution_id = %(home)s AND t.state = 'open' GROUP BY 1, 2
"""


@dataclass
class Day:
    """One day of one service or officer; `explained` are late tasks whose officer said why, `hours` in order."""

    day: date
    kind: str
    key: str
    opened: int = 0
    done: int = 0
    late: int = 0
    explained: int = 0
    hours: tuple[int, ...] = ()


@dataclass(frozen=True)
class Standing:
    """Open tasks now, and how many of them are past their time."""

    kind: str
    key: str
    open: int
    late: int


def days(institution_id: UUID, since: datetime) -> list[Day]:
    """Every day from a midnight on, by service and by officer; three questions, each served by an index."""
    found: dict[tuple[date, str, str], Day] = {}
    given = {"home": institution_id, "since": since, "zone": settings.TIME_ZONE}
    for day, service, count in _rows(_OPENED, given):
        found[day, SERVICE, service] = Day(day, SERVICE, service, opened=count)
    for kind, question in ((SERVICE, _DECIDED), (OFFICER, _DONE)):
        for day, key, done, late, explained, hours in _rows(question, given):
            one = found.setdefault((day, kind, key), Day(day, kind, key))
            one.done, one.late, one.explained, one.hours = done, late, explained, tuple(hours)
    return list(found.values())


def standings(institution_id: UUID, now: datetime) -> list[Standing]:
    """What is open at this moment, by service and by officer; what nobody has taken has no officer."""
    sums: dict[tuple[str, str], list[int]] = {}
    for service, officer, count, late in _rows(_OPEN, {"home": institution_id, "now": now}):
        for key in ((SERVICE, service), (OFFICER, officer or "")):
            one = sums.setdefault(key, [0, 0])
            one[0], one[1] = one[0] + count, one[1] + late
    return [Standing(kind, key, count, late) for (kind, key), (count, late) in sums.items()]


@dataclass(frozen=True)
class Pulse:
    """The day in numbers, each counted up to COUNTED only: more than that is as much as anybody can do today."""

    open: int
    today: int
    late: int
    silent: int


@dataclass(frozen=True)
class LateTask:
    """An open task past its time; `reason` is what its officer said, empty where nobody said why."""

    case_id: UUID
    reference: str
    service_name: dict[str, str]
    stage_name: dict[str, str]
    officer: UUID | None
    due_at: datetime
    reason: str


def pulse(institution_id: UUID, now: datetime, tomorrow: datetime) -> Pulse:
    """How many tasks are open, due today, late, and late without a reason; one question with a bound on each count."""
    here = "SELECT 1 FROM cases_task WHERE institution_id = %(home)s AND state = 'open'"
    parts = (
        here,
        f"{here} AND due_at >= %(now)s AND due_at < %(tomorrow)s",
        f"{here} AND due_at < %(now)s",
        f"{here} AND due_at < %(now)s AND late_reason = ''",
    )
    counted = ", ".join(f"(SELECT count(*) FROM ({one} LIMIT {COUNTED + 1}) AS n)" for one in parts)  # noqa: S608  # ours
    given = {"home": institution_id, "now": now, "tomorrow": tomorrow}
    return next(Pulse(*row) for row in _rows(f"SELECT {counted}", given))


def late_tasks(institution_id: UUID, now: datetime, limit: int) -> list[LateTask]:
    """The tasks that have been late the longest."""
    rows = Task.objects.filter(institution_id=institution_id, state=Task.State.OPEN, due_at__lt=now)
    return [
        LateTask(one.case_id, one.case.reference, one.case.service_name, one.name, one.assignee_id, one.due_at,
                 one.late_reason)
        for one in rows.select_related("case").order_by("due_at", "id")[:limit]
        if one.due_at is not None
    ]  # fmt: skip


def _rows(question: str, given: dict[str, Any]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        yield from cursor.fetchall()
