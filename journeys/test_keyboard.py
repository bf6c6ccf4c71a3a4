"""An officer with no pointer and no sight of the screen signs in, decides, hears errors; what a screen reader tells.

The trees in journeys/trees/ are what a screen reader is given of the main pages, read through by a person. After a
change that is meant: JUMUISHI_REVIEW=1 pytest journeys/test_keyboard.py, and read what changed.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, Page, sync_playwright

from journeys.asha import CHROMIUM, FLAGS
from journeys.conftest import serving
from journeys.places import Place, places
from journeys.test_every_page import visit
from jumuishi.project import demo_accounts
from jumuishi.project.tests.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
TREES = Path(__file__).parent / "trees"
MAIN = {
    "home": "", "service": "huduma/<slug:institution>/<slug:name>/", "sign-in": "ingia/", "track": "fuatilia/",
    "questions": "omba/rasimu/<uuid:draft_id>/<slug:page_id>/", "case": "maombi/<uuid:case_id>/",
    "receipt": "maombi/<uuid:case_id>/imepokelewa/", "verify": "hakiki/", "office-sign-in": "ofisi/ingia/",
    "inbox": "ofisi/", "office-case": "ofisi/ombi/<uuid:case_id>/",
}  # fmt: skip


@dataclass
class House:
    """A country in which things happened, served; and its pages."""

    address: str
    scene: Scene
    places: list[Place]


@pytest.fixture
def house(world: Any, committed_db: None, run_jobs: Callable[[], int]) -> Iterator[House]:
    with transaction.atomic():
        scene = Scene(run_jobs)
        found, _ = places(scene)
    with serving("127.0.0.1", SESSION_COOKIE_SECURE=False) as address:
        yield House(address, scene, found)


@pytest.fixture
def chromium(house: object) -> Iterator[Browser]:
    """Asked for last: Playwright's loop in this thread keeps Django from the database while it runs."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


class Hands:
    """Somebody at a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, wanted: str) -> None:
        """Tab until it is reached; whatever has the focus on the way is seen to have it."""
        for _ in range(90):
            self.page.keyboard.press("Tab")
            seen = self.page.evaluate(
                "() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();"
                " const there = r.bottom > 0 && r.top < innerHeight;"
                " return [s.outlineStyle + s.outlineWidth, there, e.outerHTML.slice(0, 90)] }"
            )
            if seen[2].startswith("<body"):
                continue  # past the last stop the browser begins anew
            assert seen[0] == "solid3px", f"the focus is not seen on {seen[2]}"
            assert seen[1], f"the focus is off the screen: {seen[2]}"
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
                return
        raise AssertionError(f"Tab never reached {wanted}")

    def types(self, wanted: str, text: str) -> None:
        self.to(wanted)
        self.page.keyboard.type(text)

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_an_officer_signs_in_and_decides_by_keyboard(house: House, chromium: Browser) -> None:
    page = chromium.new_context(viewport={"width": 1200, "height": 800}, bypass_csp=True).new_page()
    hands = Hands(page)
    account = next(one for one in demo_accounts.kept(Path(settings.JUMUISHI_CONFIG)) if one.name == "Juma")
    page.goto(f"{house.address}/ofisi/ingia/?next=/ofisi/ombi/{house.scene.running}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip", "the first stop leads past the head"
    hands.types("[name=name]", account.email)
    hands.types("[name=password]", "si-hii-kabisa")
    hands.enter()
    assert page.evaluate("document.activeElement.closest('.errs') !== null"), "an error is where the focus is"
    assert page.title().startswith("Makosa"), "and is the first thing that is said"
    page.fill("[name=name]", "")
    hands.types("[name=name]", account.email)
    hands.types("[name=password]", account.password)
    hands.enter()
    hands.types("[name=factor]", account.code(time.time()))
    hands.enter()
    assert page.url.endswith(f"/ofisi/ombi/{house.scene.running}/")
    hands.to("form[action$='tenda/'] [name=act]")
    page.keyboard.press("Space")
    chosen = page.evaluate("document.querySelector('[name=act]:checked').value")
    for _ in range(6):
        if chosen == "forward":
            break
        page.keyboard.press("ArrowDown")
        chosen = page.evaluate("document.querySelector('[name=act]:checked').value")
    assert chosen == "forward"
    hands.types("form[action$='tenda/'] textarea[name=text]", "Sawa kabisa")
    hands.to("form[action$='tenda/'] > button.btn.full")
    hands.enter()
    assert "done=1" in page.url, page.inner_text("main")
    assert page.locator("[role=status], .saved").count() > 0, "what was done is said"


def test_the_main_pages_are_told_as_they_were_read(house: House, chromium: Browser) -> None:
    # The first place of a route: what is told there hangs on no hour of the day.
    by_route = {place.route: place for place in reversed(house.places)}
    different = []
    for name, route in MAIN.items():
        for _, page in visit(chromium, house.address, [by_route[route]], "sw", "light"):
            told = plain(page.locator("body").aria_snapshot())
            kept = TREES / f"{name}.yaml"
            if os.environ.get("JUMUISHI_REVIEW"):
                TREES.mkdir(exist_ok=True)
                kept.write_text(told)
            elif kept.read_text() != told:
                different.append(f"{name}:\n" + changed(kept.read_text(), told))
    assert not different, "\n".join(different)


DAYS = "Jumatatu|Jumanne|Jumatano|Alhamisi|Ijumaa|Jumamosi|Jumapili"
MONTHS = "Januari|Februari|Machi|Aprili|Mei|Juni|Julai|Agosti|Septemba|Oktoba|Novemba|Desemba"


def plain(tree: str) -> str:
    """Without what is another each time: addresses, numbers, days."""
    text = "\n".join(line for line in tree.splitlines() if "/url:" not in line)
    for pattern, word in (
        (rf"({DAYS}|{MONTHS})", "SIKU"), (r"\b(asubuhi|mchana|jioni|usiku|alfajiri|leo|kesho|jana)\b", "WAKATI"),
        (r"(\b[0-9a-f]{2,4}\b ?){8,}", "ALAMA"), (r"(?<!level=)\d[\d ,.:]*", "# "), (r" +\n", "\n"),
    ):  # fmt: skip
        text = re.sub(pattern, word, text)
    return text + "\n"


def changed(before: str, now: str) -> str:
    old, new = before.splitlines(), now.splitlines()
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    return "\n".join([f"- {one}" for one in gone[:12]] + [f"+ {one}" for one in come[:12]])
