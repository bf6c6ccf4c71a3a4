"""A node that was off for 7 days catches up with what was queued for it: all once, in the order of each subject.

Two whole nodes on this machine: the bank's writes while the water authority's is down; then that one starts. In the
same call, plain posts of the same messages over TLS through a proxy, one each, one after the other as the courier's.
"""

import argparse
import asyncio
import json
import time
from typing import Any

import aiohttp

from bench._exchange_plain import BODY
from bench._installation import MACHINE, Installed, installation
from bench.exchange import beside, edge_of
from bench.submit import memory
from jumuishi.exchange.tests.running import free_port

DAYS, SUBJECTS = 7, 200
FROM, TO = "TZ/COM/benki-mfano", "TZ/GOV/maji-mfano"
SCENE = ("-m", "bench._store_forward_scene")
# Durable, proven and dealt with at the other end, beside posts that nobody writes down.
GOAL = 0.5


def command(node: Installed, *words: str) -> str:
    """`jumuishi WORDS` at a node."""
    return node.python("-c", "from jumuishi.project.cli import main; main()", *words)


def join(here: Installed, there: Installed) -> None:
    """The second node goes by the first one's directory; both have a system."""
    here.python(*SCENE, "system", "benki-mfano", "mikopo")
    there.python(*SCENE, "system", "maji-mfano", "wateja")
    command(there, "exchange", "join", command(here, "exchange", "invitation").strip())
    admit(here, there)


def admit(here: Installed, there: Installed) -> None:
    """The directory says where the second node is now: a node that starts anew may find another port free."""
    said = there.here.data.parent / "statement"
    said.write_text(command(there, "exchange", "statement"))
    command(here, "exchange", "admit", str(said), "--member", "GOV/maji-mfano")


def stop(node: Installed) -> None:
    """The whole node, as by a cut of its power line."""
    assert node.process is not None
    node.process.terminate()
    node.process.wait(30)


async def plain(base: str, seconds: float, lines: int) -> float:
    """Posts a second of one message each, over TLS."""
    done, until = 0, time.perf_counter() + seconds

    async def line(session: aiohttp.ClientSession) -> None:
        nonlocal done
        while time.perf_counter() < until:
            async with session.post(f"{base}/r1/x", data=BODY) as answer:
                await answer.read()
            done += 1

    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        await asyncio.gather(*(line(session) for _ in range(lines)))
        return done / (time.perf_counter() - began)


def caught_up(here: Installed, there: Installed, count: int, detail: dict[str, Any]) -> None:
    """Wait until all is there and dealt with; memory of both gateways on the way."""
    gateways = {"sender": edge_of(here)[0], "receiver": edge_of(there)[0]}
    seen: dict[str, list[float]] = {name: [] for name in gateways}
    began, there_at, last = time.perf_counter(), 0.0, -1
    while True:
        came, done, whole, taking, dealing = json.loads(there.python(*SCENE, "came"))
        spent = time.perf_counter() - began
        for name, pid in gateways.items():
            seen[name].append(memory(pid)["rss_mb"])
        if came != last:
            print(f"{spent:.0f} s: {came} came, {done} dealt with", flush=True)
        last = came
        if came >= count and not there_at:
            there_at = spent
        if done >= count:
            break
        if spent > 3600:
            raise RuntimeError(f"{came} came, {done} dealt with of {count}")
        time.sleep(1)
    left, dead = json.loads(here.python(*SCENE, "left"))
    detail |= {
        "messages": count, "subjects": SUBJECTS, "seconds_until_there": round(there_at, 1),
        "seconds_of_parcels": round(taking, 1), "seconds_to_the_last_effect": round(dealing, 1),
        "seconds_until_dealt_with": round(spent, 1), "messages_a_second": round(count / max(dealing, 0.1), 1),
        "came": came, "done": done, "whole_and_in_order": whole, "left_at_sender": left, "dead_letters": dead,
        "gateway_rss_mb": {name: [min(found), max(found)] for name, found in seen.items()},
    }  # fmt: skip


def options(parser: argparse.ArgumentParser) -> None:
    """How many messages wait."""
    parser.add_argument("--messages", type=int, default=0, help="100,000 where not said, 2,000 with --short")


def main(short: bool, messages: int) -> dict[str, Any]:
    """The figure and all that stands behind it."""
    count = messages or (2_000 if short else 100_000)
    detail: dict[str, Any] = {}
    with (
        installation(web_workers=1, JUMUISHI_EXCHANGE_NODE="kituo") as here,
        installation(web_workers=1, JUMUISHI_EXCHANGE_NODE="maji") as there,
    ):
        join(here, there)
        print("two nodes are joined", flush=True)
        stop(there)
        began = time.perf_counter()
        here.python(*SCENE, "queue", FROM, TO, str(count), str(SUBJECTS), str(DAYS), seconds=3600)
        detail["queued_a_second"] = round(count / (time.perf_counter() - began), 1)
        print(f"{count} messages of {DAYS} days wait", flush=True)
        system, port, tls = free_port(), free_port(), free_port()
        files = [str(here.here.config / f"exchange.{one}") for one in ("crt", "key")]
        with (
            beside("system", str(system)),
            beside("proxy", str(port), str(tls), *files, f"http://127.0.0.1:{system}"),
        ):
            posts = asyncio.run(plain(f"http://127.0.0.1:{port}", 3 if short else 10, 1))
        detail["plain_posts_a_second_one_line"] = round(posts, 1)
        there.start()
        admit(here, there)
        caught_up(here, there, count, detail)
    ratio = round(detail["messages_a_second"] / posts, 2)
    flat = all(most <= least + 150 for least, most in detail["gateway_rss_mb"].values())
    detail["memory_is_flat"] = flat
    all_once = detail["came"] == detail["done"] == count and detail["whole_and_in_order"]
    line = {
        "bench": "store-forward", "figure": ratio, "unit": "messages for each plain post of the same over TLS",
        "goal": GOAL, "ok": all_once and flat and ratio >= GOAL and not detail["left_at_sender"],
        "detail": detail, "machine": MACHINE,
    }  # fmt: skip
    print(json.dumps(line), flush=True)
    return line
