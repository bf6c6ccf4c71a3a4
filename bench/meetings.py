"""Meetings: 200 members and 3,000 readers of one hall, 60 halls that vote at once, bytes, and a member on a bad link.

The load comes from this very machine. Streams are read from the live process itself, as nginx passes them on; votes go
to the web process as a phone's script sends them, and are due at even times whatever the answers take.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from bench._installation import MACHINE, Installed, installation
from bench._link import NEAR, slow_link
from bench._streams import Crowd, connect, files
from bench._vote_lines import Lines

SCREEN_GOAL, VOTE_GOAL, STORM_GOAL = 1500.0, 1000.0, 20.0
HOUR_GOAL, MEMBER_GOAL, HELLO_GOAL = 20_000, 300_000, 5_000
# Signs of life in an hour, with their chunks; a vote's minute has so many turns of the public's count.
BEATS, BEAT, TICKS, TICK = 180, 8, 20, 34
VOTES_AN_HOUR = 5


class Driver:
    """The scene's process: what chairs do."""

    def __init__(self, one: Installed, halls: int, seats: int, large: int) -> None:
        words = [sys.executable, "-m", "bench._meetings_scene", str(halls), str(seats), str(large)]
        self.process = subprocess.Popen(
            words, env=one.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        found = self._line()
        self.meetings, self.sessions = found["meetings"], found["sessions"]

    def _line(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the scene ended")
        return json.loads(line)

    def __call__(self, do: str, **said: Any) -> Any:
        """One wish, and its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **said}) + "\n")
        self.process.stdin.flush()
        return self._line()

    def end(self) -> None:
        """No more."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


def at(seconds: list[float], share: float) -> float:
    """The time below which this share lies, in ms."""
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1) if ordered else 0.0


def live_port(one: Installed) -> int:
    """Where the live process listens."""
    words = Path(f"/proc/{one.processes('project.live')[0]}/cmdline").read_text().split("\0")
    return int(words[words.index("--port") + 1])


async def crowd(
    one: Installed, driver: Driver, members: int, gallery: int, acts: int
) -> tuple[list[float], int, list[float], dict[str, int]]:
    """Everybody listens to one hall while the chair acts, then votes: screens, who heard it not, votes, the hello."""
    loop, port, meeting = asyncio.get_running_loop(), live_port(one), driver.meetings[0]
    outside, inside = Crowd(), Crowd()
    await connect(outside, port, [(f"/vikao/{meeting}/mkondo", "")] * gallery)
    paths = [(f"/mimi/vikao/{meeting}/mkondo", f"sessionid={key}") for key in driver.sessions[:members]]
    await connect(inside, port, paths)
    hello = {"public": outside.readers[0].first, "member": inside.readers[0].first}
    print(f"{gallery} readers and {members} members listen", flush=True)
    for n in range(acts):
        marker = f"Hoja{n:04d}x"
        outside.mark(marker.encode())
        inside.mark(marker.encode())
        await loop.run_in_executor(None, lambda words=marker: driver("move", words=f"{words} ya barabara"))
        await asyncio.sleep(1.0)
        outside.marked.clear()
        inside.marked.clear()
    await asyncio.sleep(3)
    took = outside.all_took() + inside.all_took()
    silent = acts * (gallery + members) - len(took)
    print(f"screens: p50 {at(took, 0.5)} ms, p95 {at(took, 0.95)} ms, {silent} not told", flush=True)
    vote = (await loop.run_in_executor(None, lambda: driver("vote", halls=[0])))[0]
    wishes = [(meeting, key, vote) for key in driver.sessions[:members]]
    votes = await Lines(one.host).paced(wishes, 10.0)
    counted = (await loop.run_in_executor(None, lambda: driver("count", votes=[[0, vote]])))[0]
    assert counted["counted"] == members == counted["rows"], counted
    print(f"votes of {members} within 10 s: p95 {at(votes.seconds, 0.95)} ms, {len(votes.wrong)} wrong", flush=True)
    for reader in outside.readers + inside.readers:
        reader.transport.close()
    return took, silent, votes.seconds, hello


async def storm(one: Installed, driver: Driver, halls: int, seats: int) -> dict[str, Any]:
    """So many halls vote at once; all of it counted by their chairs."""
    loop, numbers = asyncio.get_running_loop(), list(range(1, halls + 1))
    votes = await loop.run_in_executor(None, lambda: driver("vote", halls=numbers))
    wishes = [
        (driver.meetings[n], driver.sessions[seat], vote)
        for seat in range(seats)
        for n, vote in zip(numbers, votes, strict=True)
    ]
    began = time.perf_counter()
    found = await Lines(one.host).paced(wishes, 15.0)
    lasted = time.perf_counter() - began
    pairs = [[n, vote] for n, vote in zip(numbers, votes, strict=True)]
    counted = await loop.run_in_executor(None, lambda: driver("count", votes=pairs))
    lost = [each for each in counted if each["counted"] != seats or each["rows"] != seats]
    print(f"{len(wishes)} votes in {halls} halls took {lasted:.1f} s, {len(lost)} halls miscounted", flush=True)
    return {"votes": len(wishes), "seconds": round(lasted, 1), "p95_ms": at(found.seconds, 0.95),
            "wrong": found.wrong[:2], "miscounted": len(lost)}  # fmt: skip


async def hour(one: Installed, driver: Driver) -> dict[str, int]:
    """An hour of a council, played fast: bytes to one reader and one member after the first view."""
    loop, port, meeting = asyncio.get_running_loop(), live_port(one), driver.meetings[1]
    outside, inside = Crowd(), Crowd()
    await connect(outside, port, [(f"/vikao/{meeting}/mkondo", "")])
    await connect(inside, port, [(f"/mimi/vikao/{meeting}/mkondo", f"sessionid={driver.sessions[1]}")])
    before = [one.readers[0].bytes for one in (outside, inside)]
    await loop.run_in_executor(None, lambda: driver("hour", hall=1))
    await asyncio.sleep(2)
    after = [one.readers[0].bytes for one in (outside, inside)]
    more = BEATS * BEAT + VOTES_AN_HOUR * TICKS * TICK
    return {"public": after[0] - before[0] + more, "member": after[1] - before[1] + more + VOTES_AN_HOUR * 40 * TICK}


def member_bytes(one: Installed, driver: Driver, told: int) -> dict[str, int]:
    """What one member's phone takes for a whole meeting: pages, style, scripts, the first view, an hour four times."""
    meeting = driver.meetings[1]
    with httpx.Client(base_url=one.address, cookies={"sessionid": driver.sessions[1]}, follow_redirects=True) as web:
        page = web.get(f"mimi/vikao/{meeting}/ukumbi/", headers={"Accept-Encoding": "gzip"})
        assert page.status_code == 200, page.status_code
        weight = sum(int(each.headers.get("content-length", 0)) for each in (page, *_parts(web, page.text)))
        once = int(page.headers.get("content-length", len(page.content)))
    # The page is opened anew some sixty times in four hours: with each item, motion and vote.
    return {"first_view": weight, "page": once, "meeting": weight + 60 * once + 4 * told}


def _parts(web: httpx.Client, page: str) -> Iterator[httpx.Response]:
    for mark in ('href="/static/', 'src="/static/'):
        for piece in page.split(mark)[1:]:
            yield web.get(f"static/{piece.split(chr(34))[0]}", headers={"Accept-Encoding": "gzip"})


async def front(one: Installed) -> asyncio.Server:
    """What nginx does, for the end of a link: streams to the live process, all else to the web."""
    live, web = live_port(one), int(one.host.rpartition(":")[2])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            there = await asyncio.open_connection("127.0.0.1", live if b"/mkondo" in head.split(b"\r\n")[0] else web)
            there[1].write(head)
            await asyncio.gather(_carry(reader, there[1]), _carry(there[0], writer))

    return await asyncio.start_server(serve, NEAR, 8085)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(4096):
            writer.write(piece)
            await writer.drain()
        writer.close()


async def on_a_bad_link(one: Installed, driver: Driver, tries: int) -> list[dict[str, Any]] | str:
    """Members at 32 kbit/s with 5% of packets lost: the page, the stream, the vote; or why it can't be tried here."""
    loop, found = asyncio.get_running_loop(), []
    try:
        with slow_link() as far:
            server = await front(one)
            for n in range(tries):
                vote = (await loop.run_in_executor(None, lambda hall=n: driver("vote", halls=[hall + 2])))[0]
                words = ["ip", "netns", "exec", far, sys.executable, "-m", "bench._slow_member", NEAR, "8085"]
                words += [driver.meetings[n + 2], driver.sessions[1], vote]
                done = await loop.run_in_executor(
                    None, lambda said=words: subprocess.run(said, capture_output=True, text=True, timeout=180)
                )
                found.append(json.loads(done.stdout) if done.stdout else {"failed": done.stderr[-300:]})
            server.close()
    except (OSError, subprocess.SubprocessError) as error:
        return f"not on this machine: {error}"
    return found


def main(short: bool) -> dict[str, Any]:
    """The figure is the time within which 95 of 100 screens showed what the chair did, in ms."""
    members, gallery, acts, halls, seats = (50, 500, 5, 10, 30) if short else (200, 3000, 20, 60, 60)
    files(8192)
    with installation(web_workers=2) as one:
        driver = Driver(one, halls, seats, members)
        took, silent, votes, hello = asyncio.run(crowd(one, driver, members, gallery, acts))
        storms = asyncio.run(storm(one, driver, halls, seats))
        hours = asyncio.run(hour(one, driver))
        sizes = member_bytes(one, driver, hours["member"])
        slow = asyncio.run(on_a_bad_link(one, driver, 1 if short else 5))
        driver.end()
    ok = (
        at(took, 0.95) < SCREEN_GOAL and not silent and at(votes, 0.95) < VOTE_GOAL and not storms["miscounted"]
        and storms["seconds"] < STORM_GOAL and hours["public"] < HOUR_GOAL and sizes["meeting"] < MEMBER_GOAL
        and max(hello.values()) < HELLO_GOAL
    )  # fmt: skip
    result = {
        "bench": "meetings", "figure": at(took, 0.95),
        "unit": f"ms for 95 of 100 screens of {gallery} readers and {members} members", "goal": SCREEN_GOAL,
        "ok": bool(ok),
        "detail": {
            "screen_p50_ms": at(took, 0.5), "screen_p99_ms": at(took, 0.99), "not_told": silent,
            "vote_p50_ms": at(votes, 0.5), "vote_p95_ms": at(votes, 0.95), "storm": storms, "hello_bytes": hello,
            "gallery_hour_bytes": hours, "member_bytes": sizes, "bad_link": slow,
        },
        "machine": MACHINE,
    }  # fmt: skip
    print(json.dumps(result))
    return result
