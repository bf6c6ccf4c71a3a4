"""Kills (-9) of web, worker and database in turn while people submit: nothing acknowledged is lost, nothing doubled.

Clients with a session each press the summary's button over HTTP and keep a ledger of what was acknowledged. Who gets
no answer presses again, as a person would, and must arrive at the one case. At the end the ledger is compared with
the database, as a superuser sees it, and our rows with the log.
"""

import http.client
import json
import os
import queue
import random
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from bench._installation import MACHINE, Installed, installation

CLIENTS, PACE, GOAL = 12, 28.0, 20.0
TOKEN = "a" * 32
RECEIVED = re.compile(r"/maombi/([0-9a-f-]{36})/imepokelewa/$")
UNANSWERED = (OSError, http.client.HTTPException)


@dataclass
class Ledger:
    """What the clients know: for each draft the cases that were named to them, and when; nothing from the server."""

    named: dict[str, set[str]] = field(default_factory=dict)
    answered_at: list[float] = field(default_factory=list)
    unanswered: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    pressed_again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def rate(self, seconds: float = 2.0) -> float:
        """Acknowledged submissions a second, lately."""
        since = time.monotonic() - seconds
        with self.lock:
            return sum(1 for at in reversed(self.answered_at[-500:]) if at >= since) / seconds


