"""A server of yours by its address: which addresses are enough, and what is refused."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jumuishi.kernel.postgres import Cluster, PostgresError
from jumuishi.project.databases import server


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
    with pytest.raises(PostgresError, match="does not answer") as caught:
        server({"DATABASE_URL": "postgresql://me:neno-la-siri@127.0.0.1:9/x"}, tmp_path)
    assert "neno-la-siri" not in str(caught.value)
