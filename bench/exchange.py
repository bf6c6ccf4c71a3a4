"""The exchange: signed and recorded calls a second beside a plain proxy made of the same parts, TLS on in both.

Both carry a kilobyte through two hops in one process to the same system. Then what a call takes longer at half of
saturation, 60 a second for a while with each record looked for, and what a call costs with 10, 1,000 and 10,000 rights.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from bench._exchange_scene import CLIENT, SERVICE
from bench._installation import MACHINE, Installed, installation
from bench.submit import cpu, memory
from jumuishi.exchange.signing.verify import Window
from jumuishi.exchange.tests.running import free_port

GOAL, AIM, P50, P99, LINES = 0.15, 0.30, 5.0, 25.0, 32
TARGET = f"/r1/{SERVICE}/customers/1"


async def ask(session: aiohttp.ClientSession, base: str) -> float:
    """One call; its seconds. Raises where it is refused."""
    began = time.perf_counter()
    async with session.get(base + TARGET, headers={"X-Road-Client": CLIENT}) as answer:
        body = await answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {body[:300]!r}")
    return time.perf_counter() - began


async def flood(base: str, seconds: float, lines: int = LINES) -> float:
    """Calls a second with so many at once."""
    done, until = 0, time.perf_counter() + seconds

    async def line() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await ask(session, base)
            done += 1

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=lines)) as session:
        began = time.perf_counter()
        await asyncio.gather(*(line() for _ in range(lines)))
        return done / (time.perf_counter() - began)


async def paced(base: str, rate: float, seconds: float) -> list[float]:
    """Calls at an even pace, timed from when they were due; milliseconds, sorted."""
    found: list[float] = []

    async def one(due: float) -> None:
        await ask(session, base)
        found.append((time.perf_counter() - due) * 1000)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks, began = [], time.perf_counter()
        for n in range(int(rate * seconds)):
            due = began + n / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(one(due)))
        await asyncio.gather(*tasks)
    return sorted(found)


def share(times: list[float], part: float) -> float:
    """The time below which this share lies."""
    return round(times[min(len(times) - 1, int(len(times) * part))], 2)


@contextmanager
def beside(*words: str) -> Iterator[int]:
    """A helper process that ends with the block; its number."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench._exchange_plain", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    if process.stdout.readline() != b"ready\n":
        raise RuntimeError(f"{words[0]} does not start")
    try:
        yield process.pid
    finally:
        process.stdin.close()
        process.wait(10)


def edge_of(installed: Installed) -> tuple[int, str]:
    """The gateway's process, and where our own systems ask it."""
    pid = installed.processes("project.gateway")[0]
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return pid, f"http://127.0.0.1:{words[words.index('--edge') + 1]}"


def children_of(parent: int) -> list[int]:
    """The processes that a process started."""
    return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


async def reachable(base: str) -> None:
    """Wait until the gateway knows the agreement."""
    last: Exception = RuntimeError("never asked")
    async with aiohttp.ClientSession() as session:
        for _ in range(200):
            try:
                await ask(session, base)
                return
            except (RuntimeError, aiohttp.ClientError) as error:
                last = error
                await asyncio.sleep(0.1)
    raise last


def settled(pid: int) -> None:
    """Wait until a process rests for 12 seconds, longer than the network is asked for news: all of a change is done."""
    rest = 0
    for _ in range(60):
        before = cpu([pid])
        time.sleep(3)
        rest = rest + 1 if cpu([pid]) - before < 0.15 else 0
        if rest == 4:
            return
    raise RuntimeError("it never rests")


