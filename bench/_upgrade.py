"""What deploy/prove-upgrade.sh runs with the code of the release before, on tables that are not empty.

People apply, read and decide: at the release before; while this one brings the tables up to itself; at both side by
side, each deciding what came in at the other, each with its worker; at the release before alone, started anew on the
new tables; and at this one again. Nobody may get an error, nor wait for a table for longer than a second.
"""

import http.client
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

import jumuishi
from bench._hands import Applicant, Decider, Hand, Ledger, Reader
from bench._installation import Installed, installation
from bench._kept import at_rest
from bench._multiplied import multiply
from jumuishi.project import children
from jumuishi.project.addresses import free_port
from jumuishi.project.plan import web_command

CASES = int(os.environ.get("JUMUISHI_UPGRADE_CASES", "100000"))
SHARE, APPLICANTS, SECONDS, LONGEST = 400, 3, 15.0, 1.0
# A new column, policy or constraint holds a table for a moment; a moment is how long somebody may wait for it.
BLOCKED = """
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - l.waitstart)), 0)::float
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE NOT l.granted AND l.locktype = 'relation' AND a.usename = 'jumuishi_app'
"""


@dataclass
class People:
    """Everybody, through the phases: what waits to be submitted and decided, whose sessions, what came of it."""

    drafts: "queue.Queue[dict[str, str]]"
    officer: str
    to_decide: "queue.Queue[str]" = field(default_factory=queue.Queue)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)

    @contextmanager
    def at_work(self, phase: str, *hosts: str) -> Iterator[None]:
        """At work at these addresses for the length of the block; raises AssertionError at the first error seen."""
        ledger, stop = Ledger(), threading.Event()
        pages = [("/", ""), ("/huduma/", ""), ("/ofisi/", self.officer), ("/ofisi/?v=all", self.officer)]
        hands: list[Hand] = []
        for host in hosts:
            given = (host, ledger, stop)
            hands += [
                Applicant(*given, drafts=self.drafts, to_decide=self.to_decide, pause=1.0) for _ in range(APPLICANTS)
            ]
            hands.append(Decider(*given, session=self.officer, to_decide=self.to_decide, pause=0.7))
            hands.append(Reader(*given, pages=pages, pause=0.4))
        for hand in hands:
            hand.start()
        try:
            yield
        finally:
            stop.set()
            for hand in hands:
                hand.join(60)
        assert not any(hand.is_alive() for hand in hands), f"{phase}: somebody still waits"
        assert not ledger.refused, (phase, ledger.refused[:5])
        assert not ledger.unanswered, (phase, ledger.unanswered)
        assert ledger.named, (phase, "nobody submitted")
        assert ledger.decided, (phase, "nothing was decided")
        self.said[phase] = {
            "submitted": len(ledger.named), "decided": len(ledger.decided), "longest_wait_s": round(ledger.longest, 2)
        }  # fmt: skip
        self.named |= ledger.named
        self.decided |= ledger.decided
        print(f"{phase}: {self.said[phase]}", flush=True)


