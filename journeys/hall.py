"""Between browsers and a hall: the server in front, a line that goes away or loses answers, a thread for the tables."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from journeys.asha import CHROMIUM, FLAGS
from journeys.conftest import serving
from jumuishi.meetings.tests.listening import process


class Front:
    """What nginx does: streams to the live process, the rest to the pages.

    `away` takes the line and all that is open on it; the answers to the next `loses` acts arrive nowhere.
    """

    def __init__(self, pages: int, live: int) -> None:
        self.pages, self.live, self.cut, self.loses = pages, live, False, 0
        self.loop = asyncio.new_event_loop()
        self.open: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        assert self.ready.wait(10)

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.port}"

    def _run(self) -> None:
        async def begin() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            self.ready.set()

        self.loop.run_until_complete(begin())
        self.loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            if self.cut:
                writer.close()
                return
            port = self.live if b"/mkondo" in head.split(b"\r\n")[0] else self.pages
            there = await asyncio.open_connection("127.0.0.1", port)
            self.open |= {writer, there[1]}
            # One request a connection: the next one may be for the other of the two.
            there[1].write(
                re.sub(rb"(?i)\r\nConnection:[^\r]*", b"", head).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
            )
            back: asyncio.StreamWriter | None = writer
            if self.loses and head.startswith(b"POST"):
                self.loses -= 1
                back = None
            await asyncio.gather(self._carry(reader, there[1]), self._carry(there[0], back))
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter | None) -> None:
        with suppress(OSError):
            while piece := await reader.read(4096):
                if writer is not None:
                    writer.write(piece)
                    await writer.drain()
        if writer is not None:
            writer.close()

    def away(self, cut: bool) -> None:
        """The line goes, with all that is open on it; or comes back."""
        self.cut = cut
        if cut:
            self.loop.call_soon_threadsafe(lambda: [one.transport.abort() for one in self.open])


@contextmanager
def fronted(database: Any, lines: int = 1) -> Iterator[list[Front]]:
    """The pages and the live process, with so many lines to both."""
    with serving("127.0.0.1", SESSION_COOKIE_SECURE=False) as address, process(database.app) as live:
        yield [Front(int(address.rpartition(":")[2]), live) for _ in range(lines)]


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def apart(act: Callable[[], Any]) -> Any:
    """In a thread: Playwright's loop in this one keeps Django from the database. Raises what it raised."""
    found: list[Any] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(act())
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return found[0]
