"""A gateway took a message and its answer never came: no phone reads it twice where an id can prevent that."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from jumuishi.kernel import clock, tenancy
from jumuishi.messaging import reports, sending
from jumuishi.messaging.tests.conftest import Two
from jumuishi.messaging.tests.test_messages import row, say

pytestmark = pytest.mark.slow
MORNING = datetime(2026, 3, 2, 5, tzinfo=UTC)
SYSTEM = tenancy.Principal.system()


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def lose(two: Two) -> None:
    """mGov keeps what it is given, and its line is cut before it answers."""
    take = two.mgov.receive

    def receive(*given: Any) -> Any:
        take(*given)
        raise ConnectionAbortedError

    two.mgov.receive = receive  # type: ignore[method-assign]  # a knob of this test alone


def later(minutes: int, *ids: UUID) -> None:
    with clock.frozen(MORNING + timedelta(minutes=minutes)):
        for one in ids:
            sending.send(one)


def test_the_same_is_asked_again_and_the_phone_reads_it_once(two: Two, committed_db: None) -> None:
    heal = two.mgov.receive
    lose(two)
    message = say("Ombi lako limepokelewa")
    sending.send(message)
    assert (row(message).state, row(message).gateway) == ("queued", "mgov")
    later(2, message)
    assert two.other.sent() == [], "while the first may have it, nobody else is asked"
    two.mgov.receive = heal  # type: ignore[method-assign]
    later(8, message)
    assert (row(message).state, row(message).gateway, row(message).attempts) == ("sent", "mgov", 3)
    assert len(two.mgov.sent()) == 1
    assert two.other.sent() == []


def test_a_code_waits_for_nobody(two: Two, committed_db: None) -> None:
    lose(two)
    code = say("Namba yako ni 123456", purpose="code.ingia")
    sending.send(code)
    assert (row(code).state, row(code).gateway) == ("sent", "africastalking")


def test_after_half_an_hour_the_next_is_asked(two: Two, committed_db: None) -> None:
    lose(two)
    message = say("Ombi lako limepokelewa")
    sending.send(message)
    later(31, message)
    assert (row(message).state, row(message).gateway) == ("sent", "africastalking")


def test_its_word_that_the_phone_has_it_settles_it(two: Two, committed_db: None) -> None:
    lose(two)
    message = say("Ombi lako limepokelewa")
    sending.send(message)
    reports.report(gateway="africastalking", their_id=str(message), is_delivered=True)
    assert row(message).state == "queued", "another's word counts nothing"
    reports.report(gateway="mgov", their_id=str(message), is_delivered=True)
    assert row(message).state == "delivered"
    later(8, message)
    assert len(two.mgov.sent()) == 1
    assert two.other.sent() == []


def test_who_was_never_reached_holds_nothing(two: Two, committed_db: None) -> None:
    two.mgov.away = True
    message = say("Ombi lako limepokelewa")
    sending.send(message)
    assert (row(message).state, row(message).gateway) == ("sent", "africastalking")
