"""Two nodes while much goes wrong at once: what was acknowledged is at both ends, once, and it was about that call.

A seed draws what a schedule does: calls in four lines, some with a large body, while the line between the nodes is cut
or slow, either gateway is killed (-9) or has the wrong time, either database throws the gateway out, the system behind
is slow or fails, there is no room for large bodies, or the authority takes the member's word and gives it back.
`JUMUISHI_SCHEDULES` says how many, `JUMUISHI_SEED` from where.
"""

import os
import random
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import httpx
import psycopg
import pytest
from django.db import connection, transaction

from jumuishi.exchange import admitting, centre, registering
from jumuishi.exchange.models import Record
from jumuishi.exchange.tests import cutting, running
from jumuishi.exchange.tests.test_gateway import CLIENT, CONTACT, SERVICE, officer
from jumuishi.exchange.tests.test_two_nodes import command
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.slow
SCHEDULES = int(os.environ.get("JUMUISHI_SCHEDULES", "2"))
FIRST = int(os.environ.get("JUMUISHI_SEED", "1"))
LARGE = b"x" * 1_500_000
SYSTEM = tenancy.Principal.system()


@pytest.fixture(scope="module")
def scene(database: Any, world: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    home = tmp_path_factory.mktemp("faults")
    for name in ("config", "data"):
        (home / name).mkdir()
    other = database._copies.make(world.mould)
    dsn = database.at(other).app
    second = {
        "JUMUISHI_CONFIG": str(home / "config"), "JUMUISHI_DATA": str(home / "data"), "JUMUISHI_EXCHANGE_NODE": "maji",
    }  # fmt: skip
    door = running.free_port()
    with (
        database.committing(world),
        tenancy.acting_as(SYSTEM),
        cutting.echo() as system,
        cutting.line(door) as line,
        running.gateway(database.app, JUMUISHI_EXCHANGE_NODE="kituo") as here,
    ):
        with transaction.atomic():
            shabani = officer("benki-mfano", "Shabani")
            bank = registering.register_subsystem(actor=shabani, code="mikopo", name="Mikopo", **CONTACT)
            registering.add_network(actor=shabani, subsystem_id=bank, network="127.0.0.1/32")
        environment = {**os.environ, **second, "DATABASE_URL": dsn}
        subprocess.run(
            [sys.executable, "-m", "jumuishi.exchange.tests.second_node", system.url], env=environment, check=True
        )
        with running.gateway(dsn, line=line.port, door=door, **second) as there:
            node = {**second, "DATABASE_URL": dsn}
            said = command(node, "exchange", "statement").encode()
            command(node, "exchange", "join", command({"DATABASE_URL": database.app}, "exchange", "invitation").strip())
            with transaction.atomic():
                centre.admit(actor=Actor.system(), statement_text=said, members=[("GOV", "maji-mfano")])
            found = SimpleNamespace(
                here=here, there=there, line=line, system=system, dsn=dsn, app=database.app, environment=environment
            )
            until_good(found)
            yield found
    database._copies.drop(other)


@dataclass(frozen=True)
class Told:
    """What a caller knows of one call: its number, what it asked, the answer that came; none where the line broke."""

    number: str
    path: str
    length: int
    answer: httpx.Response | None

    @property
    def is_acknowledged(self) -> bool:
        """Whether the service's own answer came, and no fault of the exchange."""
        return self.answer is not None and "x-road-error" not in self.answer.headers


def ask(scene: Any, number: str, *, body: bytes | None = None) -> Told:
    """One call, known by its number."""
    path = f"/customers/{number}"
    address, headers = f"{scene.here.edge}/r1/{SERVICE}{path}", {"X-Road-Client": CLIENT, "X-Road-Id": number}
    answer = None
    with suppress(httpx.HTTPError), httpx.Client(trust_env=False, timeout=40) as client:
        answer = (
            client.get(address, headers=headers)
            if body is None
            else client.post(address, headers=headers, content=body)
        )
    return Told(number, path, len(body or b""), answer)


def until_good(scene: Any) -> None:
    """Everything is as it should be, and a call goes through."""
    deadline = time.monotonic() + 90
    while True:
        told = ask(scene, f"probe-{time.monotonic_ns()}")
        if told.is_acknowledged and told.answer is not None and told.answer.status_code == 200:
            return
        assert time.monotonic() < deadline, told.answer.text if told.answer is not None else "no answer"
        time.sleep(0.1)


def thrown_out(dsn: str) -> None:
    """The database ends every connection of the application but this test's."""
    ours = connection.connection.info.backend_pid if connection.connection else 0
    with psycopg.connect(dsn, autocommit=True) as one:
        one.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND usename = current_user AND pid NOT IN (pg_backend_pid(), %s)",
            [ours],
        )


