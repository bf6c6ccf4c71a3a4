"""A submission through HTTP against a bare Django view that inserts the same rows, in the same run, in turns.

A submission writes case, task, search tokens, journal row, commitment, message and job in one transaction, after
the session, the row policies, the policy, the form's check and the stage machine. First 4 submitters at once fill an
empty institution: none may be lost. The worker is held still while the turns run, and measured with the rest.
"""

import contextlib
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench._installation import MACHINE, Installed, installation
from jumuishi.project.addresses import free_port
from jumuishi.project.children import group

GOAL, MEMORY_GOAL, CLIENTS = 0.40, 120.0, 2
TOKEN = "a" * 32
TICK = os.sysconf("SC_CLK_TCK")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def press(host: str, path: str, cookie: str = "", phone: str = "0700000000") -> tuple[int, str]:
    """One form sent on a connection of this thread; status and where it leads."""
    held = threads.__dict__.setdefault("held", {})
    if host not in held:
        held[host] = http.client.HTTPConnection(host, timeout=30)
    held[host].request("POST", path, f"csrfmiddlewaretoken={TOKEN}&phone={phone}", {**FORM, "Cookie": cookie})
    answer = held[host].getresponse()
    answer.read()
    return answer.status, answer.getheader("Location") or ""


threads = threading.local()


def submit(one: Installed, draft: dict[str, str]) -> str:
    """Press the summary's button; the address of the receipt."""
    cookie = f"sessionid={draft['session']}; csrftoken={TOKEN}"
    status, where = press(one.host, f"/omba/rasimu/{draft['draft']}/hakiki/", cookie, draft["phone"])
    if status != 302 or not where.endswith("/imepokelewa/"):
        raise RuntimeError(f"not submitted: {status} {where}")
    return where


def together(clients: int, works: list[Any]) -> tuple[float, list[Any]]:
    """Do all by so many threads at once; seconds, and what came of each."""
    done: list[Any] = []
    queue, lock = list(works), threading.Lock()

    def run() -> None:
        while True:
            with lock:
                if not queue:
                    return
                work = queue.pop()
            found = work()
            with lock:
                done.append(found)

    hands = [threading.Thread(target=run) for _ in range(clients)]
    began = time.perf_counter()
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    if len(done) != len(works):
        raise RuntimeError("a submitter gave up")
    return time.perf_counter() - began, done


def cpu(pids: list[int]) -> float:
    """Seconds of CPU of living processes, those of their ended children included."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(one) for one in fields[11:15])
    return total / TICK


def family(parent: int) -> list[int]:
    """A process and its living children: each of the database's has a group of its own."""
    found = [parent]
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (entry / "stat").read_text().rpartition(")")[2].split()[1] == str(parent):
                found.append(int(entry.name))
    return found


