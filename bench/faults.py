"""Kills (-9) at random moments while people submit, hand in files and pay, and an officer decides: all of it is there
once.

Web, one of its inner processes, worker (with the sequencer in it), the database's first process, a backend of it, the
supervisor: each is killed at a moment that is drawn at random. At the end the hands' ledger is compared with the
database, as a superuser sees it, with the files, and our rows with the log. `--kills N`, `--seed S`.
"""

import argparse
import json
import os
import queue
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench._count import backlog, callbacks, compared
from bench._hands import Applicant, Decider, Hand, Ledger, Payer, Uploader
from bench._installation import MACHINE, Installed, installation
from jumuishi.project import children

APPLICANTS, PACE = 10, 28.0
# How often each part is drawn; the supervisor less, since its death is everybody's.
PARTS = {"web": 3, "inner": 2, "worker": 4, "database": 3, "backend": 3, "supervisor": 1}


def options(parser: argparse.ArgumentParser) -> None:
    """What this bench can be told besides --short."""
    parser.add_argument("--kills", type=int, help="how many (200; 4 with --short)")
    parser.add_argument("--seed", type=int, default=1, help="the random moments and victims")
    parser.add_argument("--minutes", type=float, default=30.0, help="end by then, however many kills were made")


def kill(one: Installed, part: str, chance: random.Random) -> bool:
    """Kill -9 without a word; False when that part is not there at this moment, killed already."""
    try:
        if part == "supervisor":
            assert one.process is not None
            one.process.kill()
            one.process.wait()
            return True
        if part in ("database", "backend"):
            server = one.server()
            inner = Path(f"/proc/{server}/task/{server}/children").read_text().split()
            victims = [int(pid) for pid in inner if b"jumuishi" in Path(f"/proc/{pid}/cmdline").read_bytes()]
            victims = [server] if part == "database" else victims
        else:
            found = one.processes("project.worker" if part == "worker" else "granian")
            victims = found[1:] if part == "inner" else found[:1]
        os.kill(chance.choice(victims), signal.SIGKILL)
    except (OSError, IndexError, ValueError):
        return False
    return True


def until(deadline: float, holds: Callable[[], Any]) -> bool:
    """Whether it came to hold before the deadline."""
    while not (done := holds()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return bool(done)


def hands(one: Installed, ledger: Ledger, stop: threading.Event, count: int) -> tuple[list[Hand], list[dict[str, str]]]:
    """Everybody who works while things die, and the applicants' drafts."""
    made = json.loads(one.python("-m", "bench._scene", "drafts", str(count)))
    waiting: queue.Queue[dict[str, str]] = queue.Queue()
    to_decide: queue.Queue[str] = queue.Queue()
    for draft in made:
        waiting.put(draft)
    licences = json.loads(one.python("-m", "bench._scene", "drafts", "8", "business-licence"))
    session = one.python("-m", "bench._scene", "officer", "street-officer").strip()
    one.python("-m", "bench._scene", "bills", str(min(200, count // 10)))
    given = (one.host, ledger, stop)
    at_work: list[Hand] = [
        Applicant(*given, drafts=waiting, to_decide=to_decide, pause=APPLICANTS / PACE) for _ in range(APPLICANTS)
    ]
    at_work += [Uploader(*given, drafts=licences[half::2], pause=1.0) for half in (0, 1)]
    at_work.append(Decider(*given, session=session, to_decide=to_decide, pause=0.8))
    gateway = one.here.data / "gepg-simulator.url"
    at_work.append(Payer(*given, database=one.database(), gateway=gateway, pause=2.0))
    return at_work, made


def main(short: bool, kills: int | None = None, seed: int = 1, minutes: float = 30.0) -> None:
    """200 kills, 4 in a --short run; bounded in time, so that it ends even where nothing comes back."""
    wanted, limit = kills or (4 if short else 200), min(minutes * 60, 25.0 if short else 1e9)
    chance, ledger, stop = random.Random(seed), Ledger(), threading.Event()
    rates: list[float] = []
    quiet: list[float] = []
    done: Counter[str] = Counter()
    with installation() as one:
        print(f"installation at {one.address}; making drafts ...", flush=True)
        at_work, made = hands(one, ledger, stop, min(12000, 300 * max(1, wanted // 4)))
        for hand in at_work:
            hand.start()
        began = time.monotonic()
        until(began + 30, lambda: ledger.answered_at)
        while done.total() < wanted and time.monotonic() < began + limit:
            time.sleep(chance.uniform(0.0, 2.0 if short else 4.0))
            part = chance.choices(list(PARTS), list(PARTS.values()))[0]
            rate = ledger.rate()
            if not kill(one, part, chance):
                continue
            done[part] += 1
            at = time.monotonic()
            if part == "supervisor":
                one.start()  # as systemd, or whoever typed ./run
            back = until(at + 60, lambda at=at: ledger.answered_at and ledger.answered_at[-1] > at + 0.3)
            rates.append(rate)
            quiet.append(time.monotonic() - at)
            said = f"next answer after {quiet[-1]:.1f} s" if back else "no answer for a minute"
            print(f"{done.total()}: {part} killed at {rate:.1f} a second; {said}", flush=True)
        lasted = time.monotonic() - began
        stop.set()
        for hand in at_work:
            hand.join(90)
        drained = until(time.monotonic() + (20 if short else 300), lambda: not backlog(one))
        # The gateway tells us again after a minute at most.
        until(time.monotonic() + (20 if short else 180), lambda: not callbacks(one))
        result = compared(one, made, ledger) | {"callbacks_left": callbacks(one)}
        result["jobs_left"] = 0 if drained else backlog(one)
        command = [Path(sys.executable).with_name("jumuishi"), "evidence", "audit"]
        audit = subprocess.run(command, env=one.environment(), capture_output=True, text=True)
        data = one.here.data
    left = children.leftovers(data)
    wrong = sum(result[name] for name in ("lost", "doubled", "undecided", "unpaid", "files_lost"))
    sound = not (
        wrong or result["incomplete"] or ledger.refused or result["jobs_failed"] or result["jobs_left"] or left
    )
    print(
        json.dumps(
            {
                "bench": "faults",
                "figure": wrong,
                "unit": f"acknowledged acts lost or doubled in {done.total()} kills",
                "goal": 0,
                "ok": sound and done.total() == wanted and audit.returncode == 0,
                "detail": {
                    "seed": seed,
                    "kills": dict(done),
                    "seconds": round(lasted, 1),
                    "acknowledged_per_second_before_a_kill": _spread(rates),
                    "seconds_without_an_answer": _spread(quiet),
                    "unanswered": dict(ledger.unanswered),
                    "refused": ledger.refused[:5],
                    "sent_again": ledger.again,
                    "log_audit": (audit.stdout.strip().splitlines() or [audit.stderr.strip()[-200:]])[-1],
                    "processes_left": len(left),
                    **result,
                },
                "machine": MACHINE,
            }
        )
    )


def _spread(found: list[float]) -> dict[str, float]:
    ordered = sorted(found) or [0.0]
    middle, high = statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))]
    return {name: round(value, 1) for name, value in (("median", middle), ("p90", high), ("longest", ordered[-1]))}