@dataclass
class Schedule:
    """What goes wrong this time, and how it is put right."""

    scene: Any
    chance: random.Random

    def _pause(self, most: float) -> None:
        time.sleep(self.chance.random() * most)

    def cut(self) -> None:
        """The line is cut after so many bytes, wherever that is in a message, and stays down for a while."""
        self.scene.line.most = self.chance.randrange(1, 6000)
        self._pause(0.5)
        self.scene.line.is_down = True
        self._pause(0.5)

    def slow(self) -> None:
        """Each piece on the line takes up to a fifth of a second longer."""
        self.scene.line.wait = self.chance.random() * 0.2
        self._pause(1)

    def kill(self) -> None:
        """-9 for one of the gateways; after a moment it is started again."""
        one = self.chance.choice([self.scene.here, self.scene.there])
        one.kill()
        self._pause(0.5)
        one.start()

    def kill_both(self) -> None:
        """The power is gone."""
        for one in (self.scene.here, self.scene.there):
            one.kill()
        for one in (self.scene.there, self.scene.here):
            one.start()

    def wrong_time(self) -> None:
        """One gateway comes back with a clock that is an hour off, and later with the right one."""
        one = self.chance.choice([self.scene.here, self.scene.there])
        right = list(one.again)
        off = self.chance.choice(["3600", "-3600"])
        one.again = [right[0], "-m", "jumuishi.exchange.tests.skewed", off, *right[3:]]
        for words in (one.again, right):
            one.kill()
            one.again = words
            one.start()
            self._pause(0.6)

    def database(self) -> None:
        """One of the databases throws its gateway out."""
        thrown_out(self.chance.choice([self.scene.dsn, self.scene.app]))

    def system(self) -> None:
        """The system behind is slow, or fails."""
        self.scene.system.wait, self.scene.system.fails = self.chance.random() * 0.4, self.chance.random() < 0.5
        self._pause(0.8)

    def no_room(self) -> None:
        """A gateway can write no file beyond a few bytes: there is no room for a large body."""
        one = self.chance.choice([self.scene.here, self.scene.there])
        with suppress(ProcessLookupError):
            resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
            self._pause(0.6)
            resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def revoked(self) -> None:
        """The member behind is none for a while, until another person of the authority says so."""
        for act, name in ((admitting.revoke_member, "Zuhura"), (admitting.restore_member, "Tumaini")):
            with transaction.atomic():
                who = replace(officer("mamlaka", name), kind=ActorKind.AUTHORITY)
                act(actor=who, member=("GOV", "maji-mfano"), reason="Jaribio")
            self._pause(0.6)

    def put_right(self) -> None:
        """The line and the system are good again."""
        self.scene.line.good()
        self.scene.system.wait, self.scene.system.fails = 0.0, False


KINDS: tuple[Callable[[Schedule], None], ...] = (
    Schedule.cut, Schedule.slow, Schedule.kill, Schedule.kill_both, Schedule.wrong_time, Schedule.database,
    Schedule.system, Schedule.no_room, Schedule.revoked,
)  # fmt: skip


