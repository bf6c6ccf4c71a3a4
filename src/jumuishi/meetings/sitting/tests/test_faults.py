"""A vote while much goes wrong: no vote that was acknowledged is lost, none is doubled, none is counted otherwise.

A seed draws what a schedule does to a vote of twelve members: the line is cut after so many bytes or is slow, acts are
sent twice at once, members change their mind, and the web processes are killed (-9) in the middle.
`JUMUISHI_SCHEDULES` says how many, `JUMUISHI_SEED` from where.
"""

import os
import random
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from django.db import connection, transaction
from django.test import Client

from jumuishi.exchange.tests import cutting
from jumuishi.exchange.tests.running import _await as until_open
from jumuishi.exchange.tests.running import free_port
from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.events import CHOICES
from jumuishi.meetings.sitting.tests.conftest import Council, council_of, secretary_at

pytestmark = [pytest.mark.database, pytest.mark.slow]
SCHEDULES = int(os.environ.get("JUMUISHI_SCHEDULES", "2"))
FIRST = int(os.environ.get("JUMUISHI_SEED", "1"))
NAMES = {"Rehema": "chair"} | {f"Diwani {n}": "member" for n in range(12)}
VOTERS = [one for one in NAMES if one != "Rehema"]
TOKEN = "a" * 32
# So many web processes are killed in one schedule at most; a start takes longer than all else of it.
READY = 2
# No certificates are read for each try of a line without any.
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True)
class Process:
    """A web process at a port of its own."""

    port: int
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Web:
    """The web of an installation: one process is asked, others stand by for when that one is killed."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment, self.starts = environment, ThreadPoolExecutor(READY)
        self.ready = deque(self.starts.submit(self._start) for _ in range(READY))
        self.now: Process | None = None

    def _start(self) -> Process:
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws"]
        command += ["--workers", "1", "--blocking-threads", "8", "--log-level", "critical"]
        command.append("jumuishi.meetings.sitting.tests.served:application")
        found = Process(port, subprocess.Popen(command, start_new_session=True, env=self.environment))
        until_open(port, found.process)
        # The port is open before the process behind it can answer.
        with httpx.Client(trust_env=False, timeout=5) as client:
            deadline = time.monotonic() + 90
            while time.monotonic() < deadline:
                with suppress(httpx.HTTPError):
                    client.get(f"http://127.0.0.1:{port}/vikao-hakuna/")
                    break
                time.sleep(0.05)
        return found

    def goes_on(self, line: cutting.Line) -> None:
        """The one that stood by longest is asked from now on."""
        self.now = self.ready.popleft().result(120)
        self.ready.append(self.starts.submit(self._start))
        line.target = ("127.0.0.1", self.now.port)

    def kill(self) -> None:
        assert self.now is not None
        self.now.kill()

    def end(self) -> None:
        self.kill()
        for one in self.ready:
            one.result(120).kill()


@dataclass
class Scene:
    council: Council
    web: Web
    line: cutting.Line
    sessions: dict[str, str]


@pytest.fixture(scope="module")
def scene(database: Any, world: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with database.committing(world), tenancy.acting_as(tenancy.Principal.system()):
        with transaction.atomic():
            secretary_at(world.found["mfano"])
            home = world.found["mfano"]
            one = next(one for one in institutions.people_in(home) if one.name == "Mwajabu")
            mwajabu = Actor(ActorKind.OFFICER, one.person_id, home, one.roles, one.appointment_id, name="Mwajabu")
            council = council_of(home, mwajabu, members=NAMES)
            sessions = {}
            for name in VOTERS:
                client = Client()
                testing.sign_in(client, council.actor(name))
                sessions[name] = client.cookies["sessionid"].value
        council.begin(*NAMES)
        # Without the owner's address: each request would begin with a transaction there too. What is compiled for the
        # first process is there for the next.
        dropped = ("DATABASE_OWNER_URL", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        compiled = str(tmp_path_factory.mktemp("compiled"))
        web = Web({**kept, "DATABASE_URL": database.app, "PYTHONPYCACHEPREFIX": compiled})
        try:
            with cutting.line(0) as line:
                web.goes_on(line)
                yield Scene(council, web, line, sessions)
        finally:
            web.end()


@dataclass
class Told:
    """What a member knows at the end: what the phone said was received, or that the vote was over first."""

    kept: str = ""
    refused: bool = False
    tries: int = 0


class Schedule:
    """One vote, and what goes wrong meanwhile."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene, self.chance = scene, random.Random(seed)
        self.vote = scene.council.open_vote()
        self.told = {name: Told() for name in VOTERS}
        self.sent: dict[str, set[str]] = {name: set() for name in VOTERS}

    def send(self, name: str, once: str, choice: str) -> httpx.Response | None:
        address = f"http://127.0.0.1:{self.scene.line.port}/mimi/vikao/{self.scene.council.meeting.id}/tenda.json"
        cookies = {"sessionid": self.scene.sessions[name], "csrftoken": TOKEN}
        self.sent[name].add(choice)
        with (
            suppress(httpx.HTTPError),
            httpx.Client(verify=PLAIN, trust_env=False, timeout=8, cookies=cookies) as client,
        ):
            body = {"do": "vote", "once": once, "vote": self.vote, "choice": choice}
            return client.post(address, json=body, headers={"X-CSRFToken": TOKEN})
        return None

    def member(self, name: str, seed: int) -> None:
        """Votes until it is known that the vote was received, or that it is over; sometimes twice at once."""
        chance, told = random.Random(seed), self.told[name]
        once, choice = str(new_id()), chance.choice(CHOICES)
        time.sleep(chance.random())
        deadline = time.monotonic() + 150
        while not told.kept and not told.refused:
            assert time.monotonic() < deadline, f"{name} hears nothing"
            told.tries += 1
            if chance.random() < 0.3:
                other = threading.Thread(target=self.send, args=(name, once, choice))
                other.start()
                answer = self.send(name, once, choice)
                other.join()
            else:
                answer = self.send(name, once, choice)
            if answer is None or answer.status_code >= 500:
                if chance.random() < 0.15:
                    # A member whose phone said nothing thinks again: another act, with an id of its own.
                    once, choice = str(new_id()), chance.choice(CHOICES)
                time.sleep(chance.random() * 0.3)
            elif answer.status_code == 200:
                told.kept = choice
            else:
                assert answer.status_code == 409, answer.text
                if "nyingine" in answer.json()["text"]:
                    # The earlier choice was kept after all, and the refusal says so: that is the vote.
                    told.kept = "earlier"
                else:
                    told.refused = True

    def wrong(self) -> None:
        """Cut, slow and down at random, and once or twice in the middle -9; then all is well again."""
        whats = [self.chance.choice(["cut", "slow", "down", "good"]) for _ in range(self.chance.randrange(4, 9))]
        for _ in range(self.chance.randrange(1, 3)):
            whats.insert(self.chance.randrange(len(whats)), "kill")
        for what in whats:
            if what == "cut":
                self.scene.line.most = self.chance.randrange(1, 3000)
            elif what == "slow":
                self.scene.line.wait = self.chance.random() * 0.3
            elif what == "kill":
                self.scene.web.kill()
                time.sleep(self.chance.random() * 0.5)
                self.scene.web.goes_on(self.scene.line)
            elif what == "down":
                self.scene.line.is_down = True
            time.sleep(self.chance.random() * 0.5)
            if what != "slow":
                self.scene.line.good()
        self.scene.line.good()

    def run(self) -> dict[str, Any]:
        """The vote from opening to result; returns the body of the event that ended it."""

        def apart(work: Any, *given: Any) -> None:
            try:
                with tenancy.acting_as(tenancy.Principal.system()):
                    work(*given)
            finally:
                connection.close()

        # The chair ends the vote once so many were told; at the latest when nothing goes wrong any more.
        enough = self.chance.randrange(1, len(VOTERS) + 1)
        with ThreadPoolExecutor(len(VOTERS) + 1) as pool:
            faults = pool.submit(apart, self.wrong)
            members = [pool.submit(apart, self.member, name, self.chance.randrange(10**9)) for name in VOTERS]
            while not faults.done() and sum(bool(one.kept) for one in self.told.values()) < enough:
                time.sleep(0.02)
            ended = self.scene.council.act("Rehema", c.EndVote, vote=self.vote)
            if ended.kinds == ("vote.tied",):
                # Equal: the chair leaves it so, and the count stays what the members gave.
                self.scene.council.act("Rehema", c.CastVote, vote=self.vote, choice="abstain")
            for one in members:
                one.result(180)
            faults.result(180)
        return self.scene.council.ended(self.vote)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SCHEDULES))
def test_no_vote_is_lost_doubled_or_miscounted(scene: Scene, seed: int) -> None:
    schedule = Schedule(scene, seed)
    ended = schedule.run()
    names = {scene.council.id(name): name for name in VOTERS}
    counted = [names[one["member"]] for one in ended["roll"]]
    assert len(set(counted)) == len(counted)
    choices = {names[one["member"]]: one["choice"] for one in ended["roll"]}
    for name, told in schedule.told.items():
        if told.kept:
            assert name in choices, f"{name} was told that the vote was received"
            assert told.kept in ("earlier", choices[name])
        # Nobody is told that the vote was over whose vote is in the count.
        assert not (told.refused and name in choices)
    assert all(choices[name] in schedule.sent[name] for name in choices)
    assert {one: ended[one] for one in CHOICES} == {
        one: sum(choice == one for choice in choices.values()) for one in CHOICES
    }
