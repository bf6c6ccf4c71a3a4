"""The test suite's ground: a throwaway PostgreSQL, migrated as the owner; tests run as the application's own role."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest

# Workers of xdist inherit what this file sets in their parent: the caller's server is kept under a name of its own.
_SERVER = os.environ.setdefault("JUMUISHI_TEST_SERVER", os.environ.get("DATABASE_URL", ""))
_HOME = Path(tempfile.mkdtemp(prefix="jumuishi-suite-"))
os.environ.update(
    DJANGO_SETTINGS_MODULE="jumuishi.project.settings",
    DATABASE_URL="postgresql://nobody@/nothing?host=/nowhere",
    DATABASE_OWNER_URL="postgresql://nobody@/nothing?host=/nowhere",
    JUMUISHI_DATA=str(_HOME / "data"),
    JUMUISHI_CONFIG=str(_HOME / "config"),
    JUMUISHI_MIRROR=str(_HOME / "mirror"),
    JUMUISHI_DEMO="1",
    JUMUISHI_HOSTS="testserver,127.0.0.1,localhost",
)
(_HOME / "config").mkdir()
django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import setup_test_environment

from jumuishi.kernel import jobs, tenancy
from jumuishi.kernel.postgres import temporary_cluster
from jumuishi.project.settings import database as database_settings

setup_test_environment(debug=False)
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(scope="session")
def database() -> Iterator[Any]:
    """Addresses (owner, app) of the session's database, migrated; Django is connected to it as the app role."""
    with temporary_cluster(_SERVER) as urls:
        for alias, url in (("default", urls.app), ("owner", urls.owner)):
            found = database_settings(url)
            found["OPTIONS"].pop("pool", None)
            connections.databases[alias].update(found)
        with tenancy.acting_as(tenancy.Principal.system()):
            call_command("migrate", database="owner", verbosity=0, interactive=False)
        connections["owner"].close()
        yield urls
        connections.close_all()


@pytest.fixture
def db(database: Any) -> Iterator[None]:
    """One transaction as the application's role under the system principal, undone at the end."""
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def committed_db(database: Any) -> Iterator[None]:
    """For tests of what happens between transactions: commits are real, and every table is emptied afterwards."""
    with tenancy.acting_as(tenancy.Principal.system()):
        yield
    connection.close()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission')"
        )
        tables = ", ".join(name for (name,) in cursor.fetchall())
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    connections["owner"].close()


@pytest.fixture
def client() -> Client:
    """A browser without script, as Django's test client."""
    return Client()


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    """Runs what is enqueued now (and what that enqueues), in this transaction; returns how many jobs ran."""

    def run() -> int:
        done = 0
        while done < 500:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = (SELECT id FROM procrastinate_jobs "
                    "WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id LIMIT 1) "
                    "RETURNING task_name, args::text"
                )
                row = cursor.fetchone()
            if row is None:
                return done
            name, args = row
            # The job itself, without the wrapper that would close this transaction's connection.
            jobs.REGISTRY[name].run.__wrapped__(**json.loads(args))  # type: ignore[attr-defined]
            done += 1
        raise AssertionError("jobs beget jobs without end")

    return run
