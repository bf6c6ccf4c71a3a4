"""A million cases of one institution taken out through the page, as CSV and as a workbook: by how much the processes
grow, and whether each case is in the file once and no cell of it would run.

The list is asked as a browser asks (session, form, gzip). The CSV has every column, those that name people too, so that
a look at each case is written down and gets its place in the log; the workbook has the columns that the form proposes.
Meanwhile people submit. Then downloads are left standing and cut. Figure: the most that the web processes grew, over
all files. `--rows N` for another number.
"""

import argparse
import csv
import gzip
import http.client
import json
import os
import re
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import psycopg

from bench._installation import MACHINE, Installed, installation
from bench._kept import at_rest, filling, generate
from bench._multiplied import multiply
from jumuishi.kernel import sheets

GOAL, ROWS, SHORT, MOULDS = 64.0, 1_000_000, 20_000, 2_000
EVERY, SERVICE = "/ofisi/orodha/pakua/?v=cases", "business-licence"
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# What a spreadsheet would run, as somebody may have typed it for a name.
EVIL = """=HYPERLINK("http://mahali.example","Bofya")"""
SETTLED, DELAY = 900.0, 300.0  # an act is promised its place within 300 s; a look is promised nothing


def options(parser: argparse.ArgumentParser) -> None:
    """What this bench can be told besides --short."""
    parser.add_argument("--rows", type=int, help=f"how many cases ({ROWS}; {SHORT} with --short)")


class Watching(threading.Thread):
    """Looks at the processes ten times a second, and once a second at what waits for its place in the log."""

    def __init__(self, one: Installed) -> None:
        super().__init__(daemon=True)
        self.done, self.act_waits, self.address = threading.Event(), 0.0, one.database()
        self.pids = {"web": one.processes("granian"), "worker": one.processes("project.worker")}
        self.most = self.first = self.now()

    def now(self) -> dict[str, float]:
        """Resident MB of the web processes and of the worker."""
        return {name: round(sum(map(resident, pids)), 1) for name, pids in self.pids.items()}

    def run(self) -> None:
        turn = 0
        with psycopg.connect(self.address, autocommit=True) as conn:
            while not self.done.wait(0.1):
                seen = self.now()
                self.most = {name: max(value, seen[name]) for name, value in self.most.items()}
                turn += 1
                if turn % 10 == 0:
                    self.act_waits = max(self.act_waits, oldest_act(conn))

    def grew(self) -> dict[str, float]:
        """The most of each over what it was at first."""
        return {name: round(self.most[name] - self.first[name], 1) for name in self.most}


@contextmanager
def watching(one: Installed) -> Iterator[Watching]:
    """Watch for the length of the block."""
    found = Watching(one)
    found.start()
    try:
        yield found
    finally:
        found.done.set()
        found.join()


def resident(pid: int) -> float:
    """MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def oldest_act(conn: psycopg.Connection) -> float:
    """For how many seconds the oldest act waits for its place in the log."""
    row = conn.execute(
        "SELECT extract(epoch FROM clock_timestamp() - min(queued_at)) FROM evidence_queue WHERE NOT look"
    )
    return float((row.fetchone() or (0,))[0] or 0.0)


def count(one: Installed, question: str) -> int:
    """A number from the database, past the policies."""
    with psycopg.connect(one.database()) as conn:
        (found,) = conn.execute(question).fetchone() or (0,)  # type: ignore[call-overload]  # our own texts
        return int(found)


class Clerk:
    """The head of the institution at a browser."""

    def __init__(self, one: Installed) -> None:
        self.one, self.session = one, one.python("-m", "bench._scene", "officer", "head").strip()

    def form(self, address: str, *, every: bool = True) -> tuple[str, dict[str, str]]:
        """The form's columns and secret, and the headers to send it with."""
        door = http.client.HTTPConnection(self.one.host, timeout=120)
        door.request("GET", address, headers={"Cookie": f"sessionid={self.session}"})
        answer = door.getresponse()
        page, given = answer.read().decode(), answer.getheader("Set-Cookie") or ""
        door.close()
        mark, cookie = (
            re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page),
            re.search(r"csrftoken=([^;]+)", given),
        )
        if answer.status != 200 or mark is None or cookie is None:
            raise RuntimeError(f"no form to export with: {answer.status} {answer.getheader('Location')}")
        boxes = re.findall(r'name="column" value="([^"]+)"( checked)?', page)
        columns = [("column", one) for one, is_proposed in boxes if is_proposed or every]
        body = urlencode([("csrfmiddlewaretoken", mark[1]), ("purpose", "kipimo"), *columns])
        return body, {
            "Cookie": f"sessionid={self.session}; csrftoken={cookie[1]}",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip

    def ask(self, address: str, kind: str, *, answers: bool = False, coding: str = "gzip") -> http.client.HTTPResponse:
        """The answer, of which nothing is read yet."""
        body, headers = self.form(address, every=kind == "csv")
        headers["Accept-Encoding"] = coding
        door = http.client.HTTPConnection(self.one.host, timeout=300)
        door.request("POST", address, f"{body}&kind={kind}{'&answers=1' if answers else ''}", headers)
        answer = door.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"export: {answer.status} {answer.read()[:500]!r}")
        return answer

    def inbox(self) -> float:
        """Seconds until the first page of the same list was there."""
        door, began = http.client.HTTPConnection(self.one.host, timeout=60), time.perf_counter()
        door.request("GET", "/ofisi/?v=cases", headers={"Cookie": f"sessionid={self.session}"})
        answer = door.getresponse()
        answer.read()
        door.close()
        if answer.status != 200:
            raise RuntimeError(f"inbox: {answer.status}")
        return time.perf_counter() - began


