"""Asha applies by phone; her SMS come through one gateway or the other, and what she writes back is answered."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest

from bench._installation import Installed, installation
from journeys.handset import handset
from jumuishi.messaging.gateways import africastalking_simulator, mgov_simulator
from jumuishi.messaging.gateways.simulated import Simulated, serve

pytestmark = [pytest.mark.database, pytest.mark.slow]
KEY, SECRET, ASHA = "made-up-key", "made-up-secret", "+255700000081"


@contextmanager
def turning(simulator: Simulated) -> Iterator[str]:
    server = serve(simulator, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


class Country:
    """A running installation between the two gateways."""

    def __init__(self, house: Installed, mgov: Simulated, other: Simulated) -> None:
        self.house, self.mgov, self.other = house, mgov, other

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.house.database()) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def country() -> Iterator[Country]:
    mgov = mgov_simulator.Simulator(key=KEY, system_id="SYS1")
    other = africastalking_simulator.Simulator(key=KEY, username="jumuishi", cost="TZS 1.0000")
    with ExitStack() as stack:
        first, second = stack.enter_context(turning(mgov)), stack.enter_context(turning(other))
        house = stack.enter_context(
            installation(
                web_workers=1, JUMUISHI_SMS_GATEWAY="mgov,africastalking", JUMUISHI_SMS_SECRET=SECRET,
                JUMUISHI_MGOV_URL=first, JUMUISHI_MGOV_SYSTEM="SYS1", JUMUISHI_MGOV_KEY=KEY,
                JUMUISHI_AFRICASTALKING_URL=second, JUMUISHI_AFRICASTALKING_KEY=KEY,
                JUMUISHI_AFRICASTALKING_USERNAME="jumuishi",
            )
        )  # fmt: skip
        mgov.report = f"{house.address}sms/mgov/"
        other.report = f"{house.address}sms/africastalking/{SECRET}/"
        yield Country(house, mgov, other)


def until(found: Callable[[], list[str]], what: str) -> str:
    """The first thing that is found, within half a minute."""
    end = time.monotonic() + 30
    while not (came := found()):
        assert time.monotonic() < end, what
        time.sleep(0.1)
    return came[0]


def test_out_by_one_or_the_other_and_back(country: Country) -> None:
    asha = handset(country.house.address, ASHA)
    asha.dial()
    for words in ("Omba huduma", "Barua ya utambulisho", "Halmashauri ya Wilaya ya Mfano", "Anza"):
        asha.choose(words)
    asha.type("Asha Juma", "2", "01011990", "Sekei", "Sokoni", "99", "4", "1", "1", "Benki ya Mfano")
    asha.choose("Wasilisha")
    number = "".join(re.findall(r"\d{4}", asha.screen)[:4])

    def by_mgov(words: str) -> Callable[[], list[str]]:
        return lambda: [one["message"] for one in country.mgov.sent() if words in one["message"]]

    def by_other(words: str) -> Callable[[], list[str]]:
        return lambda: [one["message"] for one in country.other.sent() if words in one["message"]]

    assert until(by_mgov(number), "the receipt").startswith("Barua ya utambulisho: ")
    delivered = "SELECT 1 FROM messaging_message WHERE state = 'delivered' AND gateway = 'mgov'"
    until(lambda: [str(one) for one in country.rows(delivered)], "the gateway's word on it")

    country.mgov.away = True
    assert country.other.write_in(phone=ASHA, text=f"Hali {number}", name="one") == 200
    assert "Ombi lako liko kwenye: " in until(by_other(number), "an answer through the other gateway")
    assert country.rows("SELECT cost FROM messaging_message WHERE gateway = 'africastalking'")[0][0] == 1
    answers = len(country.other.sent())
    assert country.other.write_in(phone=ASHA, text=f"Hali {number}", name="one") == 200

    country.mgov.away = False
    assert country.mgov.write_in(phone="255700000081", text="ACHA", name="two") == 200
    stopped = lambda: by_mgov("tuma ANZA")() + by_other("tuma ANZA")()  # noqa: E731  # either may be the first again
    until(stopped, "that messages are stopped")
    assert len(country.other.sent()) - answers <= 1, "the repeat was answered by nobody"
    assert country.rows("SELECT count(*) FROM messaging_stopped") == [(1,)]
    heard = country.rows("SELECT gateway, word FROM messaging_heard ORDER BY at")
    assert heard == [("africastalking", "HALI"), ("mgov", "ACHA")]


def test_who_is_no_gateway_is_not_heard(country: Country) -> None:
    for report in (f"{country.house.address}sms/africastalking/guess/", f"{country.house.address}sms/mgov/"):
        forger = africastalking_simulator.Simulator(key="x", username="x", report=report)
        assert forger.write_in(phone=ASHA, text="ANZA", name="forged") == 403
    # On this machine the demonstration's own phone needs no secret; a stranger's guess helps nobody elsewhere.
    assert country.rows("SELECT count(*) FROM messaging_heard WHERE their_id = 'forged'") == [(0,)]
