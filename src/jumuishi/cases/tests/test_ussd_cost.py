"""What an answer of a phone costs, where each is committed: messages to the database, statements, jobs, indexes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.channels.ussd.handset import Handset
from jumuishi.kernel.tests.sent import messages

CALLBACK = "/ussd/africastalking/"
ASHA, BARAKA = "+255700000051", "+255700000052"
SERVICE = ("Omba huduma", "Barua ya utambulisho", "Halmashauri ya Wilaya ya Mfano", "Anza")
ANSWERS = ("Asha Juma", "2", "01011990", "Sekei", "Sokoni", "99", "4", "1", "1", "Benki ya Mfano", "1")


@pytest.fixture
def client(world: Any, committed_db: None) -> Iterator[Client]:
    """Against a database in which each callback is a transaction of its own."""
    yield Client()
    connection.close()


def handset(client: Client, number: str) -> Handset:
    return Handset(number, lambda form: client.post(CALLBACK, form).content.decode())


def applied(client: Client, number: str, each: Any) -> list[int]:
    """A whole application, with what `each` counts for every callback of it."""
    phone, costs = handset(client, number), []
    for act in (phone.dial, *(lambda words=words: phone.choose(words) for words in SERVICE)):
        with each() as seen:
            act()
        costs.append(len(seen))
    for answer in ANSWERS:
        with each() as seen:
            phone.type(answer)
        costs.append(len(seen))
    assert phone.screen.startswith("Limepokelewa."), phone.screen
    return costs


def test_an_answer_is_three_messages_to_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session, the draft, and all that is written with the COMMIT; what people read of the catalogue is kept."""
    applied(client, ASHA, lambda: messages(monkeypatch))
    # The first screen asks once whether the phone's person has a seat in a body.
    first, menu, begin, question, submit = 5, 2, 9, 3, 13
    costs = applied(client, BARAKA, lambda: messages(monkeypatch))
    assert costs == [first, menu, menu, menu, begin, *[question] * 10, submit], costs


def test_an_answer_is_five_statements_and_one_commit(client: Client) -> None:
    applied(client, ASHA, lambda: CaptureQueriesContext(connection))
    costs = applied(client, BARAKA, lambda: CaptureQueriesContext(connection))
    assert max(costs[5:-1]) == 7, costs
    assert costs[0] <= 7, costs
    assert max(costs[1:4]) == 4, costs


def test_what_each_answer_writes_anew_touches_no_index(client: Client) -> None:
    """No column that an answer changes has an index (heap-only updates), and there is room on the page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey) "
            "WHERE c.relname IN ('channels_ussd_session', 'cases_draft') ORDER BY 1, 2"
        )
        indexed = {(table, column) for table, column in cursor.fetchall()}
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname IN ('channels_ussd_session', 'cases_draft') "
            "AND reloptions::text LIKE %s",
            ["%fillfactor%"],
        )
        roomy = {table for (table,) in cursor.fetchall()}
    assert indexed == {
        ("channels_ussd_session", "phone_hash"), ("cases_draft", "id"), ("cases_draft", "person_id"),
        ("cases_draft", "mandate_id"),
    }  # fmt: skip
    assert roomy == {"channels_ussd_session", "cases_draft"}
