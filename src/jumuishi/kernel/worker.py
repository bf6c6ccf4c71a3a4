"""The worker process: Procrastinate over the registered jobs, timed entries on a queue of their own."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable

import procrastinate
import psycopg
from django.conf import settings
from django.db import connection
from procrastinate.jobs import Job
from psycopg.conninfo import make_conninfo

from jumuishi.kernel import jobs, tenancy

log = logging.getLogger("jumuishi.worker")
STALLED_SECONDS = 60
LONGEST_WAIT, MOST_ATTEMPTS = 900, 300
_WATCH = 0x6A756D77  # "jumw": this module's own number among advisory locks


def dsn() -> str:
    """libpq's connection string of the application's own role, with what the address says of encryption."""
    found = settings.DATABASES["default"]
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    parts = {key: found[name] for key, name in names.items() if found.get(name)}
    options = {key: value for key, value in found.get("OPTIONS", {}).items() if isinstance(value, str)}
    return make_conninfo("", **options, **parts)


def build() -> procrastinate.App:
    """Procrastinate's application with every registered job."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn(), min_size=1, max_size=4))
    for name, job in jobs.REGISTRY.items():
        app.task(name=name, queue=jobs.WORK, retry=Patience())(job.run)
    return app


class Patience(procrastinate.BaseRetryStrategy):
    """Again after 2, 4, 8 seconds and at most a quarter of an hour: who was away for a day is asked soon after it."""

    def get_retry_decision(
        self,
        *,
        exception: BaseException,  # noqa: ARG002  # the library's shape
        job: Job,
    ) -> procrastinate.RetryDecision | None:
        """None once three days of it have been in vain: the job is failed, and somebody looks."""
        if job.attempts >= MOST_ATTEMPTS:
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": min(LONGEST_WAIT, 2 ** min(job.attempts + 1, 20))})


class Watch:
    """Which of several workers minds the timed entries: whoever holds an advisory lock on a connection of its own.

    The lock ends with its holder, however that ends, and another worker takes over at its next look.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None
        self._held = False

    def held(self) -> bool:
        """Whether it is ours now; takes it when it is free."""
        with self._one_at_a_time:
            try:
                if self._connection is None:
                    self._connection, self._held = psycopg.connect(dsn(), autocommit=True), False
                if self._held:
                    self._connection.execute("SELECT 1")  # a server that started anew knows nothing of our lock
                else:
                    row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", [_WATCH]).fetchone()
                    self._held = row == (True,)
            except psycopg.Error:
                self.release()
            return self._held

    def release(self) -> None:
        """Let another worker have it."""
        connection_, self._connection, self._held = self._connection, None, False
        if connection_ is not None:
            connection_.close()


class Timer(threading.Thread):
    """Runs one timed entry over and over while this worker has the watch."""

    def __init__(self, job: jobs.Job, stop: threading.Event, watch: Watch) -> None:
        super().__init__(name=job.name, daemon=True)
        self.job, self.stop, self.watch = job, stop, watch

    def run(self) -> None:
        period = float(self.job.every or 60)
        while not self.stop.wait(period):
            started = time.monotonic()
            try:
                if self.watch.held():
                    self.job.run()
            except Exception:
                log.exception("timed entry %s failed; it will be tried again", self.job.name)
                self.stop.wait(min(30.0, period))
            period = max(0.05, float(self.job.every or 60) - (time.monotonic() - started))


@jobs.every(30, "kernel.jobs.sweep")
def sweep_stalled() -> None:
    """Give back the jobs that no worker will do: of one that died, of another release, of a clock that was wrong."""
    with tenancy.acting_as(tenancy.Principal.system()), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs j SET status = 'todo', worker_id = NULL, attempts = attempts + 1 "
            "WHERE j.status = 'doing' AND NOT EXISTS (SELECT 1 FROM procrastinate_workers w WHERE w.id = j.worker_id "
            "AND w.last_heartbeat BETWEEN now() - make_interval(secs => %s) AND now() + make_interval(secs => %s))",
            [STALLED_SECONDS, STALLED_SECONDS],
        )
        # A worker of the release before doesn't know the name and lets the job fail untried: we do know it. What was
        # tried in vain has all its attempts.
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL "
            "WHERE status = 'failed' AND attempts < %s AND task_name = ANY(%s)",
            [MOST_ATTEMPTS, list(jobs.REGISTRY)],
        )
        # A try that a clock set far ahead, before it was set back.
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() "
            "WHERE status = 'todo' AND attempts > 0 AND scheduled_at > now() + make_interval(secs => %s)",
            [2 * LONGEST_WAIT],
        )


def serve(stopping: Callable[[Callable[[], object]], None] | None = None) -> None:
    """Work until SIGTERM or SIGINT; `stopping` is handed a function that asks for the end (for tests)."""
    stop = threading.Event()
    watch = Watch()
    timers = [Timer(job, stop, watch) for job in jobs.REGISTRY.values() if job.every]
    for timer in timers:
        timer.start()
    app = build()

    async def main() -> None:
        async with app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=[jobs.WORK],
                    concurrency=2,
                    fetch_job_polling_interval=1.0,
                    shutdown_graceful_timeout=5,
                    delete_jobs="successful",
                    install_signal_handlers=stopping is None,
                )
            )
            if stopping is not None:
                loop = asyncio.get_running_loop()
                stopping(lambda: loop.call_soon_threadsafe(worker.cancel))
            with contextlib.suppress(asyncio.CancelledError):
                await worker

    try:
        asyncio.run(main())
    finally:
        stop.set()
