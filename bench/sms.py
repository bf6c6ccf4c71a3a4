"""Messages handed over a second by a whole installation's worker, beside bare posts to the same simulated gateway.

In turns: so many messages are kept in one transaction, and the gateway says when it has them all; as many are posted by
one process over one connection with nothing kept. The worker's memory is watched: a backlog does not make it grow.
Then the gateway is away with a backlog: it is asked seldom, and when it is back no second brings more than the pace.
"""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench._installation import MACHINE, Installed, installation
from bench.submit import memory
from jumuishi.messaging.gateways.mgov_simulator import Simulator, serve

KEY = "made-up-key"
# Of bare posts: each message is claimed, counted, handed over and noted, in two transactions that reach the disk.
GOAL = 0.10
GREW_MB = 20.0
AWAY_SECONDS = 15
PACE = 20
SPAN, BATCH = 5, 48  # the pace holds for spans of five seconds in which messages are claimed, a batch at a time


class Gate(Simulator):
    """The gateway, and when it was asked and when it took something."""

    def __init__(self) -> None:
        super().__init__(key=KEY, system_id="SYS1")
        self.asked: list[float] = []
        self.took: list[float] = []

    def take(self, body: bytes, given_hash: str, system_id: str) -> tuple[int, dict[str, Any]]:
        """As it does, with a note of the instant."""
        self.asked.append(time.time())
        status, answer = super().take(body, given_hash, system_id)
        if answer.get("success"):
            self.took.append(time.time())
        return status, answer


@contextmanager
def gateway() -> Iterator[tuple[Gate, str]]:
    """A simulated gateway and its address."""
    gate = Gate()
    server = serve(gate, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield gate, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def _settings(url: str, pace: int) -> dict[str, str]:
    return {
        "JUMUISHI_SMS_GATEWAY": "mgov", "JUMUISHI_MGOV_URL": url, "JUMUISHI_MGOV_SYSTEM": "SYS1",
        "JUMUISHI_MGOV_KEY": KEY, "JUMUISHI_MGOV_SERVICE": "999", "JUMUISHI_MGOV_SENDER": "15200",
        "JUMUISHI_SMS_PER_SECOND": str(pace), "JUMUISHI_SMS_PER_DAY": "100000000",
        "JUMUISHI_SMS_PER_INSTITUTION_DAY": "100000000",
    }  # fmt: skip


def _keep(here: Installed, count: int, round_: int) -> float:
    return float(here.python("-m", "bench._sms_scene", "keep", str(count), str(round_)).split()[-1])


def _wait(gate: Gate, count: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while len(gate.took) < count:
        if time.monotonic() > end:
            raise SystemExit(f"{len(gate.took)} of {count} messages were handed over in {seconds:.0f} s")
        time.sleep(0.02)


def _handed(here: Installed, gate: Gate, count: int, round_: int) -> tuple[float, float]:
    """(messages a second from the end of the transaction on, the worker's memory after it in MB)."""
    before = len(gate.took)
    began = _keep(here, count, round_)
    _wait(gate, before + count, 300)
    rate = count / (gate.took[before + count - 1] - began)
    return rate, sum(memory(pid)["rss_mb"] for pid in here.processes("project.worker"))


def _bare(count: int, url: str) -> float:
    command = [sys.executable, "-m", "bench._sms_scene", "bare", str(count), url, KEY]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return count / float(done.stdout.split()[-1])


def _storm(count: int) -> dict[str, Any]:
    """A backlog while the gateway is away, then its return: how often it was asked, and the fullest span after."""
    with gateway() as (gate, url), installation(**_settings(url, PACE)) as here:
        gate.away = True
        _keep(here, count, 1)
        time.sleep(AWAY_SECONDS)
        asked = len(gate.asked)
        gate.away = False
        _wait(gate, count, 60 + 2 * count / PACE)
        spans = Counter(int(at // SPAN) for at in gate.took)
        texts = [one["messageId"] for one in gate.sent()]
        return {
            "backlog": count, "away_seconds": AWAY_SECONDS, "asked_while_away": asked,
            "most_in_five_seconds_after": max(spans.values()), "allowed_in_five_seconds": PACE * SPAN,
            "each_once": len(texts) == len(set(texts)) == count == len(gate.took),
        }  # fmt: skip


def main(short: bool) -> dict[str, Any]:
    """Measure; the figure is how much of the rate of bare posts the house reaches."""
    count, rounds = (400, 2) if short else (3000, 3)
    ours, bare, held = [], [], []
    with gateway() as (gate, url), installation(**_settings(url, 100_000)) as here:
        _handed(here, gate, 50, 50)  # everything is loaded, a connection stands
        for number in range(rounds):
            rate, megabytes = _handed(here, gate, count, number)
            ours.append(rate)
            held.append(megabytes)
            bare.append(_bare(count, url))
            print(
                f"round {number + 1}: {rate:.0f} handed over a second, {bare[-1]:.0f} bare; worker {megabytes:.0f} MB"
            )
        ids = [one["messageId"] for one in gate.sent()]
        twice = len(gate.took) - len(set(ids))
    storm = _storm(120 if short else 600)
    print(f"away and back: {json.dumps(storm)}")
    figure = max(ours) / max(bare)
    grew = held[-1] - held[0]
    ok = (
        figure >= GOAL and grew <= GREW_MB and twice == 0 and storm["each_once"]
        and storm["most_in_five_seconds_after"] <= storm["allowed_in_five_seconds"] + BATCH
    )  # fmt: skip
    said = {
        "bench": "sms",
        "figure": round(figure, 3),
        "unit": "of bare posts to the same gateway",
        "goal": GOAL,
        "ok": ok,
        "detail": {
            "messages_a_round": count, "handed_over_a_second": [round(one, 1) for one in ours],
            "bare_a_second": [round(one, 1) for one in bare], "worker_mb": [round(one, 1) for one in held],
            "grew_mb": round(grew, 1), "grew_goal_mb": GREW_MB, "sent_twice": twice, "storm": storm,
        },
        "machine": MACHINE,
    }  # fmt: skip
    print(json.dumps(said))
    return said
