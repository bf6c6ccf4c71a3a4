"""What waits for the next statement is there for it, as whoever asked it; plans are made once; nothing is half done."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumuishi.kernel import tenancy
from jumuishi.kernel.statements import Often, Soon
from jumuishi.kernel.tests.sent import messages

ASHA = UUID(int=1)
KEEP = Soon("INSERT INTO kept (word, kind) VALUES (%s, current_setting('jumuishi.kind', true))")


@pytest.fixture
def kept(database: Any) -> Iterator[None]:
    """A table that outlives transactions."""
    database.stand(None)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kept (id serial, word text UNIQUE, kind text)")
    yield
    connection.close()


def ask(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


def words() -> list[str]:
    return [word for (word,) in ask("SELECT word FROM kept ORDER BY id")]


def test_begin_who_asks_and_what_waits_cost_no_round_trip(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with messages(monkeypatch) as sent, tenancy.acting_as(tenancy.Principal.person(ASHA)), transaction.atomic():
        assert ask("SELECT current_setting('jumuishi.kind', true), %s", ["5%"]) == [("person", "5%")]
        ask(KEEP, ["moja"])
        with tenancy.acting_as(tenancy.Principal.system()):
            ask(KEEP, ["mbili"])
        assert len(sent) == 1
    assert [one.partition(";")[0].partition(" ")[0] for one in sent] == ["BEGIN", "PREPARE"]
    assert sent[1].endswith("; COMMIT")
    assert ask("SELECT word, kind FROM kept ORDER BY id") == [("moja", "person"), ("mbili", "system")]


def test_a_transaction_of_what_waits_alone_is_one_message(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with messages(monkeypatch) as sent:
        with transaction.atomic():
            ask(KEEP, ["moja"])
        with transaction.atomic():
            pass
    assert [one for one in sent if one != "COMMIT"] == sent[:1]
    assert words() == ["moja"]


def test_no_more_waits_than_a_message_should_hold(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with messages(monkeypatch) as sent, transaction.atomic():
        for n in range(350):
            ask(KEEP, [str(n)])
    assert len(sent) == 4
    assert words() == [str(n) for n in range(350)]


def test_savepoints_cost_no_round_trip(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with messages(monkeypatch) as sent, transaction.atomic():
        with transaction.atomic(), transaction.atomic():
            ask(KEEP, ["moja"])
        with transaction.atomic():
            ask("SELECT 1")
    assert len(sent) == 2
    assert "; SAVEPOINT" in sent[0]
    assert sent[1].startswith("RELEASE SAVEPOINT")
    assert words() == ["moja"]


def test_what_is_wrong_with_what_waited_undoes_all_of_it(kept: None) -> None:
    def twice() -> None:
        with transaction.atomic():
            ask("INSERT INTO kept (word) VALUES ('kwanza')")
            ask(KEEP, ["moja"])
            ask(KEEP, ["moja"])

    with pytest.raises(IntegrityError):
        twice()
    assert words() == []
    with transaction.atomic():
        ask(KEEP, ["moja"])
    assert words() == ["moja"]


def test_who_counts_reads_each_statement_as_it_is_written(kept: None) -> None:
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        ask(KEEP, ["moja"])
        ask(Often("SELECT %(n)s::int"), {"n": 7})
    assert [one["sql"] for one in seen.captured_queries] == [
        "BEGIN", str(KEEP) % "'moja'", "SELECT 7::int", "COMMIT"
    ]  # fmt: skip


def test_outside_a_transaction_nothing_waits(kept: None) -> None:
    ask(KEEP, ["moja"])
    assert words() == ["moja"]


def test_a_plan_is_made_once_a_connection(kept: None) -> None:
    asked = Often("SELECT %(a)s::int + %(b)s::int, %(a)s::int %% 2, '%%'")
    for n in range(8):
        with transaction.atomic():
            assert ask(asked, {"b": 1, "a": n}) == [(n + 1, n % 2, "%")]
    made = ask("SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE name = %s", [asked.name])
    assert made == [(8,)]
    assert ask(Often("SELECT 1")) == [(1,)]


def test_a_message_that_failed_leaves_no_doubt_about_its_plans(kept: None) -> None:
    good, bad = Often("SELECT %s::int"), Often("SELECT 1 / %s::int")

    def fail() -> None:
        with transaction.atomic():
            ask(bad, [0])

    for _ in range(2):
        with transaction.atomic():
            with pytest.raises(DatabaseError):
                fail()
            assert ask(good, [1]) == [(1,)]
            assert ask(bad, [1]) == [(1,)]


def test_rows_of_a_cursor_of_the_server_end_with_their_transaction(kept: None) -> None:
    with transaction.atomic():
        ask(KEEP, ["moja"])
        with connection.chunked_cursor() as cursor:
            cursor.execute("SELECT word FROM kept")
            assert ask("SELECT is_holdable FROM pg_cursors") == [(False,)]
            assert cursor.fetchall() == [("moja",)]


class Undone(Exception):
    """Somebody changed their mind."""


STEPS = st.recursive(
    st.sampled_from(["now", "soon", "wrong"]),
    lambda inner: st.tuples(st.booleans(), st.lists(inner, max_size=4)),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=5), st.booleans())
def test_whatever_is_undone_the_rest_stands_in_order(kept: None, steps: list[Any], stands: bool) -> None:
    """Against a list: each block (a savepoint) stands, or is undone with all that is in it; so is one that fails."""
    ask("TRUNCATE kept RESTART IDENTITY")
    numbers = iter(range(1000))

    def play(steps: list[Any]) -> list[str]:
        told: list[str] = []
        for step in steps:
            if isinstance(step, tuple):
                told += block(*step)
                continue
            if step == "wrong":
                ask("SELECT 1/0")
            word = str(next(numbers))
            ask(KEEP if step == "soon" else str(KEEP), [word])
            told.append(word)
        return told

    def block(stands: bool, steps: list[Any]) -> list[str]:
        try:
            with transaction.atomic():
                told = play(steps)
                if not stands:
                    raise Undone
                return told
        except (Undone, DatabaseError):
            return []

    told = block(stands, steps)
    assert words() == told
