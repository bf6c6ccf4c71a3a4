"""The supervisor of the embedded database: start, stop, being killed, being started twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jumuishi.kernel.postgres import AlreadyRunning, Cluster
from jumuishi.kernel.postgres.processes import is_alive, working_in

pytestmark = pytest.mark.slow

HOLDER = """
import sys, time
from jumuishi.kernel.postgres import Cluster
cluster = Cluster(sys.argv[1], fast=False)
cluster.start()
print(cluster.pid, flush=True)
time.sleep(120)
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    one = Cluster(tmp_path / "data", tmp_path / "config")
    yield one
    one.stop()


def hold(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A process of its own that runs a cluster, and the server's process id."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, int(holder.stdout.readline())


def gone(pid: int, within: float) -> bool:
    deadline = time.monotonic() + within
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def test_rows_survive_a_restart_and_nothing_is_left_behind(cluster: Cluster) -> None:
    cluster.start()
    with psycopg.connect(cluster.dsn("owner")) as connection:
        connection.execute("CREATE TABLE kept (word text)")
    with psycopg.connect(cluster.dsn("app")) as connection:
        connection.execute("INSERT INTO kept VALUES ('habari')")
    server = cluster.pid
    cluster.stop()
    assert server is not None
    assert not is_alive(server)
    assert working_in(cluster.pgdata) == []
    cluster.start()
    with psycopg.connect(cluster.dsn("app")) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("habari",)]


def test_the_application_role_owns_nothing_and_bypasses_nothing(cluster: Cluster) -> None:
    cluster.start()
    with psycopg.connect(cluster.dsn("app")) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert row == (False, False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (i int)")
    with psycopg.connect(cluster.dsn("owner")) as connection:
        row = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
        assert row == (False, False)


def test_a_wrong_password_is_refused_and_no_port_is_open(cluster: Cluster) -> None:
    cluster.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.dsn("app"), password="guess")
    with psycopg.connect(cluster.dsn("app")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_passwords_are_readable_by_their_owner_only(cluster: Cluster) -> None:
    cluster.start()
    assert cluster.secrets.stat().st_mode & 0o777 == 0o600


def test_a_second_start_on_the_same_data_says_so(cluster: Cluster) -> None:
    cluster.start()
    second = Cluster(cluster.base.parent, cluster.secrets.parent)
    with pytest.raises(AlreadyRunning, match=f"already in use by process {os.getpid()}"):
        second.start()
    with psycopg.connect(cluster.dsn("app")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.slow
def test_the_server_ends_with_a_killed_parent_and_the_next_start_recovers(tmp_path: Path) -> None:
    holder, server = hold(tmp_path)
    cluster = Cluster(tmp_path)
    with psycopg.connect(cluster.dsn("owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    holder.kill()
    holder.wait()
    try:
        cluster.start()
        with psycopg.connect(cluster.dsn("owner")) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]
        assert gone(server, within=5)
    finally:
        cluster.stop()


@pytest.mark.slow
def test_a_killed_server_is_recovered_by_the_next_start(cluster: Cluster) -> None:
    cluster.start()
    with psycopg.connect(cluster.dsn("owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    assert cluster.pid is not None
    os.kill(cluster.pid, signal.SIGKILL)
    cluster.stop()
    cluster.start()
    with psycopg.connect(cluster.dsn("owner")) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


@pytest.mark.slow
def test_a_recycled_process_number_in_the_pid_file_does_not_stop_a_start(cluster: Cluster) -> None:
    cluster.start()
    note = (cluster.pgdata / "postmaster.pid").read_text()
    cluster.stop()
    (cluster.pgdata / "postmaster.pid").write_text("\n".join([str(os.getppid()), *note.split("\n")[1:]]))
    cluster.start()
    assert cluster.pid is not None


@pytest.mark.slow
def test_lost_passwords_are_drawn_again(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    cluster.secrets.unlink()
    cluster.start()
    with psycopg.connect(cluster.dsn("app")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.slow
def test_a_half_made_data_folder_is_made_again(cluster: Cluster) -> None:
    (cluster.base / "data.new").mkdir(parents=True)
    (cluster.base / "data.new" / "rubbish").write_text("x")
    cluster.start()
    assert cluster.pid is not None


@pytest.mark.slow
def test_a_deep_data_folder_still_gets_a_socket(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / ("deep" * 20) / ("er" * 20))
    try:
        cluster.start()
        with psycopg.connect(cluster.dsn("app")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.stop()


@pytest.mark.slow
def test_a_zombie_in_the_pid_file_does_not_stop_a_start(cluster: Cluster) -> None:
    cluster.start()
    note = (cluster.pgdata / "postmaster.pid").read_text()
    cluster.stop()
    zombie = subprocess.Popen(["true"])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)  # ended, and not collected
    (cluster.pgdata / "postmaster.pid").write_text("\n".join([str(zombie.pid), *note.split("\n")[1:]]))
    socket = Path(note.split("\n")[4])
    socket.mkdir(exist_ok=True)
    (socket / ".s.PGSQL.5432.lock").write_text(note.replace(note.split("\n")[0], str(zombie.pid)))
    cluster.start()
    assert cluster.pid is not None
    zombie.wait()


@pytest.mark.slow
def test_another_config_folder_takes_over_the_data(cluster: Cluster, tmp_path: Path) -> None:
    cluster.start()
    cluster.stop()
    other = Cluster(cluster.base.parent, tmp_path / "other")
    other.start()
    other.stop()
    cluster.start()
    with psycopg.connect(cluster.dsn("app")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.1, 0.3, 0.5])
def test_a_first_start_that_was_killed_is_begun_again(tmp_path: Path, after: float) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not (tmp_path / "postgres" / "lock").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(after)
    holder.kill()
    holder.wait()
    cluster = Cluster(tmp_path)
    try:
        cluster.start()
        with psycopg.connect(cluster.dsn("app")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.stop()
