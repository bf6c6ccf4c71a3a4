"""The SMS gateway is away for a day and comes back: nothing is lost, nothing stale is sent, nobody is flooded."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from jumuishi.kernel import clock
from jumuishi.messaging import codes, jobs, models
from jumuishi.messaging.gateways import asking as gateway
from jumuishi.messaging.gateways.mgov_simulator import Simulator
from jumuishi.messaging.tests.test_messages import mgov as mgov
from jumuishi.messaging.tests.test_messages import row, say

pytestmark = pytest.mark.slow
MORNING = datetime(2026, 3, 2, 5, tzinfo=UTC)
LETTERS = 12


@pytest.fixture
def asked(mgov: Simulator, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the gateway was asked, whatever it answered."""
    found, take = [], mgov.take

    def counted(*given: Any) -> Any:
        found.append(time.monotonic())
        return take(*given)

    monkeypatch.setattr(mgov, "take", counted)
    return found


def test_a_day_without_the_gateway(mgov: Simulator, asked: list[float], committed_db: None) -> None:
    mgov.away = True
    with clock.frozen(MORNING):
        letters = [say(f"Ombi {n} limepokelewa", to=f"+2557000001{n:02}") for n in range(LETTERS)]
        codes.SmsCodes().send_code(phone="+255700000002", code="123456", purpose="ingia", language="sw")
        for message in letters:
            jobs.send(message_id=str(message))
    assert len(asked) == 1, "one message asks; the others take their place in the queue"
    rounds = 24 * 4
    for number in range(1, rounds):
        with clock.frozen(MORNING + timedelta(minutes=15 * number)):
            jobs.catch_up()
    assert len(asked) <= rounds, "a gateway that is away is asked once a round"
    assert {row(message).state for message in letters} == {"queued"}
    mgov.away = False
    with clock.frozen(MORNING + timedelta(days=1)):
        for _ in range(3):
            jobs.catch_up()
    assert {row(message).state for message in letters} == {"sent"}
    sent = [one["message"] for one in mgov.sent()]
    assert len(sent) == len(set(sent)) == LETTERS
    assert not [text for text in sent if "123456" in text], "a code of yesterday opens nothing and frightens"


def test_a_code_of_yesterday_is_forgotten(mgov: Simulator, committed_db: None) -> None:
    mgov.away = True
    with clock.frozen(MORNING):
        codes.SmsCodes().send_code(phone="+255700000002", code="123456", purpose="ingia", language="sw")
    with clock.frozen(MORNING + timedelta(days=1)):
        jobs.catch_up()
    with transaction.atomic():
        found = models.Message.objects.get()
    assert (found.state, found.failure, found.text) == ("failed", "too late", "")


def test_the_backlog_goes_out_in_bounded_rounds(mgov: Simulator, asked: list[float], committed_db: None) -> None:
    with override_settings(JUMUISHI_SMS_PER_SECOND=2):
        with clock.frozen(MORNING):
            letters = [say(f"Ombi {n}", to=f"+255700001{n:03}") for n in range(25)]
            for message in letters[:3]:
                jobs.send(message_id=str(message))
            jobs.catch_up()
            assert len(asked) <= 10, "what goes out at once counts as well"
            codes.SmsCodes().send_code(phone="+255700000002", code="123456", purpose="ingia", language="sw")
            jobs.catch_up()
            assert "123456" in mgov.sent()[-1]["message"], "a code waits behind no backlog"
        for seconds in (5, 10, 15):
            with clock.frozen(MORNING + timedelta(seconds=seconds)):
                jobs.catch_up()
    assert {row(message).state for message in letters} == {"sent"}
    assert len(asked) == 26


@pytest.fixture
def deaf() -> Iterator[str]:
    """A gateway that takes the call and never answers."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(50)
        yield f"http://127.0.0.1:{door.getsockname()[1]}"


def test_a_gateway_that_hangs_holds_up_one_message(
    mgov: Simulator, deaf: str, committed_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT", 1.0)
    letters = [say(f"Ombi {n}", to=f"+2557000001{n:02}") for n in range(10)]
    with override_settings(JUMUISHI_MGOV_URL=deaf):
        began = time.monotonic()
        for message in letters:
            jobs.send(message_id=str(message))
        assert 1.0 <= time.monotonic() - began < 5.0
    assert sum(row(message).attempts for message in letters) == 1


def test_what_came_too_late_holds_up_nothing_new(mgov: Simulator, asked: list[float], committed_db: None) -> None:
    with clock.frozen(MORNING):
        old = [say(f"Ombi {n}", to=f"+2557000001{n:02}") for n in range(30)]
    with clock.frozen(MORNING + timedelta(days=3)), override_settings(JUMUISHI_SMS_PER_SECOND=2):
        new = say("Ombi jipya")
        jobs.catch_up()
        assert row(new).state == "sent"
    assert {row(message).failure for message in old} == {"too late"}
    assert len(asked) == 1
