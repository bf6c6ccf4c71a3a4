"""USSD: 200 callbacks a second, each a committed write, over whole applications from the first menu to the number.

Callbacks come at an even pace whatever the answers take (an open loop), and are timed from when they were due: a server
that falls behind is seen to. Each phone goes through an application of its own, and each last answer must be a receipt.
Then as many as the server can answer are sent (a closed loop): the point of saturation. The load comes from this very
machine; the processor's time of both sides is in the answer.
"""

import asyncio
import json
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import psycopg

from bench._installation import MACHINE, Installed, installation
from bench.submit import cpu, family, memory
from journeys.handset import handset

RATE, P95_GOAL, MEMORY_GROWTH = 200, 300.0, 20.0
LINES = 64
PHONES = 100
PATH = "/ussd/africastalking/"


@dataclass
class Phone:
    """A phone on its way through an application: which of the answers comes next."""

    number: str
    at: int = 0


@dataclass
class Seen:
    """What came of a run: the times of all answers in seconds, receipts, and what was no answer."""

    seconds: list[float] = field(default_factory=list)
    receipts: int = 0
    wrong: list[str] = field(default_factory=list)
    lasted: float = 0.0

    def at(self, share: float) -> float:
        """The time below which this share of the answers came, in ms."""
        ordered = sorted(self.seconds)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1) if ordered else 0.0


def way(address: str) -> list[str]:
    """What is typed for a whole application, found out by going it once."""
    asha = handset(address, "+255700000099")
    asha.dial()
    for words in ("Omba huduma", "Barua ya utambulisho", "Halmashauri ya Wilaya ya Mfano", "Anza"):
        asha.choose(words)
    asha.type("Asha Juma", "2", "01011990", "Sekei", "Sokoni", "99", "4", "1", "1", "Benki ya Mfano", "1")
    assert asha.is_over, asha.screen
    return ["", *asha.text.split("*")]


class Line:
    """One kept connection to the server."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def call(self, phone: Phone, typed: list[str], run: str) -> str:
        """The next callback of a phone; the body of the answer."""
        if self.writer is None:
            host, _, port = self.host.partition(":")
            self.reader, self.writer = await asyncio.open_connection(host, int(port))
        assert self.reader is not None
        text = "*".join(typed[1 : phone.at + 1])
        form = {"sessionId": f"{run}{phone.number}", "phoneNumber": phone.number, "networkCode": "99999",
                "serviceCode": "*152*00#", "text": text}  # fmt: skip
        body = urlencode(form)
        self.writer.write(
            f"POST {PATH} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(int(one[15:]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:"))
        said = (await self.reader.readexactly(length)).decode()
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.split(b"\r\n")[0].decode())
        return said


class Load:
    """The phones of a run and the lines they call over."""

    def __init__(self, host: str, typed: list[str], run: str, numbers: Iterator[str]) -> None:
        self.typed, self.run, self.numbers = typed, run, numbers
        self.free: asyncio.Queue[Line] = asyncio.Queue()
        for _ in range(LINES):
            self.free.put_nowait(Line(host))
        self.ready: deque[Phone] = deque()
        self.seen = Seen()

    async def one(self, due: float) -> None:
        """One callback: of a phone that waits, or of a new one."""
        phone = self.ready.popleft() if self.ready else Phone(next(self.numbers))
        line = await self.free.get()
        try:
            said = await line.call(phone, self.typed, self.run)
        except (OSError, RuntimeError, asyncio.IncompleteReadError) as error:
            self.seen.wrong.append(f"{type(error).__name__}: {error}")
            line.reader = line.writer = None
            return
        finally:
            self.free.put_nowait(line)
        self.seen.seconds.append(time.perf_counter() - due)
        phone.at += 1
        if phone.at == len(self.typed):
            self.ready.append(Phone(next(self.numbers)))
        if phone.at < len(self.typed):
            if said.startswith("CON "):
                self.ready.append(phone)
            else:
                self.seen.wrong.append(said[:80])
        elif said.startswith("END Limepokelewa"):
            self.seen.receipts += 1
        else:
            self.seen.wrong.append(said[:80])

    async def scatter(self) -> None:
        """Phones that are each somewhere on their way: nobody dials, and hands in, at the same moment as all others."""
        for n in range(PHONES):
            phone = Phone(next(self.numbers))
            waiting, self.ready = self.ready, deque([phone])
            for _ in range(n * len(self.typed) // PHONES):
                await self.one(time.perf_counter())
            self.ready = waiting
            self.ready.append(phone)
        self.seen = Seen(wrong=self.seen.wrong)

    async def paced(self, rate: float, seconds: float, parts: int = 1) -> AsyncIterator[Seen]:
        """So many a second, due at even times; what came of each part of the time.

        Phones take turns: each that begins is answered next once all others were.
        """
        await self.scatter()
        began, tasks, number = time.perf_counter(), set(), 0
        for part in range(1, parts + 1):
            while number < int(rate * seconds * part / parts):
                due = began + number / rate
                if (wait := due - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                task = asyncio.create_task(self.one(due))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                number += 1
            if part == parts:
                await asyncio.gather(*tasks)
            self.seen.lasted = time.perf_counter() - began - seconds * (part - 1) / parts
            yield self.seen
            self.seen = Seen()

    async def pressed(self, hands: int, seconds: float) -> Seen:
        """So many at once, each the next as soon as it was answered."""
        began = time.perf_counter()

        async def hand() -> None:
            while time.perf_counter() - began < seconds:
                await self.one(time.perf_counter())

        await asyncio.gather(*(hand() for _ in range(hands)))
        self.seen.lasted = time.perf_counter() - began
        return self.seen


def numbers(block: int) -> Iterator[str]:
    """Made-up phones, a block a run."""
    return (f"+2557{block:02d}{n:06d}" for n in range(1_000_000))


def rows(one: Installed) -> tuple[int, int]:
    """Sessions and cases that are there."""
    with psycopg.connect(one.database(), autocommit=True) as conn:
        found = conn.execute("SELECT (SELECT count(*) FROM channels_ussd_session), (SELECT count(*) FROM cases_case)")
        row = found.fetchone()
        assert row is not None
        return int(row[0]), int(row[1])


async def pace(load: Load, rate: float, seconds: float, web: list[int]) -> tuple[list[Seen], list[float]]:
    """Three parts of an even pace, told as they end; the web processes' memory after each, in MB."""
    found: list[Seen] = []
    mb: list[float] = []
    async for part in load.paced(rate, seconds, 3):
        found.append(part)
        mb.append(sum(memory(pid)["pss_mb"] for pid in web))
        print(
            f"{rate:.0f}/s for {part.lasted:.0f} s: p50 {part.at(0.5)} ms, p95 {part.at(0.95)} ms, "
            f"{part.receipts} receipts, {len(part.wrong)} wrong, web {mb[-1]:.0f} MB",
            flush=True,
        )
    return found, mb


