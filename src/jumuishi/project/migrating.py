"""Brings the tables up to this code while the code before it goes on serving."""

import logging
import time

from django.core.management import call_command
from django.db import OperationalError, connections
from psycopg.errors import DeadlockDetected, LockNotAvailable

log = logging.getLogger("jumuishi.migrate")
PATIENCE, PAUSE = 600.0, 2.0
_ONE_AT_A_TIME = 0x6A756D6D  # "jumm": this module's own number among advisory locks


def migrate(*, patience: float = PATIENCE, pause: float = PAUSE) -> int:
    """Migrate as the owner; the number of tries.

    Whoever comes after a migration that waits for a table waits behind it. So it waits for a second at most (the
    owner's lock_timeout), lets everybody pass, and tries again; after `patience` seconds the last error is raised.
    """
    deadline, tries = time.monotonic() + patience, 0
    while True:
        tries += 1
        try:
            with connections["owner"].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])  # two machines upgrade at once
            call_command("migrate", database="owner", interactive=False, verbosity=0)
            return tries
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected) or time.monotonic() > deadline:
                raise
            log.warning("a table is in use; the migration tries again in %.0f s", pause)
        finally:
            connections["owner"].close()
        time.sleep(pause)
