"""A reader's and a member's page in a browser: what goes on appears by itself, and a vote outlives a cut line."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from playwright.sync_api import BrowserContext, expect, sync_playwright

from journeys.asha import CHROMIUM, FLAGS
from journeys.conftest import serving
from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.institutions.demo import demo_institutions
from jumuishi.kernel import tenancy
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.models import Ballot
from jumuishi.meetings.sitting import places
from jumuishi.meetings.sitting.tests.conftest import NAMES, council_of
from jumuishi.meetings.tests.halls import Hall, hall
from jumuishi.meetings.tests.listening import process

pytestmark = [pytest.mark.browser, pytest.mark.database]
SHOTS = Path("/var/tmp/live-shots")  # noqa: S108  # looked at by hand, where somebody made the folder


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    return database.furnish("institutions", lambda: demo_institutions()[0])


class Front:
    """What nginx does: streams to the live process, the rest to the pages; `cut` takes the line away."""

    def __init__(self, pages: int, live: int) -> None:
        self.pages, self.live, self.cut = pages, live, False
        self.loop = asyncio.new_event_loop()
        self.open: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        assert self.ready.wait(10)

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
            there[1].write(head)
            await asyncio.gather(self._carry(reader, there[1]), self._carry(there[0], writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(4096):
                writer.write(piece)
                await writer.drain()
        writer.close()

    def away(self, cut: bool) -> None:
        """The line goes, with all that is open on it; or comes back."""
        self.cut = cut
        if cut:
            self.loop.call_soon_threadsafe(lambda: [one.transport.abort() for one in self.open])


@contextmanager
def fronted(database: Any) -> Iterator[Front]:
    with serving("127.0.0.1", SESSION_COOKIE_SECURE=False) as address, process(database.app) as live:
        yield Front(int(address.rpartition(":")[2]), live)


@contextmanager
def browsing() -> Iterator[BrowserContext]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_context(viewport={"width": 360, "height": 740})
        browser.close()


def apart(act: Any) -> Any:
    """In a thread: Playwright's loop in this one keeps Django from the database."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(act())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0] if found else None


def test_a_reader_sees_what_goes_on_and_a_closed_door(world: Any, committed_db: None, database: Any) -> None:
    house: Hall = hall(world.found["mfano"])
    house.opens()
    with fronted(database) as front, browsing() as browser:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{front.port}/vikao/{house.meeting.id}/")
        expect(page.locator("[data-link]")).to_contain_text("Umeunganishwa", timeout=15_000)
        apart(lambda: house.happens("item.opened", item=house.items[0].id))
        expect(page.locator("[data-said=item]")).to_have_text("1 Bajeti", timeout=15_000)
        expect(page.locator("[data-lines] li").first).to_contain_text("Ajenda 1 Bajeti imefunguliwa")
        vote = apart(house.asks_to_vote)
        apart(lambda: house.votes(vote, 1))
        expect(page.locator("[data-said=voted]")).to_have_text("1/5", timeout=15_000)
        if SHOTS.exists():
            page.screenshot(path=SHOTS / "gallery-360.png", full_page=True)
        front.away(cut=True)
        expect(page.locator("[data-link]")).to_contain_text("Mtandao umekatika", timeout=15_000)
        apart(lambda: house.ends_vote(vote, (4, 1, 0)))
        front.away(cut=False)
        expect(page.locator("[data-said=last]")).to_contain_text("ndiyo 4, hapana 1", timeout=60_000)
        apart(lambda: house.happens("session.closed", reason="siri"))
        expect(page.locator("[data-shown=closed]")).to_be_visible(timeout=15_000)
        expect(page.locator("[data-said=item]")).to_be_hidden()


def test_a_vote_outlives_a_cut_and_counts_once(world: Any, committed_db: None, database: Any) -> None:
    with transaction.atomic():
        council = council_of(world.found["mfano"], Actor.system())
    for name in NAMES:
        council.act(name, c.Arrive, member=council.id(name), way="hall", code=places.code_of(council.meeting))
    council.act("Rehema", c.Open, presiding=council.id("Rehema"))
    council.act("Rehema", c.OpenItem, item=council.item())
    client = Client()
    testing.sign_in(client, council.actor("Salma"))
    key = str(client.session.session_key)
    with fronted(database) as front, browsing() as browser:
        here = f"http://127.0.0.1:{front.port}"
        browser.add_cookies([{"name": "sessionid", "value": key, "url": here}])
        page = browser.new_page()
        page.goto(f"{here}/mimi/vikao/{council.meeting.id}/ukumbi/")
        expect(page.locator("[data-link]")).to_contain_text("Umeunganishwa", timeout=15_000)
        vote = apart(council.open_vote)
        # The form comes by itself.
        expect(page.locator("input[name=choice]").first).to_be_visible(timeout=20_000)
        page.locator("input[name=choice][value=against]").check()
        front.away(cut=True)
        page.locator("form:has(input[name=choice]) button").click()
        expect(page.locator("[data-link]")).to_contain_text("Bado halijafika", timeout=15_000)
        # Whoever closes the page in a cut finds the act again.
        front.away(cut=False)
        page.reload()
        expect(page.locator(".saying")).to_be_visible(timeout=60_000)
        if SHOTS.exists():
            page.screenshot(path=SHOTS / "member-360.png", full_page=True)
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        kept = list(Ballot.objects.filter(vote=vote).values_list("member_id", "choice"))
    assert kept == [(council.members["Salma"].id, "against")]
