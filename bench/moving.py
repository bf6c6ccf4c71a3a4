"""What it costs to look at, and to move, the open cases of one service to a newer edition: 1,000 of them, and 10,000.

A council each in one installation, with the worker held still: the page is asked through the real web process (what
an officer waits for, and sees at once), then the whole look and the whole move run as the job does them, in a process
that counts its statements and its memory. Figure: the worse CPU of a case, at the larger size over that at the smaller.
"""

import http.client
import json
import os
import time
from typing import Any

import psycopg

from bench._installation import MACHINE, Installed, installation
from bench.submit import FORM, TOKEN, cpu, family, still

GOAL, WAIT_GOAL, MEMORY_GOAL = 1.2, 3.0, 8.0
SIZES, SHORT = (1_000, 10_000), (100, 400)


def press(one: Installed, scene: dict[str, str], **given: str) -> tuple[float, str]:
    """A button of the page of moving: seconds, and where it leads."""
    path = f"/ofisi/huduma/{scene['offering']}/hamisha/"
    body = "&".join(f"{name}={value}" for name, value in {"csrfmiddlewaretoken": TOKEN, **given}.items())
    headers = {**FORM, "Cookie": f"sessionid={scene['session']}; csrftoken={TOKEN}"}
    connection = http.client.HTTPConnection(one.host, timeout=60)
    began = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise RuntimeError(f"{given}: {answer.status}")
    return time.perf_counter() - began, answer.getheader("Location") or ""


def newest(one: Installed, kind: str) -> tuple[str, int]:
    """The last look or move: its id, and how many cases it has seen; a look then begins anew."""
    with psycopg.connect(one.database(), autocommit=True) as conn:
        row = conn.execute(
            "SELECT id, seen FROM cases_move WHERE kind = %s ORDER BY created_at DESC LIMIT 1", [kind]
        ).fetchone()
        assert row is not None
        if kind == "survey":
            conn.execute(
                "UPDATE cases_move SET state = 'running', seen = 0, safe = 0, ask = 0, cannot = 0, cursor = '{}', "
                "groups = '{}' WHERE id = %s",
                [row[0]],
            )
    return str(row[0]), int(row[1])


def goes_on(one: Installed, kind: str, move: str) -> dict[str, Any]:
    """The job's part of a look or a move, with the database's CPU."""
    server = cpu(family(one.server()))
    said: dict[str, Any] = json.loads(one.python("-m", "bench._moving_scene", kind, move).splitlines()[-1])
    n = max(1, said["cases"])
    said["ms"] = round(said["seconds"] * 1000 / n, 2)
    said["cpu_ms"] = round((said["cpu"] + cpu(family(one.server())) - server) * 1000 / n, 2)
    said["statements_a_case"] = round(said["statements"] / n, 2)
    return said


def measured(one: Installed, scene: dict[str, str], size: int) -> dict[str, Any]:
    """A council with so many open cases: the look, and the move."""
    waited, _ = press(one, scene, do="survey")
    move, at_once = newest(one, "survey")
    look = goes_on(one, "look", move)
    started, first = press(one, scene, do="start", days="14")
    again, second = press(one, scene, do="start", days="14")
    moved = goes_on(one, "move", newest(one, "move")[0])
    with psycopg.connect(one.database(), autocommit=True) as conn:
        row = conn.execute(
            "SELECT count(*), count(DISTINCT i.case_id), count(*) FILTER (WHERE c.edition_hash = i.to_hash) "
            "FROM cases_move_item i JOIN cases_case c ON c.id = i.case_id WHERE c.offering_id = %s",
            [scene["offering"]],
        ).fetchone()
    is_whole = row == (size, size, moved["safe"]) and look["seen"] == size and first == second
    is_foreseen = all(0 < look[kind] == moved[kind] for kind in ("safe", "ask", "cannot"))
    print(f"{size} open cases: look {look}", flush=True)
    print(f"{size} open cases: move {moved}", flush=True)
    return {
        "look": look, "move": moved, "page_seconds": round(max(waited, started, again), 2), "seen_at_once": at_once,
        "each_once": is_whole, "as_foreseen": is_foreseen,
    }  # fmt: skip


def main(*, short: bool) -> None:
    """Measure and print."""
    sizes = SHORT if short else SIZES
    found = {}
    with installation(web_workers=1) as one, still(one.processes("project.worker")):
        said = one.python("-m", "bench._moving_scene", *map(str, sizes))
        with psycopg.connect(one.database(), autocommit=True) as conn:
            conn.execute("VACUUM (ANALYZE)")
        for size, scene in zip(sizes, json.loads(said.splitlines()[-1]), strict=True):
            found[size] = measured(one, scene, size)
    first, last = (found[size] for size in (sizes[0], sizes[-1]))
    ratios = {kind: round(last[kind]["cpu_ms"] / first[kind]["cpu_ms"], 2) for kind in ("look", "move")}
    grew = {kind: round(last[kind]["mb_most"] - first[kind]["mb_most"], 1) for kind in ("look", "move")}
    waited = max(one["page_seconds"] for one in found.values())
    is_right = all(one["each_once"] and one["as_foreseen"] for one in found.values())
    print(json.dumps({
        "bench": "moving", "figure": max(ratios.values()),
        "unit": f"CPU of a case at {sizes[-1]} over that at {sizes[0]}, worse of look and move", "goal": GOAL,
        "ok": max(ratios.values()) <= GOAL and waited <= WAIT_GOAL and max(grew.values()) <= MEMORY_GOAL and is_right,
        "detail": {
            "ratios": ratios, "grew_mb": grew, "page_seconds": waited, "every_case_once_and_as_foreseen": is_right,
            "by_size": found, "load": os.getloadavg()[0],
        },
        "machine": MACHINE,
    }))  # fmt: skip
