"""Background work on the same PostgreSQL (Procrastinate): enqueued in the caller's transaction, run at least once.

A job is a named function with JSON-able keyword arguments; it runs as the system principal unless it
narrows itself, and must stand being run twice. Timed entries have a queue of their own, so that a
backlog never starves a clock.
"""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import close_old_connections, connection

from jumuishi.kernel import tenancy
from jumuishi.kernel.statements import Soon

F = TypeVar("F", bound=Callable[..., None])
WORK, CLOCK = "work", "clock"


@dataclass(frozen=True)
class Job:
    """A registered job; `every` is its period in seconds for a timed entry, None for one that is enqueued."""

    name: str
    run: Callable[..., None]
    every: int | None = None


REGISTRY: dict[str, Job] = {}
_names: dict[Callable[..., None], str] = {}


def _register(name: str, fn: F, every: int | None) -> F:
    if name in REGISTRY:
        raise ValueError(f"two jobs are called {name}")

    @functools.wraps(fn)
    def as_system(**kwargs: Any) -> None:
        close_old_connections()
        try:
            with tenancy.acting_as(tenancy.Principal.system()):
                fn(**kwargs)
        finally:
            close_old_connections()

    REGISTRY[name] = Job(name, as_system, every)
    _names[fn] = name
    return fn


def job(name: str) -> Callable[[F], F]:
    """Register a function as a job under a lasting name, "room.noun.verb"."""
    return lambda fn: _register(name, fn, None)


def every(seconds: int, name: str) -> Callable[[F], F]:
    """Register a function to be run about every so many seconds, by one worker at a time."""
    return lambda fn: _register(name, fn, seconds)


@dataclass(frozen=True)
class Waiting:
    """The queue at a moment: jobs by state (todo: due by now), and how long the oldest due one has waited."""

    counts: dict[str, int]
    oldest_seconds: float


def waiting(now: datetime) -> Waiting:
    """How the queue stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.status::text, count(*), min(coalesce(j.scheduled_at, e.at)) FROM procrastinate_jobs j "
            "LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' "
            "WHERE j.status IN ('doing', 'failed') OR (j.status = 'todo' AND coalesce(j.scheduled_at, %s) <= %s) "
            "GROUP BY j.status",
            [now, now],
        )
        found = {status: (int(count), since) for status, count, since in cursor.fetchall()}
    since = found["todo"][1] if "todo" in found else None
    return Waiting({status: count for status, (count, _) in found.items()}, _age(now, since))


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def later(
    fn: Callable[..., None], *, schedule_at: datetime | None = None, lock: str | None = None, **kwargs: Any
) -> None:
    """Enqueue a registered job in the transaction that is open now; it runs after commit.

    `lock`: jobs with the same lock run one after the other.
    """
    later_by_name(_names[fn], schedule_at=schedule_at, lock=lock, **kwargs)


# One statement in the caller's own transaction; the function is Procrastinate's own (its schema 3).
_DEFER = Soon(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%s::text, %s::text, 0, %s::text, NULL, %s::jsonb, %s::timestamptz)"
    "::procrastinate_job_to_defer_v1])"
)


def later_by_name(name: str, *, schedule_at: datetime | None = None, lock: str | None = None, **kwargs: Any) -> None:
    """As later, by the job's name."""
    with connection.cursor() as cursor:
        cursor.execute(_DEFER, [WORK, name, lock, json.dumps(kwargs), schedule_at])