def played(scene: Any, seed: int) -> list[Told]:
    """One schedule; what the callers know at its end."""
    chance, told = random.Random(seed), list[Told]()
    bodies = [
        [chance.choice([None, None, b"{}", LARGE if chance.random() < 0.3 else b"[]"]) for _ in range(5)]
        for _ in range(4)
    ]

    def caller(at: int) -> None:
        for n, body in enumerate(bodies[at]):
            told.append(ask(scene, f"s{seed}-{at}-{n}", body=body))

    callers = [threading.Thread(target=caller, args=(at,)) for at in range(len(bodies))]
    for one in callers:
        one.start()
    schedule = Schedule(scene, chance)
    for kind in chance.sample(KINDS, chance.randint(1, 3)):
        time.sleep(chance.random() * 0.3)
        kind(schedule)
    schedule.put_right()
    for one in callers:
        one.join()
    until_good(scene)
    return told


def recorded(scene: Any, seed: int) -> dict[str, list[tuple[str, str, int]]]:
    """(role, request, status) of each record at either end, by the number of its message."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    with transaction.atomic():
        rows = list(
            Record.objects.filter(message_id__startswith=f"s{seed}-").values_list(
                "message_id", "role", "request_id", "status"
            )
        )
    with psycopg.connect(scene.dsn) as other:
        other.execute(tenancy.settings_sql(SYSTEM))
        rows += other.execute(
            "SELECT message_id, role, request_id, status FROM exchange_record WHERE message_id LIKE %s", [f"s{seed}-%"]
        ).fetchall()
    for number, role, request, status in rows:
        found.setdefault(number, []).append((role, str(request), status))
    return found


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SCHEDULES))
def test_nothing_acknowledged_is_lost_or_doubled(scene: Any, seed: int) -> None:
    told = played(scene, seed)
    records, asked = recorded(scene, seed), Counter(scene.system.asked)
    assert len(told) == 20
    for one in told:
        kept = records.get(one.number, [])
        roles = Counter(role for role, _, _ in kept)
        assert max(roles.values(), default=0) <= 1, f"{one.number} is recorded twice at one end: {kept}"
        if one.length:
            assert asked[one.number] <= 1, f"{one.number} reached the system twice"
        if one.is_acknowledged:
            assert one.answer is not None
            assert roles == {"consumer": 1, "provider": 1}, f"{one.number} was acknowledged: {kept}"
            assert len({request for _, request, _ in kept}) == 1
            assert {status for _, _, status in kept} == {one.answer.status_code}
            assert asked[one.number] >= 1
            assert one.answer.json() == {"path": f"/api{one.path}", "length": one.length}, "another call's answer"


def test_a_gateway_that_its_database_threw_out_goes_on(scene: Any) -> None:
    for dsn in (scene.app, scene.dsn) * 3:
        thrown_out(dsn)
        until_good(scene)


def test_each_record_is_in_its_nodes_log(scene: Any) -> None:
    """After all schedules: every record of either node has a leaf."""
    program = (
        "import django; django.setup()\n"
        "from django.db import connection, transaction\n"
        "from jumuishi.evidence import public as evidence\n"
        "from jumuishi.kernel import tenancy\n"
        "with tenancy.acting_as(tenancy.Principal.system()):\n"
        "    while evidence.sequence_once(): pass\n"
        "    with transaction.atomic(), connection.cursor() as cursor:\n"
        "        cursor.execute('SELECT count(*), count(l.journal_id) FROM exchange_record r '\n"
        "                       'LEFT JOIN evidence_leaf l USING (journal_id)')\n"
        "        print(*cursor.fetchone())\n"
    )
    for more in ({"DATABASE_URL": scene.app}, scene.environment):
        environment = {**os.environ, **more, "DJANGO_SETTINGS_MODULE": "jumuishi.project.settings"}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        said = done.stdout.split()
        assert said[0] == said[1]
        assert int(said[0]) >= SCHEDULES