class Locks(threading.Thread):
    """For how long people's transactions wait for a table, looked at fifty times a second."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.done, self.longest = address, threading.Event(), 0.0

    def run(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as conn:
            while not self.done.wait(0.02):
                (seconds,) = conn.execute(BLOCKED).fetchone() or (0.0,)
                self.longest = max(self.longest, float(seconds))


def by_new_code(one: Installed, *words: str, **more: str) -> "subprocess.Popen[bytes]":
    """A process of this release beside the running one."""
    static = {"JUMUISHI_STATIC": str(one.here.data / "static-new")}
    mark = {"PYTHONPATH": os.environ["JUMUISHI_NEW"], children.MARK: str(one.here.data)}
    return subprocess.Popen([sys.executable, *words], env=one.environment() | mark | static | more, cwd="/")


@contextmanager
def serving(one: Installed) -> Iterator[str]:
    """Web and worker of this release, for the length of the block; where it answers."""
    port = free_port("127.0.0.1", 0)
    running = [
        by_new_code(one, *web_command("127.0.0.1", port, 1)[1:]),
        by_new_code(one, "-m", "jumuishi.project.worker"),
    ]
    try:
        _until_it_answers(f"127.0.0.1:{port}")
        yield f"127.0.0.1:{port}"
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


def _until_it_answers(host: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            door = http.client.HTTPConnection(host, timeout=5)
            door.request("GET", "/healthz")
            if door.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(host)


def asked(one: Installed, question: str) -> list[tuple[Any, ...]]:
    """Rows from the database, past the policies."""
    with psycopg.connect(one.database()) as conn:
        return conn.execute(question).fetchall()  # type: ignore[call-overload]  # our own texts


def filled(one: Installed) -> int:
    """As many cases as an office has after some years, with their tasks and search words; how many there are."""
    with psycopg.connect(one.database(), autocommit=True) as conn, at_rest(one):
        return multiply(conn, CASES, found=True)


def until_done(one: Installed) -> Counter[str]:
    """Wait until the queue is empty, or a minute and a half; what it holds then, by state and name."""
    for _ in range(90):
        rows = asked(one, "SELECT status::text || ' ' || task_name FROM procrastinate_jobs WHERE status <> 'succeeded'")
        held = Counter(str(name) for (name,) in rows)
        if not held:
            break
        time.sleep(1)
    return held


def main() -> None:
    """Raises what went wrong; a last line of JSON otherwise."""
    assert jumuishi.__path__[0].startswith(os.environ["JUMUISHI_OLD"]), jumuishi.__path__
    with installation(web_workers=1) as one:
        drafts: queue.Queue[dict[str, str]] = queue.Queue()
        for draft in json.loads(one.python("-m", "bench._scene", "drafts", str(SHARE * 3))):
            drafts.put(draft)
        people = People(drafts, one.python("-m", "bench._scene", "officer", "street-officer").strip())
        with people.at_work("first", one.host):
            time.sleep(SECONDS)
        copied = filled(one) - len(people.named)
        print(f"{copied + len(people.named)} cases", flush=True)
        with people.at_work("before", one.host):
            time.sleep(SECONDS)
        locks = Locks(one.database())
        locks.start()
        owner = {"DATABASE_OWNER_URL": one.database("owner")}
        steps = "SELECT count(*) FROM django_migrations"
        [(had,)] = asked(one, steps)
        with people.at_work("migrating", one.host):
            time.sleep(2)
            began = time.monotonic()
            assert by_new_code(one, "-m", "jumuishi.project.ready", "country", **owner).wait(900) == 0
            took = time.monotonic() - began
            time.sleep(2)
        [(has,)] = asked(one, steps)
        with serving(one) as new, people.at_work("side by side", one.host, new):
            time.sleep(2 * SECONDS)
        locks.done.set()
        locks.join(5)
        assert one.process is not None
        one.process.terminate()
        one.process.wait(60)
        one.start()  # its own preparation runs on the new tables, as after a restart of the machine
        with people.at_work("back", one.host):
            time.sleep(SECONDS)
        with serving(one) as new, people.at_work("forward again", new):
            time.sleep(SECONDS)
            left = until_done(one)
        cases = {str(one_id) for (one_id,) in asked(one, "SELECT id FROM cases_case")}
        issued = Counter(str(case) for (case,) in asked(one, "SELECT case_id FROM documents_document"))
    acknowledged = {case for named in people.named.values() for case in named}
    assert acknowledged <= cases, "an application that was acknowledged is not there"
    assert len(cases) == copied + len(people.named), (len(cases), copied, len(people.named))
    assert all(issued[case] == 1 for case in people.decided), "a decision without its one document"
    assert not left, left
    assert locks.longest <= LONGEST, locks.longest
    print(json.dumps({
        "migrations": has - had, "cases": len(cases), "seconds_to_migrate": round(took, 1), "errors": 0,
        "longest_wait_for_a_table_s": round(locks.longest, 2), "phases": people.said,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