def measured(installed: Installed, short: bool) -> dict[str, Any]:
    """All figures."""
    seconds, rounds = (3.0, 3) if short else (10.0, 5)
    system, port, tls = free_port(), free_port(), free_port()
    pid, edge = edge_of(installed)
    plain = f"http://127.0.0.1:{port}"
    files = [str(installed.here.config / f"exchange.{one}") for one in ("crt", "key")]
    with (
        beside("system", str(system)),
        beside("proxy", str(port), str(tls), *files, f"http://127.0.0.1:{system}"),
    ):
        installed.python("-m", "bench._exchange_scene", "set", f"http://127.0.0.1:{system}")
        asyncio.run(reachable(edge))
        # Of calls that may have come before its start a gateway asks the records: so long is no ordinary time.
        time.sleep(Window().skew + 1)
        detail: dict[str, Any] = {"signed": [], "plain": [], "cpu_ms": []}
        for base in (plain, edge):
            asyncio.run(flood(base, 1))
        for n in range(rounds):
            detail["plain"].append(round(asyncio.run(flood(plain, seconds)), 1))
            parts = {"gateway": [pid], "database": [installed.server(), *children_of(installed.server())]}
            before = {name: cpu(one) for name, one in parts.items()}
            rate = asyncio.run(flood(edge, seconds))
            used = {name: (cpu(one) - before[name]) * 1000 / (rate * seconds) for name, one in parts.items()}
            detail["signed"].append(round(rate, 1))
            detail["cpu_ms"].append({name: round(value, 2) for name, value in used.items()})
            print(f"round {n + 1}: {detail['plain'][-1]} plain, {detail['signed'][-1]} signed a second", flush=True)
        half = median(detail["signed"]) / 2
        times = {name: asyncio.run(paced(base, half, seconds)) for name, base in (("plain", plain), ("signed", edge))}
        detail["added_ms_at_half"] = {
            f"p{int(part * 100)}": round(share(times["signed"], part) - share(times["plain"], part), 2)
            for part in (0.5, 0.99)
        }
        print(f"at {half:.0f} a second a call takes longer by {detail['added_ms_at_half']} ms", flush=True)
        lasting = 10 if short else 600
        held = asyncio.run(paced(edge, 60, lasting))
        detail["at_60_a_second"] = {"seconds": lasting, "answered": len(held), "p99_ms": share(held, 0.99)}
        detail["records"] = json.loads(installed.python("-m", "bench._exchange_scene", "check"))
        detail["cost_by_rights"], detail["change_takes_s"] = {}, {}
        known = 0
        for count in (10, 1000, 10_000):
            before_ = cpu([pid])
            installed.python("-m", "bench._exchange_scene", "rights", str(count - known))
            known = count
            settled(pid)
            detail["change_takes_s"][count] = round(cpu([pid]) - before_, 2)
            costs = []
            # Beside the drift of a machine within a minute one reading says little.
            for _ in range(3):
                before_ = cpu([pid])
                rate = asyncio.run(flood(edge, seconds))
                costs.append((cpu([pid]) - before_) * 1000 / (rate * seconds))
            detail["cost_by_rights"][count] = round(median(costs), 3)
        detail["gateway_mb"] = memory(pid)
    return detail


def main(short: bool) -> dict[str, Any]:
    """The figure and all that stands behind it."""
    with installation() as installed:
        detail = measured(installed, short)
    ratio = round(median(detail["signed"]) / median(detail["plain"]), 3)
    counts = [count for count, _ in detail["records"].values()]
    proved = all(count == leaves for count, leaves in detail["records"].values()) and len(set(counts)) == 1
    cost = list(detail["cost_by_rights"].values())
    detail["each_recorded_twice_and_provable"] = proved
    detail["flat"] = max(cost) <= 1.25 * min(cost)
    added = detail["added_ms_at_half"]
    detail["added_is_small"] = added["p50"] <= P50 and added["p99"] <= P99
    line = {
        "bench": "exchange", "figure": ratio, "unit": "of a plain proxy of the same parts", "goal": GOAL,
        "ok": ratio >= GOAL and proved and detail["flat"] and detail["added_is_small"], "detail": detail,
        "machine": MACHINE,
    }  # fmt: skip
    print(json.dumps(line), flush=True)
    return line
