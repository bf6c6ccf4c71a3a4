"""Two nodes over TLS: what waits arrives, once and in order, while either gateway is killed with -9 in between."""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from django.db import connection, transaction

from jumuishi.exchange.courier.states import OutState
from jumuishi.exchange.courier.tables import Link, Outbox
from jumuishi.exchange.courier.tests.numbered import VERB, say
from jumuishi.exchange.gateway import courier
from jumuishi.exchange.tests.test_two_nodes import scene, there
from jumuishi.kernel import tenancy

__all__ = ["scene"]
pytestmark = pytest.mark.slow


def until(holds: Callable[[], Any], seconds: float, why: Callable[[], Any] = lambda: "") -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, why()
        time.sleep(0.1)


def beside(scene: Any, *words: str) -> None:
    """As a process of the other node."""
    subprocess.run(
        [sys.executable, "-m", "jumuishi.exchange.courier.tests.second", *words],
        env={**os.environ, **scene.second}, check=True, timeout=120,
    )  # fmt: skip


def waiting() -> int:
    with transaction.atomic():
        return Outbox.objects.filter(state=OutState.WAITING).count()


def effects(scene: Any) -> dict[str, list[int]]:
    """By subject the numbers that had their effect on the other node, in the order in which they had."""
    found: dict[str, list[int]] = defaultdict(list)
    for (body,) in there(scene, f"SELECT body FROM evidence_journal WHERE verb = '{VERB}' ORDER BY id"):
        subject, number = json.loads(bytes(body))["after"]["text"].split()
        found[subject].append(int(number))
    return dict(found)


def test_what_is_sent_arrives_and_each_end_can_prove_it(scene: Any) -> None:
    with transaction.atomic():
        say("benki-mfano", "maji-mfano", 3, 2)
    until(lambda: waiting() == 0, 60)
    beside(scene, "hand", "1")
    assert effects(scene) == {"kesi-0": [0, 1, 2], "kesi-1": [0, 1, 2]}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM evidence_journal WHERE verb = 'exchange.parcel.take'")
        mine = [json.loads(bytes(body))["after"] for (body,) in cursor.fetchall()]
    rows = there(scene, "SELECT body FROM evidence_journal WHERE verb = 'exchange.parcel.take'")
    theirs = [json.loads(bytes(body))["after"] for (body,) in rows]
    assert {one for said in mine for one in said["arrived"]} == {one[0] for said in theirs for one in said["messages"]}
    assert all("signature" in said["proof"] for said in theirs)
    assert all({"request", "answer"} <= set(said["proof"]) for said in mine)


def test_killed_with_9_at_either_end_again_and_again_all_arrive_once_and_in_order(scene: Any) -> None:
    with transaction.atomic():
        say("benki-mfano", "maji-mfano", 200, 5)
    for turn in range(6):
        time.sleep(0.15 + 0.2 * turn)
        (scene.there if turn % 2 else scene.here).kill()
        (scene.there if turn % 2 else scene.here).start()
    until(lambda: waiting() == 0, 300, lambda: str(list(Link.objects.values())))
    left = "SELECT coalesce(sum(upto - done), 0) FROM exchange_courier_incoming"
    for _ in range(10):
        if there(scene, left) == [(0,)]:
            break
        beside(scene, "hand", "4")
    found = effects(scene)
    for subject in (f"kesi-{n}" for n in range(5)):
        numbers = found[subject][3:] if subject in ("kesi-0", "kesi-1") else found[subject]
        assert numbers == list(range(200)), subject


def is_well() -> bool:
    """Whether the other node took what it was last given."""
    with transaction.atomic():
        return Link.objects.get(name="maji").failures == 0


def test_a_node_that_is_away_is_asked_seldom_and_gets_all_when_it_is_back(scene: Any) -> None:
    until(is_well, 180)
    scene.there.kill()
    with transaction.atomic():
        say("benki-mfano", "maji-mfano", 1, 1)
    time.sleep(6)
    with transaction.atomic():
        link = Link.objects.get(name="maji")
    assert 1 <= link.failures <= 3, "at once, after 3 to 4 s, then after 6 to 8"
    assert link.problem
    assert link.next_at is not None
    scene.there.start()
    until(lambda: waiting() == 0, 180)
    until(is_well, 90)


def test_the_other_way_too(scene: Any) -> None:
    beside(scene, "say", "maji-mfano", "benki-mfano", "2", "1")

    def came() -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM exchange_courier_inbox WHERE type = 'test.numbered'")
            return cursor.fetchone() == (2,)

    until(came, 60)
    left = "SELECT count(*) FROM exchange_courier_outbox WHERE state = 'waiting'"
    until(lambda: there(scene, left) == [(0,)], 60)


def test_a_stranger_and_rubbish_change_nothing(scene: Any) -> None:
    address = f"{scene.there.door}{courier.PATH}"
    before = there(scene, "SELECT count(*) FROM exchange_courier_inbox")
    for body in (b"", b"x" * 1000):
        answer = httpx.post(address, content=body, headers={"X-Road-Client": "TZ/COM/benki-mfano"}, verify=False)  # noqa: S501
        assert (answer.status_code, answer.text) == (401, "unsigned: signature-input")
    assert httpx.get(address, verify=False).status_code == 404  # noqa: S501  # a stranger
    assert there(scene, "SELECT count(*) FROM exchange_courier_inbox") == before


def test_the_walls_stand_on_the_other_node_too(scene: Any) -> None:
    with psycopg.connect(scene.dsn) as one:
        for table in ("inbox", "incoming", "outbox", "outgoing", "dead"):
            assert one.execute(f"SELECT count(*) FROM exchange_courier_{table}").fetchone() == (0,), table
        assert one.execute(tenancy.settings_sql(tenancy.Principal.system()))
        assert one.execute("SELECT count(*) > 0 FROM exchange_courier_inbox").fetchone() == (True,)