class Client(threading.Thread):
    """Submits one draft after the other, at an even pace, until asked to stop; each until it is answered."""

    def __init__(self, host: str, drafts: "queue.Queue[dict[str, str]]", ledger: Ledger, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.host, self.drafts, self.ledger, self.stop = host, drafts, ledger, stop
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        pause = CLIENTS / PACE
        due = time.monotonic() + random.random() * pause
        while not self.stop.wait(max(0.0, due - time.monotonic())):
            try:
                draft = self.drafts.get_nowait()
            except queue.Empty:
                return
            self.until_answered(draft)
            if random.random() < 0.1:  # a finger that presses twice
                self.until_answered(draft)
            due = max(due + pause, time.monotonic() - pause)

    def until_answered(self, draft: dict[str, str]) -> None:
        for attempt in range(300):
            with self.ledger.lock:
                self.ledger.pressed_again += draft["draft"] in self.ledger.named or attempt > 0
            try:
                status, where = self.press(draft)
            except UNANSWERED as error:
                status, where = 0, type(error).__name__
                self.connection = None
            found = RECEIVED.search(where) if status == 302 else None
            with self.ledger.lock:
                if found:
                    self.ledger.named.setdefault(draft["draft"], set()).add(found[1])
                    self.ledger.answered_at.append(time.monotonic())
                    return
                if status and status < 500:
                    self.ledger.refused.append(f"{status} {where}")
                    return
                self.ledger.unanswered[str(status or where)] += 1
            time.sleep(0.2)

    def press(self, draft: dict[str, str]) -> tuple[int, str]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, timeout=15)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={draft['session']}; csrftoken={TOKEN}",
        }
        body = urlencode({"csrfmiddlewaretoken": TOKEN})
        self.connection.request("POST", f"/omba/rasimu/{draft['draft']}/hakiki/", body, headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Location") or ""


def victims(one: Installed, part: str) -> list[int]:
    """The process of a part that is there to be killed; of the web sometimes one of its two inner processes."""
    if part == "database":
        return [one.server()]
    found = one.processes("granian" if part == "web" else "project.worker")
    return found[:1] if part == "worker" or random.random() < 0.7 else found[-1:]


def kill(one: Installed, part: str) -> None:
    """Kill -9 without a word."""
    for pid in victims(one, part):
        os.kill(pid, signal.SIGKILL)


def flows(ledger: Ledger, within: float) -> float:
    """Wait until more than the goal is acknowledged a second; the rate then, or when the time is over."""
    deadline = time.monotonic() + within
    while ledger.rate() <= GOAL and time.monotonic() < deadline:
        time.sleep(0.05)
    return ledger.rate()


def until(deadline: float, holds: Any) -> bool:
    while not (done := holds()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return bool(done)


def main(short: bool) -> None:
    """3 kills in a --short run, 30 otherwise; bounded in time, so that it ends even where nothing comes back."""
    kills, limit = (3, 30.0) if short else (30, 900.0)
    with installation() as one:
        print(f"installation at {one.address}; making drafts ...", flush=True)
        made = json.loads(one.python("-m", "bench._scene", "drafts", str(300 if short else 5000)))
        ledger, stop = Ledger(), threading.Event()
        waiting: queue.Queue[dict[str, str]] = queue.Queue()
        for draft in made:
            waiting.put(draft)
        clients = [Client(one.host, waiting, ledger, stop) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        began, rates, done, quiet = time.monotonic(), [], Counter[str](), []
        while sum(done.values()) < kills and time.monotonic() < began + limit and not waiting.empty():
            part = ("web", "worker", "database")[sum(done.values()) % 3]
            rates.append(flows(ledger, 10.0 if short else 30.0))
            kill(one, part)
            done[part] += 1
            at = time.monotonic()
            until(at + 30.0, lambda at=at: ledger.answered_at and ledger.answered_at[-1] > at + 0.3)
            quiet.append(time.monotonic() - at)
            print(f"{part} killed at {rates[-1]:.1f} a second; next answer after {quiet[-1]:.1f} s", flush=True)
        lasted = time.monotonic() - began
        stop.set()
        for client in clients:
            client.join(90)
        drained = until(time.monotonic() + (5.0 if short else 150.0), lambda: not backlog(one))
        result = compared(one, made, ledger)
        result["jobs_left"] = 0 if drained else backlog(one)
        command = [Path(sys.executable).with_name("jumuishi"), "evidence", "audit"]
        audit = subprocess.run(command, env=one.environment(), capture_output=True)
    sound = not (result["lost"] or result["doubled"] or result["incomplete"] or ledger.refused or result["jobs_failed"])
    steady = statistics.median(rates) if rates else 0.0
    print(
        json.dumps(
            {
                "bench": "faults",
                "figure": result["lost"] + result["doubled"],
                "unit": f"submissions lost or doubled in {sum(done.values())} kills",
                "goal": 0,
                "ok": sound and steady > GOAL and sum(done.values()) == kills and audit.returncode == 0,
                "detail": {
                    "kills": dict(done),
                    "seconds": round(lasted, 1),
                    "acknowledged_per_second_before_a_kill": {
                        "median": round(steady, 1),
                        "lowest": round(min(rates), 1),
                    },
                    "seconds_without_an_answer": {
                        "median": round(statistics.median(quiet), 1),
                        "longest": round(max(quiet), 1),
                    },
                    "unanswered": dict(ledger.unanswered),
                    "refused": ledger.refused[:5],
                    "pressed_again": ledger.pressed_again,
                    "log_audit_clean": audit.returncode == 0,
                    **result,
                },
                "machine": MACHINE,
            }
        )
    )


def backlog(one: Installed) -> int:
    """Jobs that wait or run now."""
    sql = (
        "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        " AND (scheduled_at IS NULL OR scheduled_at < now())"
    )
    with psycopg.connect(one.database()) as connection:
        row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def compared(one: Installed, made: list[dict[str, str]], ledger: Ledger) -> dict[str, int]:
    """The clients' ledger against the rows, read past every policy."""
    person_of = {draft["draft"]: draft["person"] for draft in made}
    with psycopg.connect(one.database()) as connection:
        rows = connection.execute("SELECT id::text, person_id::text FROM cases_case").fetchall()
        half = connection.execute(
            "SELECT count(*) FROM cases_case c WHERE NOT EXISTS (SELECT 1 FROM cases_task t WHERE t.case_id = c.id)"
            " OR NOT EXISTS (SELECT 1 FROM evidence_journal j WHERE j.id = c.submit_entry AND j.thing_id = c.id)"
            " OR NOT EXISTS (SELECT 1 FROM cases_draft d WHERE d.case_id = c.id AND d.person_id = c.person_id)"
        ).fetchone()
        failed = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'").fetchone()
    cases, known = dict(rows), set(person_of.values())
    owned = Counter(cases.values())
    lost = [draft for draft, named in ledger.named.items() if any(cases.get(one) != person_of[draft] for one in named)]
    twice = [draft for draft, named in ledger.named.items() if len(named) > 1 or owned[person_of[draft]] > 1]
    return {
        "acknowledged": len(ledger.named),
        "cases": len(cases),
        "lost": len(lost),
        "doubled": len(twice) + sum(1 for person in owned if person not in known),
        "incomplete": int(half[0]) if half else -1,
        "jobs_failed": int(failed[0]) if failed else -1,
    }
