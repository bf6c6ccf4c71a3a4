"""Jobs are enqueued with their transaction, survive the worker that held them, and are watched by one worker."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from jumuishi.kernel import clock, jobs, worker
from jumuishi.kernel.events import UnknownSubscriberError, deliver

pytestmark = pytest.mark.database
NOTHING = {"event": "kernel.nothing", "subscriber": "nobody", "payload": {}}


def one(sql: str, values: list[Any] | None = None) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or [])
        return cursor.fetchone() or ()


def begun_by(heartbeat_seconds_ago: int) -> int:
    """A job that a worker had begun when it was last heard of so long ago; its id."""
    jobs.later(deliver, **NOTHING)
    (held,) = one(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id",
        [heartbeat_seconds_ago],
    )
    (job,) = one(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s"
        " WHERE id = (SELECT max(id) FROM procrastinate_jobs) RETURNING id",
        [held],
    )
    return int(job)


def state(job: int) -> tuple[Any, ...]:
    return one("SELECT status::text, worker_id, attempts FROM procrastinate_jobs WHERE id = %s", [job])


def test_a_job_is_enqueued_with_its_transaction_or_not_at_all(db: None) -> None:
    with transaction.atomic():
        jobs.later(deliver, **NOTHING)
        transaction.set_rollback(True)
    assert jobs.waiting(clock.now()).counts == {}
    jobs.later(deliver, **NOTHING)
    assert jobs.waiting(clock.now()).counts == {"todo": 1}


def test_the_job_of_a_worker_that_died_is_done_again(db: None) -> None:
    dead, alive = begun_by(worker.STALLED_SECONDS + 5), begun_by(1)
    worker.sweep_stalled()
    assert state(dead) == ("todo", None, 1)
    assert state(alive)[0] == "doing"


def test_a_job_of_a_worker_that_is_forgotten_is_done_again(db: None) -> None:
    job = begun_by(1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    worker.sweep_stalled()
    assert state(job)[0] == "todo"


def test_a_job_that_the_release_before_did_not_know_is_done_by_this_one(db: None) -> None:
    """Its worker lets it fail untried; what was tried in vain stays failed, and what nobody knows waits."""
    ended = {}
    for name, attempts in (("kernel.event.deliver", 1), ("kernel.event.deliver", 300), ("kernel.of_tomorrow", 1)):
        jobs.later_by_name(name)
        (job,) = one(
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = %s"
            " WHERE id = (SELECT max(id) FROM procrastinate_jobs) RETURNING id",
            [attempts],
        )
        ended[name, attempts] = int(job)
    worker.sweep_stalled()
    found = {key: state(job)[0] for key, job in ended.items()}
    assert list(found.values()) == ["todo", "failed", "failed"]


def test_a_fact_for_somebody_unknown_is_told_again(db: None) -> None:
    """To drop it would lose what the release beside this one tells its own new subscriber."""
    with pytest.raises(UnknownSubscriberError):
        deliver(**NOTHING)


def test_how_the_queue_stands(db: None) -> None:
    now = clock.now()
    jobs.later(deliver, schedule_at=now - timedelta(seconds=90), **NOTHING)
    jobs.later(deliver, schedule_at=now + timedelta(hours=1), **NOTHING)
    begun_by(1)
    found = jobs.waiting(now)
    assert found.counts == {"todo": 1, "doing": 1}
    assert 89 < found.oldest_seconds < 91


def test_one_worker_has_the_watch_and_another_takes_it_over(database: Any) -> None:
    first, second = worker.Watch(), worker.Watch()
    try:
        assert first.held()
        assert first.held()
        assert not second.held()
        with psycopg.connect(database.app, autocommit=True) as other:
            assert first._connection is not None
            other.execute("SELECT pg_terminate_backend(%s)", [first._connection.info.backend_pid])
        assert not first.held()  # its connection is gone, and with it the lock
        assert second.held()
        assert not first.held()
    finally:
        first.release()
        second.release()


def test_encryption_of_the_address_is_kept(settings_of_a_server: None) -> None:
    said = worker.dsn()
    assert "sslmode=verify-full" in said
    assert "pool" not in said


@pytest.fixture
def settings_of_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings  # noqa: PLC0415

    from jumuishi.project.settings import database as read  # noqa: PLC0415

    found = read("postgresql://jumuishi_app:neno@db.example:5433/jumuishi?sslmode=verify-full")
    monkeypatch.setitem(settings.DATABASES, "default", found)
