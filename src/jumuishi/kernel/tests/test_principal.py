"""The transaction is told who is asking with the statement that needs it, and never keeps somebody who has left."""

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from jumuishi.kernel import tenancy

ASHA, BARAKA = UUID(int=1), UUID(int=2)
WHO = "SELECT current_setting('jumuishi.kind', true), current_setting('jumuishi.person', true)"


def asking(sql: str = WHO, params: Any = None) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return tuple(cursor.fetchone())


@pytest.fixture
def database_open(database: Any) -> Any:
    yield
    connection.close()


def test_each_statement_runs_as_who_asks(database_open: None) -> None:
    with tenancy.acting_as(tenancy.Principal.person(ASHA)), transaction.atomic():
        assert asking() == ("person", str(ASHA))
        with tenancy.acting_as(tenancy.Principal.system()):
            assert asking() == ("system", "")
        assert asking() == ("person", str(ASHA))
        with tenancy.acting_as(None):
            assert asking() == ("", "")


def test_the_next_transaction_begins_with_nobody(database_open: None) -> None:
    with tenancy.acting_as(tenancy.Principal.person(ASHA)), transaction.atomic():
        asking()
    with transaction.atomic():
        assert asking() in ((None, None), ("", ""))
    with tenancy.acting_as(tenancy.Principal.person(ASHA)):
        assert asking() in ((None, None), ("", "")), "outside a transaction nobody asks"


def fail(sql: str) -> None:
    with transaction.atomic():
        asking()
        asking(sql)


def test_what_a_savepoint_took_back_is_said_again(database_open: None) -> None:
    with tenancy.acting_as(tenancy.Principal.person(ASHA)), transaction.atomic():
        asking()
        with pytest.raises(DatabaseError), tenancy.acting_as(tenancy.Principal.system()):
            fail("SELECT 1/0")
        assert asking() == ("person", str(ASHA))
        with tenancy.acting_as(tenancy.Principal.person(BARAKA)):
            with pytest.raises(DatabaseError):
                fail("SELECT nothing")
            assert asking() == ("person", str(BARAKA))


@pytest.mark.parametrize(
    ("sql", "params", "said"),
    [
        ("SELECT current_setting('jumuishi.kind', true), 'asilimia 5%'", None, ("person", "asilimia 5%")),
        ("SELECT current_setting('jumuishi.kind', true), %s", ["5%"], ("person", "5%")),
        ("SELECT current_setting('jumuishi.kind', true), %s", ("x",), ("person", "x")),
        ("SELECT current_setting('jumuishi.kind', true), %(word)s", {"word": "neno"}, ("person", "neno")),
    ],
)
def test_whatever_form_a_statement_has(database_open: None, sql: str, params: Any, said: tuple[str, str]) -> None:
    with tenancy.acting_as(tenancy.Principal.person(ASHA)), transaction.atomic():
        assert asking(sql, params) == said


def test_many_at_once_and_a_cursor_of_the_server(database_open: None) -> None:
    with tenancy.acting_as(tenancy.Principal.person(ASHA)), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE seen (kind text, word text) ON COMMIT DROP")
        with tenancy.acting_as(tenancy.Principal.system()), connection.cursor() as cursor:
            cursor.executemany("INSERT INTO seen VALUES (current_setting('jumuishi.kind', true), %s)", [["a"], ["b"]])
        with connection.chunked_cursor() as cursor:
            cursor.execute("SELECT kind, current_setting('jumuishi.kind', true) FROM seen")
            assert cursor.fetchall() == [("system", "person"), ("system", "person")]
