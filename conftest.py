"""The test suite's ground: a throwaway PostgreSQL, migrated as the owner; tests run as the application's own role."""

import gc
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import hypothesis
import pytest

# Cycles are looked for seldom: a fifth of the suite's time went into walking a heap that only grows.
gc.set_threshold(100_000, 20, 50)
# The same examples in every run, however busy the machine; --hypothesis-profile=default looks for others.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("steady")
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
(_HOME / "data" / "static").mkdir(parents=True)
django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import setup_test_environment

from jumuishi.kernel import clock, jobs, tenancy
from jumuishi.kernel.postgres import Copies, Urls, temporary_cluster
from jumuishi.project import demo_accounts, demo_data
from jumuishi.project.settings import database as database_settings

setup_test_environment(debug=False)
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_collection_finish() -> None:
    """What the tests were read into stays for the session, so nobody looks through it again."""
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class World:
    """A furnished database: the mould that is copied, the floor for tests that undo, and what its loader returned.

    `accounts` is the file of who can sign in there; another world's loader writes it anew.
    """

    mould: str
    floor: str
    found: Any
    accounts: bytes


class Ground:
    """The session's databases: one with tables only, furnished ones, and those of tests that commit."""

    def __init__(self, copies: Copies) -> None:
        self._copies = copies
        self._worlds: dict[str, World] = {}
        self._bare = self._here = copies.make()

    @property
    def owner(self) -> str:
        """The owner's address: of the database with tables only, or of the one that this test commits to."""
        return self.at(self._here).owner

    @property
    def app(self) -> str:
        """The address of the application's role, likewise."""
        return self.at(self._here).app

    @property
    def superuser(self) -> str:
        """The superuser's address, likewise."""
        return self.at(self._here).superuser

    def at(self, name: str) -> Urls:
        """The addresses of another database of the same server."""
        return self._copies.urls(name)

    def furnish(self, name: str, load: Callable[[], Any]) -> World:
        """What `load` makes and commits, made once; later calls with this name get what the first one got."""
        if name not in self._worlds:
            mould = self._copies.make()
            _connect(mould)
            with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
                found = load()
            connections.close_all()
            accounts = _accounts().read_bytes() if _accounts().exists() else b""
            self._worlds[name] = World(mould, self._copies.make(mould), found, accounts)
        return self._worlds[name]

    def stand(self, world: World | None) -> None:
        """Connect Django to the database of a world for tests that undo all they do."""
        _connect(world.floor if world else self._bare)
        _enter(world)

    @contextmanager
    def committing(self, world: World | None) -> Iterator[None]:
        """Within the block all are connected to a new copy of a world, which is dropped at its end."""
        self._here = self._copies.make(world.mould if world else "")
        _connect(self._here)
        _enter(world)
        try:
            yield
        finally:
            connections.close_all()
            # Whoever asks for no database of a kind meets the bare one next, not one that is gone.
            _connect(self._bare)
            self._copies.drop(self._here)
            self._here = self._bare


def _accounts() -> Path:
    return Path(settings.JUMUISHI_CONFIG) / demo_accounts.FILE


def _enter(world: World | None) -> None:
    """Who can sign in is told as this world has it."""
    if world and world.accounts:
        _accounts().write_bytes(world.accounts)


def _connect(name: str) -> None:
    if connections.databases["default"]["NAME"] != name:
        for alias in ("default", "owner"):
            connections[alias].close()
            connections.databases[alias]["NAME"] = name


@pytest.fixture(scope="session")
def database() -> Iterator[Ground]:
    """The session's databases (owner, app, superuser: addresses of the present one); Django signs in as the app role.

    A room's `world`, where its tests ask for one, is the furnished database that `db` and `committed_db` stand in.
    """
    with temporary_cluster(_SERVER) as urls:
        for alias, url in (("default", urls.app), ("owner", urls.owner)):
            found = database_settings(url)
            found["OPTIONS"].pop("pool", None)
            connections.databases[alias].update(found)
        with tenancy.acting_as(tenancy.Principal.system()):
            call_command("migrate", database="owner", verbosity=0, interactive=False)
        connections.close_all()
        copies = Copies(urls)
        ground = Ground(copies)
        ground.stand(None)
        yield ground
        connections.close_all()
        if _SERVER:
            copies.drop_all()


@pytest.fixture(scope="session")
def world(database: Ground) -> World:
    """The demonstration country with every service; a room may have another world."""
    return database.furnish("all services", lambda: demo_data.load(("Arusha",)))


def _world_of(request: pytest.FixtureRequest) -> World | None:
    return request.getfixturevalue("world") if "world" in request.fixturenames else None


@pytest.fixture
def db(database: Ground, request: pytest.FixtureRequest) -> Iterator[None]:
    """One transaction as the application's role under the system principal, undone at the end."""
    database.stand(_world_of(request))
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def committed_db(database: Ground, request: pytest.FixtureRequest) -> Iterator[None]:
    """For tests of what happens between transactions: commits are real, in a database that is dropped afterwards."""
    with database.committing(_world_of(request)), tenancy.acting_as(tenancy.Principal.system()):
        yield


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whoever asked for no database has none: what it wrote would stay for the tests that follow."""
    if "database" in request.fixturenames:
        yield
        return

    def refuse(*_: object) -> None:
        raise AssertionError("a test that asked for no database goes to one")

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def still() -> Iterator[None]:
    """The clock stands still: tries that are counted by the quarter of an hour all fall into one."""
    with clock.frozen(clock.now()):
        yield


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
