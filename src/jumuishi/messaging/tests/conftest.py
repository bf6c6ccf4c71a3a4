"""Both gateways, simulated on loopback, and this installation pointed at them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import override_settings

from jumuishi.messaging.gateways import africastalking_simulator, mgov_simulator
from jumuishi.messaging.gateways.simulated import Simulated, serve

KEY = "made-up-key"


@contextmanager
def turning(simulator: Simulated) -> Iterator[str]:
    """A simulator's door, open for the block; its address."""
    server = serve(simulator, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


class Two:
    """The government's gateway, asked first, and the aggregator."""

    def __init__(self) -> None:
        self.mgov = mgov_simulator.Simulator(key=KEY, system_id="SYS1")
        self.other = africastalking_simulator.Simulator(key=KEY, username="jumuishi")

    def counts(self) -> tuple[int, int]:
        """How many messages each took."""
        return len(self.mgov.sent()), len(self.other.sent())


@pytest.fixture
def two() -> Iterator[Two]:
    both = Two()
    with (
        turning(both.mgov) as first,
        turning(both.other) as second,
        override_settings(
            DEMONSTRATION=False, JUMUISHI_SMS_GATEWAY="mgov, africastalking",
            JUMUISHI_MGOV_URL=first, JUMUISHI_MGOV_SYSTEM="SYS1", JUMUISHI_MGOV_KEY=KEY,
            JUMUISHI_MGOV_SERVICE="999", JUMUISHI_MGOV_SENDER="15200",
            JUMUISHI_AFRICASTALKING_URL=second, JUMUISHI_AFRICASTALKING_KEY=KEY,
            JUMUISHI_AFRICASTALKING_USERNAME="jumuishi", JUMUISHI_AFRICASTALKING_SENDER="JUMUISHI",
        ),
    ):  # fmt: skip
        yield both
