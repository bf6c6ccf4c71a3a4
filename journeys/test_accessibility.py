"""Every page type of a citizen: axe finds nothing, text at 200% needs no sideways scroll, targets fit a thumb."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from journeys.asha import SERVICE, Asha, a_phone

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RUN = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
  .then(found => found.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).slice(0, 3).join(" | ")))"""
# Controls outside running text that are lower or narrower than 44 px; what is not shown is left out.
SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
  .filter(e => !e.closest(".hide, .skip") && e.getClientRects().length)
  .filter(e => !(e.tagName === "A" && getComputedStyle(e).display === "inline"))
  .filter(e => { const t = e.matches("[type=radio], [type=checkbox]") ? e.closest("label") : e;
                 const r = t.getBoundingClientRect(); return r.height < 43.5 || r.width < 43.5 })
  .map(e => e.outerHTML.slice(0, 160))"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def walk(asha: Asha) -> Iterator[str]:
    """Each page type in turn; its name."""
    page, case_path = asha.page, ""
    for name, path in (
        ("home", "/"), ("list", "/huduma/"), ("nothing found", "/huduma/?q=xyzzy"), ("service", SERVICE),
        ("sign in", "/ingia/"), ("go on", "/endelea/"), ("track", "/fuatilia/"), ("verify", "/hakiki/"),
        ("institutions", "/taasisi/"), ("institution", "/taasisi/mfano/"), ("join", "/taasisi/jiunge/"),
        ("no such page", "/hapana/"),
    ):  # fmt: skip
        asha.go(path)
        yield name
    asha.go("/ingia/")
    asha.press()
    yield "sign in, mistaken"
    page.fill("main [name=phone]", "0700 000 002")
    asha.press()
    yield "code"
    asha.go("/fuatilia/")
    asha.press()
    yield "track, mistaken"
    asha.begin()
    yield "questions"
    asha.press()
    yield "questions, mistaken"
    asha.applicant()
    asha.business()
    page.fill("[name=place__text]", "se")
    page.click("button[name=find] >> nth=0")
    page.click("button[name=add]")
    yield "places, a group"
    page.click("button[name=remove]")
    asha.premises()
    yield "summary"
    asha.go("/maombi/")
    yield "mine, begun"
    page.click("a[href$='/futa/']")
    yield "throw away"
    page.go_back()
    page.click(".list a >> nth=0")
    reference = asha.submit()
    yield "receipt"
    case_path = asha.path.removeprefix("/en").replace("imepokelewa/", "")
    asha.go(case_path)
    yield "case"
    asha.go(f"{case_path}ondoa/")
    yield "withdraw"
    asha.go("/maombi/")
    yield "mine"
    asha.go("/fuatilia/")
    page.fill("[name=reference]", reference)
    asha.press()
    yield "tracked"


def axe(page: Page) -> list[str]:
    page.wait_for_load_state("networkidle")  # a page that was kept is read anew once its answers are there
    page.evaluate(AXE)
    return list(page.evaluate(RUN))


def small(page: Page) -> list[str]:
    return list(page.evaluate(SMALL))


def wide(page: Page) -> list[str]:
    """Sideways scroll at 360 px with text at 200%, and at 320 px."""
    found = []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if (over := page.evaluate(WIDE)) > 0:
        found.append(f"{over} px too wide at 200%")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 320, "height": 740})
    if (over := page.evaluate(WIDE)) > 0:
        found.append(f"{over} px too wide at 320 px")
    page.set_viewport_size({"width": 360, "height": 740})
    return found


def gather(asha: Asha, *checks: Callable[[Page], list[str]]) -> dict[str, list[str]]:
    found: dict[str, Any] = {}
    names = []
    for name in walk(asha):
        names.append(name)
        faults = [fault for check in checks for fault in check(asha.page)]
        if faults:
            found[name] = faults
    assert len(names) == 26, names
    return found


@pytest.mark.parametrize(("lang", "scheme"), [("sw", "light"), ("en", "dark")])
def test_every_page_for_everybody(country: str, chromium: Browser, lang: str, scheme: str) -> None:
    asha = Asha(a_phone(chromium, script=True, scheme=scheme), country, lang)
    assert gather(asha, axe, small, wide) == {}


@pytest.mark.parametrize(("lang", "scheme"), [("sw", "dark"), ("en", "light")])
def test_every_page_in_the_other_colours(country: str, chromium: Browser, lang: str, scheme: str) -> None:
    asha = Asha(a_phone(chromium, script=True, scheme=scheme, width=1200), country, lang)
    assert gather(asha, axe) == {}
