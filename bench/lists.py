"""Lists at 1,000, 100,000 and 1,000,000 cases over 200 institutions, through the real web process, row policies on.

The same officer of the largest institution (about a sixth of all cases) asks the same pages of each installation, in
turns. Figure: the worst page's p95 at the largest over its p95 at the smallest. Plans are kept beside the databases.
"""

import http.client
import json
import os
import re
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from bench._installation import MACHINE, Installed
from bench._kept import kept
from bench.submit import cpu, family, memory, still

GOAL, CPU_GOAL = 1.5, 14.0
SIZES, SHORT = (1_000, 100_000, 1_000_000), (1_000, 20_000)
ROUNDS, SHORT_ROUNDS, BURST = 40, 12, 3
BIG = ("cases_case", "cases_task", "cases_find", "cases_note", "cases_attachment", "evidence_journal")


def addresses(s: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Page -> (address, whose session or token)."""
    return {
        "inbox": ("/ofisi/?v=all", "officer"),
        "inbox, mine": ("/ofisi/?v=mine", "officer"),
        "inbox, late": ("/ofisi/?v=all&due=late", "officer"),
        "all cases": ("/ofisi/?v=cases", "officer"),
        "search by name": (f"/ofisi/?v=cases&q={s['name']}", "officer"),
        "search by two names": (f"/ofisi/?v=cases&q={s['name']}+{s['second']}", "officer"),
        "search by number": (f"/ofisi/?v=cases&q={s['reference']}", "officer"),
        "search by phone": (f"/ofisi/?v=cases&q={s['phone']}", "officer"),
        "case page": (f"/ofisi/ombi/{s['case']}/", "officer"),
        "figures": ("/ofisi/takwimu/", "officer"),
        "promised and kept": ("/takwimu/mfano/", ""),
        "my cases": ("/maombi/", "applicant"),
        "100 cases by API": ("/api/v1/cases?size=100", "token"),
        "tracking": (f"/fuatilia/?n={s['reference']}", ""),
    }


class Desk:
    """One installation, its officer's and its applicant's sessions, and a connection."""

    def __init__(self, one: Installed) -> None:
        self.one = one
        said = one.python("-m", "bench._lists_scene")
        self.seen: dict[str, str] = json.loads(said.strip().splitlines()[-1])
        self.connection = http.client.HTTPConnection(one.host, timeout=60)

    def get(self, page: str) -> float:
        """Milliseconds of one page."""
        address, who = addresses(self.seen)[page]
        headers = {"Cookie": f"sessionid={self.seen[who]}"} if who in ("officer", "applicant") else {}
        if who == "token":
            headers = {"Authorization": f"Bearer {self.seen['token']}"}
        began = time.perf_counter()
        self.connection.request("GET", address, headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{page}: {answer.status} {answer.getheader('Location')}")
        return (time.perf_counter() - began) * 1000

    def export(self) -> dict[str, float]:
        """All cases of the institution as CSV: rows, seconds, and by how many MB the web process grew meanwhile."""
        address = "/ofisi/orodha/pakua/?v=cases"
        session = f"sessionid={self.seen['officer']}"
        self.connection.request("GET", address, headers={"Cookie": session})
        answer = self.connection.getresponse()
        page = answer.read().decode()
        mark = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        cookie = re.search(r"csrftoken=([^;]+)", answer.getheader("Set-Cookie") or "")
        if mark is None or cookie is None:
            raise RuntimeError(f"no form to export with: {answer.status}")
        columns = re.findall(r'name="column" value="([^"]+)"[^>]*checked', page)
        sent = [("csrfmiddlewaretoken", mark[1]), ("purpose", "kipimo"), ("kind", "csv")]
        body = urlencode([*sent, *(("column", one) for one in columns)])
        headers = {"Cookie": f"{session}; csrftoken={cookie[1]}", "Content-Type": "application/x-www-form-urlencoded"}
        [web] = self.one.processes("granian")[-1:]
        before, most, rows, began = memory(web)["rss_mb"], 0.0, 0, time.perf_counter()
        self.connection.request("POST", address, body, headers)
        answer = self.connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"export: {answer.status}")
        while piece := answer.read(1 << 18):
            rows += piece.count(b"\n")
            most = max(most, memory(web)["rss_mb"])
        return {"rows": rows - 1, "seconds": round(time.perf_counter() - began, 1), "grew_mb": round(most - before, 1)}

    def cpu_of(self, page: str, times: int) -> float:
        """Milliseconds of CPU of web process and database for one request."""
        workers = [*self.one.processes("granian"), *family(self.one.server())]
        before = cpu(workers)
        for _ in range(times):
            self.get(page)
        return (cpu([*self.one.processes("granian"), *family(self.one.server())]) - before) * 1000 / times


def p95(values: list[float]) -> float:
    """Nearest rank."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def plans(one: Installed) -> dict[str, Any]:
    """Sequential scans of the big tables since the counters were set to nothing, and the statements' plans."""
    with psycopg.connect(one.database(), autocommit=True) as conn:
        rows = conn.execute(
            "SELECT relname, seq_scan, seq_tup_read FROM pg_stat_user_tables WHERE relname = ANY(%s)", [list(BIG)]
        ).fetchall()
    return {name: {"scans": scans, "rows": read} for name, scans, read in rows if scans}


def explained(one: Installed) -> Path:
    """Each statement of each page as the application's role asks it, with its plan; the file."""
    said = one.python("-m", "bench._lists_scene", "plans")
    path = one.here.data.parent / "plans.txt"
    path.write_text(said)
    return path


def forget_tries(one: Installed) -> None:
    """One caller asks for one number more often than a person may: the limits begin anew."""
    with psycopg.connect(one.database(), autocommit=True) as conn:
        conn.execute("DELETE FROM identity_attempt")


def reset(one: Installed) -> None:
    """Set the counters of the database to nothing."""
    with psycopg.connect(one.database(), autocommit=True) as conn:
        conn.execute("SELECT pg_stat_reset()")


def turns(desks: dict[int, Desk], rounds: int) -> dict[str, dict[int, list[float]]]:
    """Each page of each installation, in turns, after a burst that warms them."""
    pages = list(addresses(next(iter(desks.values())).seen))
    found: dict[str, dict[int, list[float]]] = {page: {size: [] for size in desks} for page in pages}
    for desk in desks.values():
        forget_tries(desk.one)
    for page in pages:
        for desk in desks.values():
            for _ in range(BURST):
                desk.get(page)
    for n in range(rounds):
        for desk in desks.values():
            forget_tries(desk.one)
        order = list(desks) if n % 2 else list(reversed(desks))
        for page in pages:
            for size in order:
                found[page][size].append(desks[size].get(page))
    return found


def running(sizes: tuple[int, ...], stack: ExitStack) -> Iterator[tuple[int, Desk]]:
    """The installations, each with its worker held still."""
    for size in sizes:
        one = stack.enter_context(kept(size))
        one.python("-c", "from jumuishi.project.cli import main; main(['insights', 'rebuild'])")
        stack.enter_context(still(one.processes("project.worker")))
        print(f"{size} cases are there", flush=True)
        yield size, Desk(one)


def main(*, short: bool) -> None:
    """Measure and print."""
    sizes, rounds = (SHORT, SHORT_ROUNDS) if short else (SIZES, ROUNDS)
    with ExitStack() as stack:
        desks = dict(running(sizes, stack))
        for desk in desks.values():
            reset(desk.one)
        found = turns(desks, rounds)
        scans = {size: plans(desk.one) for size, desk in desks.items()}
        table = {page: {size: round(p95(values), 1) for size, values in by.items()} for page, by in found.items()}
        medians = {page: {size: round(statistics.median(v), 1) for size, v in by.items()} for page, by in found.items()}
        ratios = {page: round(by[sizes[-1]] / by[sizes[0]], 2) for page, by in table.items()}
        for page, by in table.items():
            print(f"{page:22} p95 ms {by}  median {medians[page]}  ratio {ratios[page]}", flush=True)
        used = {size: round(desk.cpu_of("inbox", 20), 1) for size, desk in desks.items()}
        of_hundred = {size: round(desk.cpu_of("100 cases by API", 20), 1) for size, desk in desks.items()}
        exported = {size: desk.export() for size, desk in desks.items()}
        print(f"all cases as CSV: {exported}", flush=True)
        kept_plans = str(explained(desks[sizes[-1]].one))
    worst = max(ratios.values())
    print(
        f"CPU of the inbox, ms: {used}; of a list of 100: {of_hundred}; sequential scans: {scans}; plans: {kept_plans}"
    )
    detail = {
        "p95_ms": table, "median_ms": medians, "ratios": ratios, "inbox_cpu_ms": used, "hundred_cpu_ms": of_hundred,
        "sequential_scans": scans[sizes[-1]], "export": exported, "plans": kept_plans, "institutions": 200,
        "load": os.getloadavg()[0],
    }  # fmt: skip
    print(json.dumps({
        "bench": "lists", "figure": worst, "unit": f"p95 at {sizes[-1]} cases over p95 at {sizes[0]}, worst page",
        "goal": GOAL, "ok": worst <= GOAL and of_hundred[sizes[-1]] < CPU_GOAL, "detail": detail, "machine": MACHINE,
    }))  # fmt: skip
