"""Every page of the house, citizens', officers', institutions' and the authority's: for everybody, in both languages.

axe finds nothing; no sideways scroll at 320 px (a page zoomed four times) nor with text at 200%; a page on paper loses
nothing; whoever hears it is given its parts. A new page is walked by itself, or the walk says what to add. Every second
page is walked in English in the dark, the others in Kiswahili by day; with JUMUISHI_WALK=all each in both.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, sync_playwright

from journeys.asha import CHROMIUM, FLAGS
from journeys.conftest import serving
from journeys.places import Place, places
from journeys.test_accessibility import axe, wide
from jumuishi.project.tests.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
# What a paper must not lose: text that is cut off at the side.
CUT = """() => [...document.querySelectorAll("main *")].filter(e => e.getClientRects().length)
  .filter(e => !e.closest(".hide, .skip, svg")).filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.outerHTML.slice(0, 120)).slice(0, 3)"""

# What every page must give to whoever hears it: each fault is said in words.
HEARD = """() => {
  const shown = e => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden";
  const all = s => [...document.querySelectorAll(s)].filter(shown), found = [];
  if (all("h1").length !== 1) found.push(all("h1").length + " h1");
  let before = 1;
  for (const h of all("h1, h2, h3, h4, h5, h6")) {
    const level = +h.tagName[1];
    if (level > before + 1) found.push("h" + level + " after h" + before + ": " + h.textContent.trim().slice(0, 40));
    before = level;
  }
  for (const s of ["main", "header.top, header[role=banner], header", "footer"])
    if (!all(s).length) found.push("no " + s);
  if (!document.documentElement.lang || !document.title.trim()) found.push("no language or title");
  const skip = document.querySelector("a.skip");
  if (!skip || !document.querySelector(skip.getAttribute("href"))) found.push("no way past the head");
  for (const e of all("input:not([type=hidden]), select, textarea"))
    if (!(e.labels && e.labels.length) && !e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby"))
      found.push("no name: " + e.outerHTML.slice(0, 80));
  for (const e of all("a, button"))
    if (!(e.textContent.trim() || e.getAttribute("aria-label") || e.querySelector("title, img[alt]")))
      found.push("says nothing: " + e.outerHTML.slice(0, 80));
  for (const t of all("table")) if (!t.querySelector("th")) found.push("a table without heads");
  for (const e of document.querySelectorAll("[tabindex]"))
    if (e.tabIndex > 0) found.push("an order of its own: " + e.outerHTML.slice(0, 80));
  return found }"""
WAYS = (("sw", "light"), ("en", "dark"))
ALL = os.environ.get("JUMUISHI_WALK") == "all"


@pytest.fixture
def walk(
    world: Any, committed_db: None, run_jobs: Callable[[], int]
) -> Iterator[tuple[str, list[Place], dict[str, str]]]:
    """The address of a country in which things happened, and every page of it."""
    with transaction.atomic():
        found, missing = places(Scene(run_jobs))
    with serving("127.0.0.1", SESSION_COOKIE_SECURE=False) as address:
        yield address, found, missing


@pytest.fixture
def chromium(walk: object) -> Iterator[Browser]:
    """Asked for last: Playwright's loop in this thread keeps Django from the database while it runs."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def visit(browser: Browser, address: str, found: list[Place], lang: str, scheme: str) -> Iterator[tuple[Place, Page]]:
    """Each page in turn, in a browser that is its reader's."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, color_scheme="dark" if scheme == "dark" else "light", bypass_csp=True
    )
    page = context.new_page()
    for place in found:
        context.clear_cookies()
        if place.session:
            context.add_cookies([{"name": "sessionid", "value": place.session, "url": address}])
        prefix = "/en" if lang == "en" and not place.route.startswith("hakiki/nje") else ""
        answer = page.goto(f"{address}{prefix}{place.path}")
        assert answer is not None
        assert answer.status == 200, f"{place.path}: {answer.status}"
        assert page.url == f"{address}{prefix}{place.path}", f"{place.path} led to {page.url}"
        yield place, page


def on_paper(page: Page) -> list[str]:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 less its margins at 96 dots an inch
    cut = list(page.evaluate(CUT))
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 360, "height": 740})
    return [f"cut off on paper: {one}" for one in cut]


def test_every_page_is_for_everybody(walk: tuple[str, list[Place], dict[str, str]], chromium: Browser) -> None:
    address, found, missing = walk
    assert len({place.route for place in found}) > 45
    new = [f"{route}: {why}" for route, why in missing.items()]
    assert not new, "give each an object in the scene or in journeys/places.py PREPARED:\n" + "\n".join(new)
    faults = {}
    for turn, (lang, scheme) in enumerate(WAYS):
        for place, page in visit(chromium, address, found if ALL else found[turn::2], lang, scheme):
            heard = [] if place.route == "hakiki/nje.html" else page.evaluate(HEARD)
            said = [*axe(page), *wide(page), *on_paper(page), *heard]
            if said:
                faults[f"{place.route} {lang}"] = said
    assert not faults, "\n".join(f"{where}: {one}" for where, said in faults.items() for one in said)