def taken(clerk: Clerk, path: Path, address: str, kind: str, *, answers: bool = False) -> dict[str, Any]:
    """One file, written to `path` as it comes; what it took."""
    with watching(clerk.one) as watch, open(path, "wb") as file:
        began = time.perf_counter()
        answer = clerk.ask(address, kind, answers=answers)
        first = 0.0
        while piece := answer.read(1 << 16):
            first = first or time.perf_counter() - began
            file.write(piece)
        took = time.perf_counter() - began
    return {
        "seconds": round(took, 1), "first_byte_seconds": round(first, 2), "mb": round(path.stat().st_size / 1e6, 1),
        "rss_before_mb": watch.first, "rss_most_mb": watch.most, "grew_mb": watch.grew(),
        "oldest_act_seconds": round(watch.act_waits, 1),
    }  # fmt: skip


def rows_of_csv(path: Path) -> Iterator[tuple[str, bool]]:
    """(number of the case, whether a cell of it would run) of each row; the file as the browser keeps it."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            yield row[0], any(one.lstrip(" ").startswith(sheets.ACTS) for one in row)


def rows_of_workbook(path: Path) -> Iterator[tuple[str, bool]]:
    """The same of a workbook: a cell runs that is a formula, or a text that begins as one and is not marked as text."""
    with zipfile.ZipFile(path) as packed:
        for name in sorted(one for one in packed.namelist() if one.startswith("xl/worksheets/")):
            with packed.open(name) as sheet:
                head = True
                for _, row in ElementTree.iterparse(sheet):  # noqa: S314  # our own file
                    if row.tag != f"{CELL}row":
                        continue
                    if not head:
                        yield str(row[0].findtext(f"{CELL}is/{CELL}t")), any(map(_runs, row))
                    head = False
                    row.clear()


def _runs(cell: ElementTree.Element) -> bool:
    text = cell.findtext(f"{CELL}is/{CELL}t") or ""
    return cell.find(f"{CELL}f") is not None or (text.lstrip(" ").startswith(sheets.ACTS) and cell.get("s") != "4")


def listed(one: Installed, service: str) -> set[str]:
    """The numbers of the cases that a list shows, of a service or of all, past the policies."""
    with psycopg.connect(one.database()) as conn:
        question = "SELECT reference FROM cases_case WHERE archived_at IS NULL AND service LIKE %s"
        return {str(number) for (number,) in conn.execute(question, [service or "%"])}


def read_again(rows: Iterator[tuple[str, bool]], before: set[str], after: set[str]) -> dict[str, Any]:
    """How many rows a file has, in how many a cell would run, and whether each case is in it once.

    Those that were in the list `before` it was asked for and `after` it had come; who submitted meanwhile may be.
    """
    numbers, total, would_run = set(), 0, 0
    for number, runs in rows:
        numbers.add(number.replace(" ", ""))
        total += 1
        would_run += runs
    missing, strange = len((before & after) - numbers), len(numbers - before - after)
    whole = total == len(numbers) and not missing and not strange
    return {"rows": total, "would_run": would_run, "missing": missing, "strange": strange, "whole": whole}


def cut(clerk: Clerk) -> dict[str, float]:
    """A download that nobody reads on, five that are cut: what is read meanwhile, and what is held afterwards."""
    looks = "SELECT count(*) FROM evidence_journal WHERE verb = 'identity.look'"
    at_first = count(clerk.one, looks)
    with watching(clerk.one) as watch:
        standing = clerk.ask(EVERY, "csv", coding="identity")
        standing.read(1 << 16)
        before, now = -1, at_first
        while now > before:  # until what lies between us is full
            time.sleep(5)
            before, now = now, count(clerk.one, looks)
        page = clerk.inbox()
        standing.close()
        for _ in range(5):
            one = clerk.ask(EVERY, "csv", coding="identity")
            one.read(1 << 12)
            one.close()
        time.sleep(5)
        after = count(clerk.one, looks)
        time.sleep(5)
    return {
        "read_ahead_of_a_standing_one": now - at_first, "read_after_the_cut": count(clerk.one, looks) - after,
        "page_meanwhile_seconds": round(page, 2), "page_after_seconds": round(clerk.inbox(), 2),
        "web_most_mb": watch.most["web"],
    }  # fmt: skip


def fill(one: Installed, wanted: int) -> int:
    """Cases played through the engine, at one institution, then multiplied; the number there is."""
    with psycopg.connect(one.database(), autocommit=True) as conn, at_rest(one):
        with filling(conn, ()):
            if generate(one, min(MOULDS, wanted), 1, institutions=1).wait():
                raise RuntimeError("not generated")
            conn.execute("UPDATE cases_case SET title = %s WHERE id IN (SELECT id FROM cases_case LIMIT 40)", [EVIL])
        return multiply(conn, wanted)


class People(threading.Thread):
    """Somebody submits every two seconds."""

    def __init__(self, one: Installed) -> None:
        super().__init__(daemon=True)
        self.drafts = json.loads(one.python("-m", "bench._scene", "drafts", "900"))
        self.host, self.done, self.waits, self.refused = one.host, threading.Event(), [0.0], 0

    def run(self) -> None:
        while self.drafts and not self.done.wait(2):
            draft, began = self.drafts.pop(), time.perf_counter()
            door = http.client.HTTPConnection(self.host, timeout=60)
            head = {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"sessionid={draft['session']}; csrftoken={'a' * 32}",
            }
            door.request("POST", f"/omba/rasimu/{draft['draft']}/hakiki/", f"csrfmiddlewaretoken={'a' * 32}", head)
            answer = door.getresponse()
            answer.read()
            door.close()
            self.refused += answer.status != 302
            self.waits.append(time.perf_counter() - began)


def until_settled(one: Installed) -> dict[str, Any]:
    """Wait, not for ever, until looks have their place in the log; what the worker took, how long an act waited."""
    began = time.monotonic()
    with watching(one) as watch:
        while time.monotonic() < began + SETTLED and count(one, "SELECT count(*) FROM evidence_queue"):
            time.sleep(2)
    left = count(one, "SELECT count(*) FROM evidence_queue")
    return {
        "seconds": round(time.monotonic() - began, 1), "worker_most_mb": watch.most["worker"],
        "oldest_act_seconds": round(watch.act_waits, 1), "looks_left": left,
    }  # fmt: skip


def main(*, short: bool, rows: int | None = None) -> None:
    """Fill, take out, read again, print."""
    wanted = rows or (SHORT if short else ROWS)
    said: dict[str, Any] = {}
    with installation(web_workers=1) as one, tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        there = fill(one, wanted)
        print(f"{there} cases of one institution in {time.monotonic() - began:.0f} s", flush=True)
        clerk, path, people = Clerk(one), Path(folder) / "file", People(one)
        clerk.form(EVERY)
        clerk.inbox()
        people.start()
        for name, kind, service in (
            ("CSV", "csv", ""),
            ("workbook", "xlsx", ""),
            ("answers of one service, CSV", "csv", SERVICE),
        ):
            before = listed(one, service)
            address = f"{EVERY}&s={service}" if service else EVERY
            said[name] = taken(clerk, path, address, kind, answers=bool(service))
            found = rows_of_csv(path) if kind == "csv" else rows_of_workbook(path)
            said[name] |= read_again(found, before, listed(one, service))
            print(f"{name}: {said[name]}", flush=True)
        people.done.set()
        people.join()
        said["cut"] = cut(clerk)
        print(f"left standing, and cut: {said['cut']}", flush=True)
        said["the log afterwards"] = until_settled(one)
        print(f"the log afterwards: {said['the log afterwards']}", flush=True)
    files = [one for one in said.values() if "rows" in one]
    at_first = files[0]["rss_before_mb"]["web"]
    most = max([one["rss_most_mb"]["web"] for one in files] + [said["cut"]["web_most_mb"]])
    worst = round(most - at_first, 1)
    waited = max(one["oldest_act_seconds"] for one in [*files, said["the log afterwards"]])
    is_served = len(people.waits) > 1 and not people.refused
    is_whole = is_served and all(one["whole"] and not one["would_run"] for one in files)
    is_bounded = not said["cut"]["read_after_the_cut"] and waited < DELAY
    print(json.dumps({
        "bench": "export", "figure": worst, "unit": f"MB that the web processes grew by, {there} rows", "goal": GOAL,
        "ok": worst <= GOAL and is_whole and is_bounded,
        "detail": said | {
            "submitted_meanwhile": len(people.waits) - 1, "longest_submission_seconds": round(max(people.waits), 2),
            "load": os.getloadavg()[0],
        },
        "machine": MACHINE,
    }))  # fmt: skip
