"""The tables are what the models say, and a migration never keeps a running service waiting."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connections, models
from django.db.migrations.state import ProjectState

from jumuishi.kernel.growing import IndexQuietly
from jumuishi.project import migrating


def setting(expression: str, **environment: str) -> str:
    """What a process of its own, with this environment, has as a setting."""
    ask = f"from django.conf import settings as s; print({expression})"
    done = subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_no_model_is_ahead_of_its_migrations(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_owner_does_not_wait_for_a_lock_for_ever() -> None:
    said = setting("s.DATABASES['owner']['OPTIONS']['options']", DATABASE_OWNER_URL="postgresql://o@/n?host=/nowhere")
    assert "lock_timeout=1s" in said


@pytest.fixture
def slow_step(database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A database with one migration more to make: a column on a table that the service reads all the time."""
    monkeypatch.setitem(settings.MIGRATION_MODULES, "project", "jumuishi.project.tests.migrations")
    monkeypatch.setitem(connections["owner"].settings_dict["OPTIONS"], "options", "-c lock_timeout=1s")
    connections["owner"].close()
    yield database
    with psycopg.connect(database.owner) as owner:
        owner.execute("ALTER TABLE institutions_place DROP COLUMN IF EXISTS one_more")
        owner.execute("DELETE FROM django_migrations WHERE app = 'project'")
    connections["owner"].close()


@pytest.mark.slow
def test_a_migration_waits_for_a_long_reader_and_nobody_waits_for_it(slow_step: Any) -> None:
    waits: list[float] = []
    done = threading.Event()

    def serve() -> None:
        with psycopg.connect(slow_step.app, autocommit=True) as other:
            while not done.wait(0.05):
                began = time.monotonic()
                other.execute("SELECT 1 FROM institutions_place LIMIT 1")
                waits.append(time.monotonic() - began)

    def upgrade() -> None:
        tries.append(migrating.migrate(patience=30, pause=0.5))

    tries: list[int] = []
    threads = [threading.Thread(target=serve), threading.Thread(target=upgrade)]
    with psycopg.connect(slow_step.app) as long_report:
        long_report.execute("SELECT 1 FROM institutions_place LIMIT 1")
        for thread in threads:
            thread.start()
        time.sleep(4)
        assert tries == []  # it is patient
    threads[1].join(20)
    done.set()
    threads[0].join(5)
    assert tries
    assert tries[0] >= 2
    assert max(waits) < 1.5
    with psycopg.connect(slow_step.app) as app:
        app.execute("SELECT one_more FROM institutions_place LIMIT 1")


@pytest.mark.slow
def test_a_migration_that_never_gets_its_table_gives_up(slow_step: Any) -> None:
    with psycopg.connect(slow_step.app) as long_report:
        long_report.execute("SELECT 1 FROM institutions_place LIMIT 1")
        with pytest.raises(OperationalError, match="lock timeout"):
            migrating.migrate(patience=0.5, pause=0.1)


@pytest.mark.parametrize(
    ("address", "said"), [("https://huduma.example", "True True 31536000"), ("http://127.0.0.1:8000", "False False 0")]
)
def test_cookies_leave_over_tls_only_where_there_is_tls(address: str, said: str) -> None:
    cookies = "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS"
    assert setting(cookies, JUMUISHI_PUBLIC_URL=address) == said


def test_an_index_is_built_beside_the_writers_and_anew_where_a_try_was_interrupted(database: Any) -> None:
    state = ProjectState.from_apps(apps)
    step = IndexQuietly("place", models.Index(fields=["code"], name="place_quietly"))
    owner = connections["owner"]
    with owner.cursor() as cursor, owner.schema_editor(atomic=False) as editor:
        cursor.execute("CREATE INDEX place_quietly ON institutions_place (level)")  # what a first try left
        step.database_forwards("institutions", editor, state, state)
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'place_quietly'")
        assert "(code)" in str(cursor.fetchone())
        cursor.execute("DROP INDEX place_quietly")
    owner.close()
