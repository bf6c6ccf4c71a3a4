"""A server of one's own, by its address: what it is given, and what is refused."""

from collections.abc import Iterator

import psycopg
import pytest

from jumuishi.kernel.postgres import Cluster, PostgresError, prepare, temporary_cluster


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("server"), fast=True)
    cluster.start()
    yield cluster
    cluster.stop()


def fresh(server: Cluster, name: str) -> str:
    with psycopg.connect(server.dsn("superuser", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.dsn("superuser", name)


def test_a_superusers_address_gives_two_harmless_roles(server: Cluster) -> None:
    urls = prepare(fresh(server, "one"), passwords=("a b/c", "d@e"))
    with psycopg.connect(urls.owner) as owner:
        owner.execute("CREATE TABLE paper (id bigserial PRIMARY KEY, word text)")
    with psycopg.connect(urls.app) as app:
        app.execute("INSERT INTO paper (word) VALUES ('leseni')")
        assert app.execute("SELECT word FROM paper").fetchall() == [("leseni",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("TRUNCATE paper")


def test_an_owners_address_needs_a_harmless_application_role(server: Cluster) -> None:
    urls = prepare(fresh(server, "two"), passwords=("one", "two"))
    assert prepare(urls.owner).owner == urls.owner
    with pytest.raises(PostgresError, match="has no role nobody_here"):
        prepare(urls.owner, app="nobody_here")
    with pytest.raises(PostgresError, match="must be a role that owns nothing"):
        prepare(urls.owner, app="postgres")


def test_a_test_server_lends_databases_side_by_side(server: Cluster) -> None:
    address = server.dsn("superuser", "postgres")
    with temporary_cluster(address) as one, temporary_cluster(address) as two:
        for urls in (one, two):
            with psycopg.connect(urls.owner) as owner:
                owner.execute("CREATE TABLE paper (word text)")
            with psycopg.connect(urls.app) as app:
                app.execute("INSERT INTO paper VALUES ('barua')")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(one.app)
