"""A throwaway database for tests: a cluster without fsync, or a database on a server."""

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from .cluster import Cluster
from .roles import APP, OWNER, Urls, grant_defaults, prepare


@contextmanager
def temporary_cluster(server: str = "") -> Iterator[Urls]:
    """Owner and app addresses of a database for one test session; the owner may create test databases.

    With `server` (the address of a superuser of a server kept for tests) a database is made there and dropped at the
    end, and the roles jumuishi_owner and jumuishi_app get new passwords. Else an embedded cluster comes up in about a
    second and goes with the session.
    """
    if server:
        with _on_server(server) as urls:
            yield urls
        return
    folder = tempfile.mkdtemp(prefix="jumuishi-test-")
    cluster = Cluster(folder, fast=True)
    try:
        cluster.start()
        yield Urls(owner=cluster.dsn("owner"), app=cluster.dsn("app"), superuser=cluster.dsn("superuser"))
    finally:
        cluster.stop(wait=2.0)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _on_server(server: str) -> Iterator[Urls]:
    # Test processes run side by side on one server: each has a database, and all arrive at the same passwords.
    words = tuple(hashlib.sha256(f"{server} {role}".encode()).hexdigest() for role in ("owner", "app"))
    database = f"jumuishi_test_{secrets.token_hex(6)}"
    name = sql.Identifier(database)
    with psycopg.connect(server, autocommit=True) as one:
        one.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(name))
        whole = urlunsplit(urlsplit(server)._replace(path=f"/{database}"))
        try:
            with one.transaction():
                one.execute("SELECT pg_advisory_xact_lock(hashtext('jumuishi test roles'))")
                urls = prepare(
                    whole,
                    passwords=(words[0], words[1]),
                    createdb=True,
                )
                with psycopg.connect(server, dbname="template1", autocommit=True) as template:
                    grant_defaults(template, OWNER, APP)
            yield replace(urls, superuser=whole)
        finally:
            one.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
