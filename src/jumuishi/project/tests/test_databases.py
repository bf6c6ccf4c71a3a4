"""A server of yours by its address: which addresses are enough, and what is refused."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jumuishi.kernel.postgres import Cluster, PostgresError, roles
from jumuishi.kernel.postgres.account import choose
from jumuishi.kernel.postgres.binaries import programs
from jumuishi.kernel.postgres.door import Door
from jumuishi.kernel.postgres.places import make_private, socket_folder
from jumuishi.project.databases import Databases, embedded, server


@pytest.fixture(scope="module")
def yours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("yours"), fast=True)
    cluster.start()
    yield cluster
    cluster.stop()


def test_a_superusers_address_alone_is_enough_and_never_reaches_a_process(yours: Cluster, tmp_path: Path) -> None:
    with psycopg.connect(yours.dsn("superuser", "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE council")
    given = yours.dsn("superuser", "council")
    first = server({"DATABASE_URL": given}, tmp_path)
    again = server({"DATABASE_URL": given}, tmp_path)
    assert first == again
    with psycopg.connect(again.app) as app:
        row = app.execute(
            "SELECT current_database(), rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert row == ("council", False, False)
    with psycopg.connect(again.owner) as owner:
        owner.execute("CREATE TABLE here (i int)")
    assert (tmp_path / "server.json").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Databases]:
    cluster = Cluster(tmp_path, fast=True)
    yield embedded(cluster)
    cluster.stop()


def test_web_and_worker_sign_in_as_a_role_that_owns_and_bypasses_nothing(both: Databases) -> None:
    with psycopg.connect(both.owner) as owner:
        owner.execute("CREATE TABLE kept_by_the_owner (i int)")
    with psycopg.connect(both.app) as app:
        row = app.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert row == (False, False, False, False)
        owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
        assert app.execute(owned).fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (i int)")


def test_two_addresses_are_taken_as_they_are(yours: Cluster, tmp_path: Path) -> None:
    with psycopg.connect(yours.dsn("superuser", "postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE mwenye LOGIN PASSWORD 'a'")
        connection.execute("CREATE ROLE mtumiaji LOGIN PASSWORD 'b'")
        connection.execute("CREATE DATABASE wilaya OWNER mwenye")
    owner = yours.dsn("owner", "wilaya").split("@")[1]
    given = {
        "DATABASE_OWNER_URL": f"postgresql://mwenye:a@{owner}",
        "DATABASE_URL": f"postgresql://mtumiaji:b@{owner}",
    }
    found = server(given, tmp_path)
    assert (found.owner, found.app) == (given["DATABASE_OWNER_URL"], given["DATABASE_URL"])
    with pytest.raises(PostgresError, match="must be a superuser's address"):
        server({"DATABASE_URL": given["DATABASE_OWNER_URL"]}, tmp_path)
    with pytest.raises(PostgresError, match="must be a role that owns nothing"):
        server({**given, "DATABASE_URL": given["DATABASE_OWNER_URL"]}, tmp_path)


def test_a_server_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(PostgresError, match="lets nobody in") as caught:
        server({"DATABASE_URL": "postgresql://me:neno-la-siri@127.0.0.1:9/x"}, tmp_path)
    assert "neno-la-siri" not in str(caught.value)


@pytest.mark.parametrize("given", ["mysql://me:neno@127.0.0.1/x", "host=127.0.0.1 dbname=x", "127.0.0.1:5432/x"])
def test_an_address_of_another_kind_is_said_with_the_right_form(tmp_path: Path, given: str) -> None:
    with pytest.raises(PostgresError, match="DATABASE_URL must look like postgresql://USER"):
        server({"DATABASE_URL": given}, tmp_path)


def test_a_server_that_is_too_old_is_refused_by_its_number(
    yours: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "FLOOR", 99)
    with pytest.raises(PostgresError, match=r"PostgreSQL 99 or newer is needed; this server is 18\.\d+\."):
        server({"DATABASE_URL": yours.dsn("superuser", "postgres")}, tmp_path)


@pytest.fixture
def oldest(tmp_path: Path) -> Iterator[str]:
    """A superuser's address of a PostgreSQL 16, the oldest that we promise to run on."""
    base, pgdata = tmp_path / "oldest", tmp_path / "oldest/data"
    pgdata.mkdir(parents=True)
    account = choose(pgdata)
    bin_dir, socket = programs(account, "pginstall"), socket_folder(base, account)
    make_private(socket, account)
    account.own(pgdata, 0o700)
    with Door(pgdata, account) as door:
        given = {"pass_fds": door.fds, "cwd": "/", "env": {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, **account.popen()}
        made = [str(bin_dir / "initdb"), "-D", door.path, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, **given)  # type: ignore[call-overload]
        served = [str(bin_dir / "postgres"), "-D", door.path, "-k", str(socket), "-c", "listen_addresses=", "-F"]
        process = subprocess.Popen(served, stderr=subprocess.DEVNULL, **given)  # type: ignore[call-overload]
        try:
            address = f"postgresql://postgres@/postgres?host={socket}"
            for _ in range(600):
                try:
                    psycopg.connect(address).close()
                    break
                except psycopg.OperationalError:
                    assert process.poll() is None
                    time.sleep(0.05)
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


@pytest.mark.slow
def test_the_oldest_server_that_we_promise_takes_every_migration(oldest: str, tmp_path: Path) -> None:
    found = server({"DATABASE_URL": oldest}, tmp_path)
    environment = {**os.environ, "DATABASE_URL": found.app, "DATABASE_OWNER_URL": found.owner}
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--database", "owner", "--verbosity", "0"],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with psycopg.connect(found.app) as app:
        assert app.info.server_version // 10_000 == 16
        assert app.execute("SELECT count(*) FROM cases_case").fetchone() == (0,)
        walled = app.execute("SELECT count(*) FROM pg_class WHERE relrowsecurity AND relforcerowsecurity").fetchone()
        assert walled is not None
        assert walled[0] > 20
        assert app.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone() == (0,)