def memory(pid: int) -> dict[str, float]:
    """Resident and proportional MB of a process."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("Rss:", "Pss:"))}
    return {"rss_mb": round(found["Rss"], 1), "pss_mb": round(found["Pss"], 1)}


@contextlib.contextmanager
def still(pids: list[int]) -> Iterator[None]:
    """Processes held still for the length of the block."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def rows_of_one(one: Installed, draft: dict[str, str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """What one submission inserts, table by table; tables are then copied, empty, into the schema `bare`."""
    found = []
    with psycopg.connect(one.database(), autocommit=True, row_factory=dict_row) as conn:
        tables = [
            row["tablename"] for row in conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        before = {table: {row["ctid"] for row in conn.execute(f"SELECT ctid::text FROM {table}")} for table in tables}
        submit(one, draft)
        for table in tables:
            rows = conn.execute(f"SELECT ctid::text AS place, to_jsonb(t) AS data FROM {table} t").fetchall()
            new = [row["data"] for row in rows if row["place"] not in before[table]]
            if len(rows) > len(before[table]):
                found.append((table, new[: len(rows) - len(before[table])]))
        conn.execute("CREATE SCHEMA bare")
        for table in tables:
            conn.execute(f"CREATE TABLE bare.{table} (LIKE public.{table} INCLUDING ALL)")
        conn.execute("GRANT ALL ON SCHEMA bare TO PUBLIC")
        conn.execute("GRANT ALL ON ALL TABLES IN SCHEMA bare TO PUBLIC")
        conn.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC")
    return found


@contextlib.contextmanager
def bare(one: Installed, rows: list[tuple[str, list[dict[str, Any]]]]) -> Iterator[tuple[str, list[int]]]:
    """The bare view under the same web server; host and processes."""
    kept = one.here.data / "bench-rows.json"
    kept.write_text(json.dumps(rows))
    port = free_port("127.0.0.1", 0)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-ws", "--workers", "1", "--blocking-threads", "4", "--log-level", "warning"]
    environment = one.environment() | {"JUMUISHI_BENCH_ROWS": str(kept), "DATABASE_URL": one.database("owner")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    process = subprocess.Popen([*command, "bench._bare:application"], env=environment, start_new_session=True)
    host = f"127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                status, _ = press(host, "/insert/")
                break
            except OSError:
                threads.__dict__.clear()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        if status != 200:
            raise RuntimeError(f"the bare view answers {status}")
        yield host, group(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def main(short: bool) -> dict[str, Any]:
    """The figure is the median over the turns of (submissions a second) / (bare views a second)."""
    turns, each, first = (4, 40, 40) if short else (9, 120, 200)
    with installation(web_workers=1) as one:
        made = json.loads(one.python("-m", "bench._scene", "drafts", str(turns * each + first + 1)))
        with psycopg.connect(one.database(), autocommit=True) as conn:
            for number, draft in enumerate(made):  # a phone each: no phone is told more than so much an hour
                draft["phone"] = f"0700{number:06d}"

            def cases() -> int:
                row = conn.execute("SELECT count(DISTINCT reference) FROM cases_case").fetchone()
                assert row is not None
                return int(row[0])

            empty = cases() == 0
            seconds, said = together(4, [lambda draft=draft: submit(one, draft) for draft in made[:first]])
            lost = first - min(cases(), len(set(said)))
            print(
                f"4 submitters at once into an empty institution: {first} in {seconds:.1f} s, {lost} lost", flush=True
            )
            with still(one.processes("project.worker")):
                found = compare(one, made[first:], turns, each)
            complete = cases() == len(made)
    ratio = found["ratio"]
    result = {
        "bench": "submit",
        "figure": round(ratio, 2),
        "unit": "of a bare Django view",
        "goal": GOAL,
        "ok": bool(ratio >= GOAL and lost == 0 and empty and complete),
        "detail": {"lost_of_4_parallel": lost, "parallel_per_second": round(first / seconds, 1), **found["detail"]},
        "machine": MACHINE,
    }
    print(json.dumps(result))
    return result


def compare(one: Installed, made: list[dict[str, str]], turns: int, each: int) -> dict[str, Any]:
    """Turns of submissions and of the bare view, with the CPU of web and database in each."""
    rows = rows_of_one(one, made.pop())
    count = {table: len(found) for table, found in rows}
    print(f"one submission inserts {sum(count.values())} rows: {count}", flush=True)
    with bare(one, rows) as (host, bare_pids):
        web = one.processes("granian")
        ours, theirs = [], []
        spent: dict[str, list[float]] = {"web": [], "database": [], "bare_web": [], "bare_database": []}
        for turn in range(turns):
            drafts = made[turn * each : (turn + 1) * each]
            for name, pids, rates, works in (
                ("", web, ours, [lambda draft=draft: submit(one, draft) for draft in drafts]),
                ("bare_", bare_pids, theirs, [lambda: press(host, "/insert/")[0]] * each),
            ):
                database = family(one.server())
                at = cpu(pids), cpu(database)
                seconds, said = together(CLIENTS, works)
                if name and set(said) != {200}:
                    raise RuntimeError("the bare view failed")
                rates.append(each / seconds)
                spent[f"{name}web"].append((cpu(pids) - at[0]) / each * 1000)
                spent[f"{name}database"].append((cpu(database) - at[1]) / each * 1000)
            print(f"turn {turn + 1}: {ours[-1]:.0f} submissions a second, bare {theirs[-1]:.0f}", flush=True)
        held = {
            "web": memory(web[-1]),
            "web_main": memory(web[0]),
            "worker": memory(one.processes("project.worker")[0]),
        }
        held["supervisor"] = memory(one.supervisor)
        held["database"] = {"pss_mb": round(sum(memory(pid)["pss_mb"] for pid in database), 1)}
    return {
        "ratio": statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
        "detail": {
            "submissions_per_second": round(statistics.median(ours), 1),
            "bare_per_second": round(statistics.median(theirs), 1),
            "clients": CLIENTS,
            "rows_inserted": sum(count.values()),
            "cpu_ms": {name: round(statistics.median(found), 2) for name, found in spent.items()},
            "memory": held,
            "web_under_120_mb": max(held["web"]["rss_mb"], held["web_main"]["rss_mb"]) < MEMORY_GOAL,
        },
    }
