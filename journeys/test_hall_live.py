"""A reader's and a member's page in a browser: what goes on appears by itself, and a vote outlives a cut line."""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import ViewportSize, expect

from journeys.hall import apart, browsing, fronted
from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.institutions.demo import demo_institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.models import Ballot
from jumuishi.meetings.sitting import places
from jumuishi.meetings.sitting.tests.conftest import NAMES, Council, council_of
from jumuishi.meetings.tests.halls import Hall, hall

pytestmark = [pytest.mark.browser, pytest.mark.database]
PHONE: ViewportSize = {"width": 360, "height": 740}
# What moved on a page by itself after it was seen first (Layout Instability API).
SHIFTS = """
window.shifts = [];
new PerformanceObserver((seen) => {
  for (const one of seen.getEntries())
    for (const each of one.sources) shifts.push(String(each.node && each.node.outerHTML).slice(0, 80));
}).observe({type: "layout-shift", buffered: true});
"""
# The new page comes, and is read only once the test says so.
LATE = """
const text = Response.prototype.text;
Response.prototype.text = async function () {
  const said = await text.call(this);
  if (this.url.endsWith("/ukumbi/")) await new Promise((ok) => (window.goOn = ok));
  return said;
};
"""
SHOTS = Path("/var/tmp/live-shots")  # noqa: S108  # looked at by hand, where somebody made the folder


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    return database.furnish("institutions", lambda: demo_institutions()[0])


def sits(world: Any) -> Council:
    """A council with everybody there and an item open."""
    with transaction.atomic():
        council = council_of(world.found["mfano"], Actor.system())
    for name in NAMES:
        council.act(name, c.Arrive, member=council.id(name), way="hall", code=places.code_of(council.meeting))
    council.act("Rehema", c.Open, presiding=council.id("Rehema"))
    council.act("Rehema", c.OpenItem, item=council.item())
    return council


def test_a_reader_sees_what_goes_on_and_a_closed_door(world: Any, committed_db: None, database: Any) -> None:
    house: Hall = hall(world.found["mfano"])
    house.opens()
    with fronted(database) as (front,), browsing() as browser:
        page = browser.new_page(viewport=PHONE)
        page.goto(f"{front.address}/vikao/{house.meeting.id}/")
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
    council = sits(world)
    client = Client()
    testing.sign_in(client, council.actor("Salma"))
    key = str(client.session.session_key)
    with fronted(database) as (front,), browsing() as browser:
        here = front.address
        context = browser.new_context(viewport=PHONE)
        context.add_cookies([{"name": "sessionid", "value": key, "url": here}])
        page = context.new_page()
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


def test_a_vote_outlives_the_end_of_a_session(world: Any, committed_db: None, database: Any) -> None:
    """The page that asks to sign in is no receipt: what was chosen waits, and is sent once its member is in again."""
    council = sits(world)
    vote = council.open_vote()

    def key() -> str:
        client = Client()
        with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
            testing.sign_in(client, council.actor("Salma"))
        return str(client.session.session_key)

    with fronted(database) as (front,), browsing() as browser:
        context = browser.new_context(viewport=PHONE)

        def enters() -> None:
            context.add_cookies([{"name": "sessionid", "value": apart(key), "url": front.address}])

        enters()
        page = context.new_page()
        page.add_init_script(SHIFTS)
        page.goto(f"{front.address}/mimi/vikao/{council.meeting.id}/ukumbi/")
        expect(page.locator("[data-link]")).to_contain_text("Umeunganishwa", timeout=15_000)
        page.wait_for_timeout(300)
        assert page.evaluate("shifts") == [], "what appears moves nothing under a thumb"
        page.locator("input[name=choice][value=for]").check()
        context.clear_cookies(name="sessionid")
        page.locator("form:has(input[name=choice]) button").click()
        expect(page.locator("[data-link]")).to_contain_text("Halijafika", timeout=15_000)
        expect(page.locator("[data-news]")).to_be_visible()
        enters()
        page.locator("[data-news] a").click()
        expect(page.locator(".saying")).to_be_visible(timeout=60_000)
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        assert list(Ballot.objects.filter(vote=vote).values_list("choice", flat=True)) == ["for"]


def test_what_is_chosen_while_the_page_is_made_anew_stays(world: Any, committed_db: None, database: Any) -> None:
    council = sits(world)
    client = Client()
    testing.sign_in(client, council.actor("Salma"))
    key = str(client.session.session_key)
    council.open_vote()
    with fronted(database) as (front,), browsing() as browser:
        context = browser.new_context(viewport=PHONE)
        context.add_cookies([{"name": "sessionid", "value": key, "url": front.address}])
        page = context.new_page()
        page.add_init_script(LATE)
        page.goto(f"{front.address}/mimi/vikao/{council.meeting.id}/ukumbi/")
        expect(page.locator("[data-link]")).to_contain_text("Umeunganishwa", timeout=15_000)
        asked = {"ask": str(new_id()), "member": council.id("Petro"), "what": "speech"}
        apart(lambda: council.act("Petro", c.AskFloor, **asked))
        page.wait_for_function("() => window.goOn", timeout=20_000)
        page.locator("input[name=choice][value=for]").check()
        page.evaluate("goOn()")
        expect(page.locator("[data-news]")).to_be_visible()
        expect(page.locator("input[name=choice][value=for]")).to_be_checked()
        if SHOTS.exists():
            page.screenshot(path=SHOTS / "news-360.png")
            page.set_viewport_size({"width": 1280, "height": 800})
            page.screenshot(path=SHOTS / "news-1280.png")
