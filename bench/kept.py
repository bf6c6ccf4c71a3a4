"""What it costs that bodies are kept: signed and recorded calls with and without, in turns, in one installation."""

import asyncio
import json
import time
from statistics import median
from typing import Any

from bench._installation import MACHINE, Installed, installation
from bench.exchange import beside, children_of, edge_of, flood, reachable
from bench.submit import cpu
from jumuishi.exchange.tests.running import free_port

GOAL = 1.35


def measured(installed: Installed, short: bool) -> dict[str, Any]:
    """Calls a second and milliseconds of the processor a call, with and without."""
    seconds, rounds = (3.0, 3) if short else (10.0, 5)
    system = free_port()
    pid, edge = edge_of(installed)
    detail: dict[str, Any] = {name: {"rate": [], "cpu_ms": []} for name in ("not_kept", "kept")}
    with beside("system", str(system)):
        installed.python("-m", "bench._exchange_scene", "set", f"http://127.0.0.1:{system}")
        asyncio.run(reachable(edge))
        asyncio.run(flood(edge, 1))
        for n in range(rounds):
            for name, days in (("not_kept", "0"), ("kept", "30")):
                installed.python("-m", "bench._exchange_scene", "keep", days)
                time.sleep(1)
                spent = [pid, installed.server(), *children_of(installed.server())]
                before = cpu(spent)
                rate = asyncio.run(flood(edge, seconds))
                detail[name]["rate"].append(round(rate, 1))
                detail[name]["cpu_ms"].append(round((cpu(spent) - before) * 1000 / (rate * seconds), 3))
            print(f"round {n + 1}: {[detail[one]['rate'][-1] for one in detail]} a second", flush=True)
    return detail


def main(short: bool) -> dict[str, Any]:
    """The figure and all that stands behind it."""
    with installation() as installed:
        detail = measured(installed, short)
    ratio = round(median(detail["kept"]["cpu_ms"]) / median(detail["not_kept"]["cpu_ms"]), 3)
    line = {
        "bench": "kept", "figure": ratio, "unit": "of the processor's time of a call that keeps nothing",
        "goal": GOAL, "ok": ratio <= GOAL, "detail": detail, "machine": MACHINE,
    }  # fmt: skip
    print(json.dumps(line), flush=True)
    return line
