"""Two nodes whose clocks are moved on together: keys and the door's certificate change over, and no call is lost."""

import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from django.db import transaction

from jumuishi.exchange import admitting, centre, node, registering, standing
from jumuishi.exchange.models import NodeKey
from jumuishi.exchange.news import CHANNEL
from jumuishi.exchange.tests import running
from jumuishi.exchange.tests.test_gateway import CONTACT, officer
from jumuishi.exchange.tests.test_two_nodes import _until, call, command, there
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel import clock, tenancy

pytestmark = pytest.mark.slow
LEFT = timedelta(days=50)
MEMBER = [("GOV", "maji-mfano")]


@pytest.fixture(scope="module")
def scene(database: Any, world: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    home = tmp_path_factory.mktemp("years")
    (home / "config").mkdir()
    (home / "data").mkdir()
    ahead = home / "ahead"
    ahead.write_text("0")
    # What the second node has ends in 50 days.
    lasts, node.LASTS = node.LASTS, LEFT
    node._made_certificate(home / "config" / "exchange.crt", home / "config" / "exchange.key", clock.now())
    node.LASTS = lasts
    other = database._copies.make(world.mould)
    second = {
        "DATABASE_URL": database.at(other).app, "JUMUISHI_CONFIG": str(home / "config"),
        "JUMUISHI_DATA": str(home / "data"), "JUMUISHI_EXCHANGE_NODE": "maji",
        "JUMUISHI_MIRROR": str(home / "mirror"), "JUMUISHI_PUBLIC_URL": "https://maji.example",
    }  # fmt: skip
    with (
        database.committing(world), tenancy.acting_as(tenancy.Principal.system()), running.system() as system,
        running.gateway(database.app, ahead=str(ahead), JUMUISHI_EXCHANGE_NODE="kituo") as here,
    ):  # fmt: skip
        with transaction.atomic():
            shabani = officer("benki-mfano", "Shabani")
            bank = registering.register_subsystem(actor=shabani, code="mikopo", name="Mikopo", **CONTACT)
            registering.add_network(actor=shabani, subsystem_id=bank, network="127.0.0.1/32")
        subprocess.run(
            [sys.executable, "-m", "jumuishi.exchange.tests.second_node", system.url, "300"],
            env={**os.environ, **second}, check=True,
        )  # fmt: skip
        dsn = second.pop("DATABASE_URL")
        with running.gateway(dsn, ahead=str(ahead), **second) as beside:
            second["DATABASE_URL"] = dsn
            found = SimpleNamespace(here=here, there=beside, ahead=ahead, dsn=dsn, second=second)
            # The keys of both were made as they are made: only their end is nearer.
            _until(lambda: bool(there(found, "SELECT 1 FROM exchange_node_key WHERE use = 'message'")), 20)
            for address in (database.app, dsn):
                with psycopg.connect(address) as connection:
                    connection.execute(tenancy.settings_sql(tenancy.Principal.system()))
                    connection.execute("UPDATE exchange_node_key SET until_at = now() + %s", [LEFT])
                    connection.execute(f"NOTIFY {CHANNEL}")
            said = home / "statement"
            said.write_text(command(second, "exchange", "statement"))
            invitation = command({"DATABASE_URL": database.app}, "exchange", "invitation")
            command(second, "exchange", "join", invitation.strip())
            with transaction.atomic():
                centre.admit(actor=Actor.system(), statement_text=said.read_bytes(), members=MEMBER)
            _until(lambda: call(found).status_code == 200, 60, lambda: call(found).text)
            yield found
    database._copies.drop(other)


class Caller:
    """Asks all the time, but while the clock is being moved: a signature under way would be too old by days."""

    def __init__(self, scene: Any) -> None:
        self.scene, self.lost, self.count = scene, [], 0
        self.moving, self.ended = threading.Lock(), threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self.ended.is_set():
            with self.moving:
                answer: httpx.Response = call(self.scene)
                self.count += 1
                if answer.status_code != 200:
                    self.lost.append((self.scene.ahead.read_text(), answer.text))
            time.sleep(0.1)


def now(scene: Any) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(scene.ahead.read_text()))


def pass_days(scene: Any, caller: Caller, days: int) -> None:
    """Time goes on, and the centre signs its directory anew as it does within minutes; the other node fetches it."""
    with caller.moving:
        scene.ahead.write_text(str(float(scene.ahead.read_text()) + days * 86400))
        with clock.frozen(now(scene)):
            serial = centre.issue()
    _until(lambda: there(scene, "SELECT max(serial) FROM exchange_directory")[0][0] >= serial, 30)


def ours(query: Any) -> Any:
    with transaction.atomic():
        return query()


def shown(scene: Any) -> str:
    """The fingerprint of what the other node's door shows to a new connection."""
    parts = urlsplit(scene.there.door)
    pem = ssl.get_server_certificate((str(parts.hostname), int(parts.port or 0)))
    return sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


def test_keys_and_certificate_change_over_and_no_call_is_lost(scene: Any) -> None:
    first = shown(scene)
    # Both gateways renew by themselves: what ends in 50 days has a successor within a turn.
    _until(lambda: there(scene, "SELECT count(*) FROM exchange_node_key WHERE from_at > now()")[0][0] >= 2, 60)
    _until(lambda: ours(lambda: NodeKey.objects.filter(from_at__gt=clock.now()).count()) >= 2, 60)
    bank = ours(lambda: officer("benki-mfano", "Shabani")).institution_id
    old = ours(lambda: NodeKey.objects.get(institution_id=bank, from_at__lte=clock.now())).keyid
    caller = Caller(scene)
    caller.thread.start()
    try:
        for _ in range(3):
            pass_days(scene, caller, 6)
        _until(lambda: shown(scene) != first, 60)
        for _ in range(4):
            pass_days(scene, caller, 9)
        time.sleep(3)
    finally:
        caller.ended.set()
        caller.thread.join()
    assert caller.lost == []
    assert caller.count > 50
    told = ours(standing.standing)
    assert told is not None
    # The one of before has ended; what it signed then is still shown to be its.
    assert told[0].key(old, now(scene)) is None
    assert told[0].key(old, clock.now()) is not None


def test_a_revoked_members_key_is_refused_at_once_and_in_words(scene: Any) -> None:
    zuhura, tumaini = (_authority(name) for name in ("Zuhura", "Tumaini"))
    with clock.frozen(now(scene)), transaction.atomic():
        admitting.revoke_member(actor=zuhura, member=("COM", "benki-mfano"), reason="Inachunguzwa")
    _until(lambda: call(scene).status_code == 500, 15)
    assert "COM/benki-mfano is no member any more" in call(scene).json()["message"]
    with clock.frozen(now(scene)), transaction.atomic():
        admitting.restore_member(actor=tumaini, member=("COM", "benki-mfano"), reason="Imekwisha")
    _until(lambda: call(scene).status_code == 200, 30, lambda: call(scene).text)


def _authority(name: str) -> Actor:
    found = ours(lambda: officer("mamlaka", name))
    return Actor(ActorKind.AUTHORITY, found.person_id, found.institution_id, found.roles)