def spent(one: Installed, web: list[int]) -> list[float]:
    """Seconds of the processor: web, database, worker, and the load itself."""
    return [cpu(web), cpu(family(one.server())), cpu(one.processes("project.worker")), time.process_time()]


def main(short: bool) -> dict[str, Any]:
    """The figure is the time within which 95 of 100 answers came, in ms, at 200 callbacks a second."""
    warm, lasts, floods = (4.0, 18.0, 6.0) if short else (15.0, 180.0, 30.0)
    workers = os.cpu_count() or 2
    with installation(web_workers=workers) as one:
        typed = way(one.address)
        print(f"an application is {len(typed)} callbacks; {workers} web workers, {PHONES} phones at once", flush=True)
        web = one.processes("granian")
        asyncio.run(pace(Load(one.host, typed, "w", numbers(10)), RATE / 2, warm, web))
        before, at = rows(one), spent(one, web)
        parts, mb = asyncio.run(pace(Load(one.host, typed, "p", numbers(20)), RATE, lasts, web))
        after, used = rows(one), [now - then for now, then in zip(spent(one, web), at, strict=True)]
        flood = asyncio.run(Load(one.host, typed, "f", numbers(40)).pressed(16, floods))
    seen = Seen(
        [took for part in parts for took in part.seconds],
        sum(part.receipts for part in parts),
        [said for part in parts for said in part.wrong],
        sum(part.lasted for part in parts),
    )
    answered = len(seen.seconds)
    rate, most = answered / seen.lasted, len(flood.seconds) / flood.lasted
    kept = after[1] - before[1] == seen.receipts
    ok = seen.at(0.95) < P95_GOAL and not seen.wrong and kept and rate > RATE * 0.98 and mb[-1] - mb[0] < MEMORY_GROWTH
    each = (round(one / answered * 1000, 2) for one in used)
    shares = dict(zip(("web", "database", "worker", "load"), each, strict=True))
    result = {
        "bench": "ussd",
        "figure": seen.at(0.95),
        "unit": f"ms for 95 of 100 answers at {RATE} callbacks a second",
        "goal": P95_GOAL,
        "ok": bool(ok),
        "detail": {
            "callbacks": answered,
            "per_second": round(rate, 1),
            "p50_ms": seen.at(0.5),
            "p99_ms": seen.at(0.99),
            "worst_ms": seen.at(1.0),
            "wrong": len(seen.wrong),
            "first_wrong": seen.wrong[:1],
            "receipts": seen.receipts,
            "all_kept": kept,
            "sessions": after[0] - before[0],
            "cpu_ms_a_callback": shares,
            "web_pss_mb": [round(one, 1) for one in mb],
            "saturated_at_per_second": round(most, 1),
            "saturated_p95_ms": flood.at(0.95),
            "saturated_wrong": len(flood.wrong),
            "web_workers": workers,
        },
        "machine": MACHINE,
    }
    print(json.dumps(result))
    return result
