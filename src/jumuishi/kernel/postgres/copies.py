"""Databases of a throwaway server that are copied from one another: made once, stood on many times."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from .roles import OWNER, Urls


class Copies:
    """Copies of the throwaway database at `urls`, on its server.

    The server copies file by file: a twentieth of a second, where making the same tables and rows takes seconds.
    Nobody may be connected to what is copied, so the first database is for copying alone.
    """

    def __init__(self, urls: Urls) -> None:
        self._urls = urls
        self._first = str(conninfo_to_dict(urls.owner)["dbname"])
        self._count = 0
        self._left: set[str] = set()

    def urls(self, name: str) -> Urls:
        """How to sign in to a copy."""
        found = (self._urls.owner, self._urls.app, self._urls.superuser)
        return Urls(*(urlunsplit(urlsplit(one)._replace(path=f"/{name}")) if one else "" for one in found))

    def make(self, of: str = "") -> str:
        """Copy one by its name, the first unless named; returns the copy's name."""
        self._count += 1
        name = f"{self._first}_{self._count}"
        with self._server() as server:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(of or self._first), sql.Identifier(OWNER)
                )
            )
        self._left.add(name)
        return name

    def drop(self, name: str) -> None:
        """Drop a copy, whoever is still connected to it."""
        with self._server() as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        self._left.discard(name)

    def drop_all(self) -> None:
        """Drop all that are left."""
        for name in sorted(self._left):
            self.drop(name)

    @contextmanager
    def _server(self) -> Iterator[psycopg.Connection[TupleRow]]:
        with psycopg.connect(self._urls.superuser, dbname="postgres", autocommit=True) as server:
            yield server
