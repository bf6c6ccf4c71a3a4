"""The worker process: Procrastinate over the registered jobs, timed entries on a queue of their own."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable

import procrastinate
from django.conf import settings
from django.db import connection

from jumuishi.kernel import jobs, tenancy

log = logging.getLogger("jumuishi.worker")
STALLED_SECONDS = 60


def dsn() -> str:
    """libpq's connection string of the application's own role."""
    found = settings.DATABASES["default"]
    pairs = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return " ".join(f"{key}='{found[name]}'" for key, name in pairs.items() if found[name])


def build() -> procrastinate.App:
    """Procrastinate's application with every registered job."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn(), min_size=1, max_size=4))
    for name, job in jobs.REGISTRY.items():
        retry = procrastinate.RetryStrategy(max_attempts=20, exponential_wait=2)
        app.task(name=name, queue=jobs.WORK, retry=retry)(job.run)
    return app


class Timer(threading.Thread):
    """Runs one timed entry over and over; one worker at a time by an advisory lock."""

    def __init__(self, job: jobs.Job, stop: threading.Event) -> None:
        super().__init__(name=job.name, daemon=True)
        self.job, self.stop = job, stop

    def run(self) -> None:
        period = float(self.job.every or 60)
        while not self.stop.wait(period):
            started = time.monotonic()
            try:
                self.job.run()
            except Exception:
                log.exception("timed entry %s failed; it will be tried again", self.job.name)
                self.stop.wait(min(30.0, period))
            period = max(0.05, float(self.job.every or 60) - (time.monotonic() - started))


@jobs.every(30, "kernel.jobs.sweep")
def sweep_stalled() -> None:
    """Give back the jobs of a worker that died: they would stay `doing` for ever."""
    with tenancy.acting_as(tenancy.Principal.system()), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs j SET status = 'todo', worker_id = NULL, attempts = attempts + 1 "
            "WHERE j.status = 'doing' AND NOT EXISTS (SELECT 1 FROM procrastinate_workers w WHERE w.id = j.worker_id "
            "AND w.last_heartbeat > now() - make_interval(secs => %s))",
            [STALLED_SECONDS],
        )


def serve(stopping: Callable[[Callable[[], object]], None] | None = None) -> None:
    """Work until SIGTERM or SIGINT; `stopping` is handed a function that asks for the end (for tests)."""
    stop = threading.Event()
    timers = [Timer(job, stop) for job in jobs.REGISTRY.values() if job.every]
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
