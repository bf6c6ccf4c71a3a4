"""Ten people in a queue, on a desk's screen and on a phone's: served with keys alone, and each key is counted."""

from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from journeys.test_helping import aside, enter, focused, keys
from jumuishi.cases.helping.tests.conftest import code
from jumuishi.cases.models import Case
from jumuishi.kernel import tenancy

__all__ = ["enter", "keys"]
pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
LETTER = "Barua ya utambulisho"
PEOPLE = 10
# What is typed; of what is picked, the value that the arrows stop at.
TYPED = {
    "full_name": "Asha Juma", "born_on": "01011990",
    "place__text": "Sekei", "street": "Sokoni", "lived_years": "4", "recipient": "Benki ya Mfano",
}  # fmt: skip
PICKED = {"has_nin": "false", "office": "street", "purpose": "bank"}
# Keys that are no answers, and pages, for one person: more than these and the queue grows.
MOST_KEYS, MOST_PAGES = 31, 6
WHERE = """() => { const e = document.activeElement;
  return [e.tagName, e.name || "", e.type || "", e.value || "", !!e.checked] }"""


class Keyboard:
    """Keys pressed and pages come to; what an answer is made of is not counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed, self.pages = page, Counter[str](), 0
        # What each page said where the questions were asked: why one was asked twice.
        self.again: list[str] = []

    def press(self, key: str) -> None:
        self.pressed[key] += 1
        self.page.keyboard.press(key)

    def enter(self, at: str) -> None:
        """Enter, and the page that it leads to."""
        with self.page.expect_navigation(url=at):
            self.press("Enter")
        self.pages += 1

    def type(self, words: str) -> None:
        """An answer; typed again if it did not come: a browser drops keys until the page is painted."""
        for _ in range(20):
            self.page.keyboard.type(words)
            if self.page.evaluate(WHERE)[3]:
                return
            self.page.wait_for_timeout(200)
        raise AssertionError(f"{words} is never taken")

    def fill(self) -> None:
        """From the first question on, each with Tab to the next, until the button has the focus."""
        for _ in range(60):
            tag, name, kind, value, checked = self.page.evaluate(WHERE)
            if tag == "BUTTON" and not name:
                return
            if kind == "radio" and name in PICKED:
                for _ in range(12):
                    if value == PICKED[name] and checked:
                        break
                    self.press("Space" if value == PICKED[name] else "ArrowDown")
                    _, _, _, value, checked = self.page.evaluate(WHERE)
            elif name in TYPED and not value:
                self.type(TYPED[name])
            elif tag == "SELECT" and name in PICKED:
                self.page.keyboard.type(PICKED[name])
            self.press("Tab")
        raise AssertionError("the button was never reached")


def serve(juma: Page, phone: str, *, is_first: bool) -> Keyboard:
    """One person, from the number to the receipt and the next one."""
    juma.set_default_timeout(20_000)
    hands = Keyboard(juma)
    assert focused(juma, "#i-phone")
    juma.keyboard.type(f"0{phone}")
    if is_first:
        hands.press("Tab")
        juma.keyboard.type(LETTER[:12])
        hands.press("Shift+Tab")
    hands.enter("**/kaunta/*/")
    assert focused(juma, "#i-code"), juma.inner_text("main")
    juma.keyboard.type(aside(lambda: code(phone)))
    hands.enter("**/jaza/")
    for _ in range(3):
        hands.again.append(" ".join(juma.locator(".errs").all_inner_texts()))
        hands.fill()
        hands.enter("**/kaunta/**")
        if juma.url.endswith("/hakiki/"):
            break
    assert juma.url.endswith("/hakiki/"), juma.inner_text("main")
    assert focused(juma, "main .btn")
    hands.enter("**/risiti/")
    assert focused(juma, "main .btn")
    hands.enter("**/kaunta/**")
    return hands


@pytest.mark.parametrize("width", [360, 1200])
def test_ten_people_are_served_with_few_keys(enter: Callable[..., Page], width: int) -> None:
    juma = enter("juma", width)
    juma.goto("/ofisi/kaunta/")
    served = [serve(juma, f"7000{n:02}001", is_first=n == 0) for n in range(PEOPLE)]
    keys_of = [sum(one.pressed.values()) for one in served]
    assert juma.locator("#i-offering option:checked").inner_text() == LETTER, "the same service is chosen again"

    def sent() -> int:
        with tenancy.acting_as(tenancy.Principal.system()):
            return Case.objects.filter(door="counter").values("person_id").distinct().count()

    assert aside(sent) == PEOPLE
    assert max(keys_of) <= MOST_KEYS, [(one.pressed, one.again) for one in served]
    assert max(one.pages for one in served) <= MOST_PAGES
