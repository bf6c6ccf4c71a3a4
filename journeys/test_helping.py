"""An officer serves a queue with keys alone, without script: phone, code, answers, read back, receipt, next."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connections, transaction
from django.test import Client
from playwright.sync_api import Browser, Page

from journeys.asha import a_file
from journeys.test_committee import find, key
from jumuishi.cases.helping.tests.conftest import code, sms
from jumuishi.identity import testing

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
PHONE = "700000001"
LICENCE = "Leseni ya biashara (Kundi B)"
ANSWERS = {
    "nin": "19000101000000000001", "full_name": "Asha Juma", "tin": "100100100", "business_name": "Mgahawa wa Asha",
    "years": "2", "place__text": "Sekei",
}  # fmt: skip
T = TypeVar("T")


def aside(ask: Callable[[], T]) -> T:
    """Ask the database in a thread of its own: Playwright's loop keeps Django from it in this one."""

    def run() -> T:
        try:
            with transaction.atomic():
                return ask()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.fixture
def keys(country: str) -> dict[str, str]:
    """The address, and the sessions of those who act."""
    asha = Client(SERVER_NAME="127.0.0.1")
    with transaction.atomic():
        testing.sign_in(asha, testing.citizen(f"0{PHONE}", "Asha Juma"))
        juma = key(find("mfano", "Juma"))
    return {"at": country, "asha": str(asha.cookies["sessionid"].value), "juma": juma}


@pytest.fixture
def enter(keys: dict[str, str], chromium: Browser) -> Callable[..., Page]:
    """A browser without script of somebody who is signed in."""

    def open_one(who: str, width: int = 1200) -> Page:
        context = chromium.new_context(
            base_url=keys["at"], java_script_enabled=False, viewport={"width": width, "height": 800}
        )
        context.add_cookies([{"name": "sessionid", "value": keys[who], "url": keys["at"]}])
        return context.new_page()

    return open_one


def weight(page: Page) -> float:
    """The compressed kilobytes that the page says it took."""
    found = re.search(r"KB ([\d.]+)", page.inner_text("footer"))
    assert found is not None
    return float(found[1])


def focused(page: Page, selector: str) -> Any:
    """The place where what is typed goes, without a key being pressed to get there."""
    return page.wait_for_selector(f"{selector}:focus", timeout=5000)


def test_a_queue_is_served_with_keys_alone(enter: Callable[..., Page]) -> None:
    juma, asha = enter("juma"), enter("asha", 360)
    juma.goto("/ofisi/kaunta/")
    assert focused(juma, "#i-phone")
    weights = [weight(juma)]
    juma.keyboard.type(f"0{PHONE}")
    juma.keyboard.press("Tab")
    juma.keyboard.type("Leseni ya b")
    juma.keyboard.press("Shift+Tab")
    juma.keyboard.press("Enter")
    assert focused(juma, "#i-code"), juma.inner_text("main")
    weights.append(weight(juma))
    juma.keyboard.type(aside(lambda: code(PHONE)))
    juma.keyboard.press("Enter")
    juma.wait_for_url("**/jaza/")
    assert LICENCE in juma.inner_text("h1")
    weights.append(weight(juma))
    # A kind of business brings a question of its own: the second round has it.
    for turn in range(3):
        for name, value in ANSWERS.items():
            juma.fill(f"[name={name}]", value)
        juma.check("[name=sector][value=food]")
        if turn:
            juma.fill("[name=food_handlers]", "3")
        else:
            for name in ("tax_clearance", "registration", "lease"):
                if juma.locator(f"[name={name}]").count():
                    juma.set_input_files(f"[name={name}]", [a_file("hati.pdf")])  # type: ignore[list-item]
        juma.locator("[name=years]").press("Enter")
        juma.wait_for_load_state()
        if juma.url.endswith("/hakiki/"):
            break
    said = juma.inner_text("main")
    assert "Mgahawa wa Asha" in said, said
    weights.append(weight(juma))
    juma.wait_for_selector("main .btn:focus")
    juma.keyboard.press("Enter")
    juma.wait_for_url("**/risiti/")
    reference = juma.inner_text(".ref").replace(" ", "").replace("\n", "")
    weights.append(weight(juma))
    assert any(reference in text for text in aside(lambda: sms(PHONE))), "the owner's phone has the receipt"
    slip = juma.url
    juma.wait_for_selector("main .btn:focus")
    # Next: the consent ends with the visit, and the same service is chosen again.
    juma.keyboard.press("Enter")
    assert focused(juma, "#i-phone")
    assert juma.locator("#i-offering option:checked").inner_text() == LICENCE
    answer = juma.goto(slip)
    assert answer is not None
    assert answer.status == 404
    asha.goto("/maombi/wasaidizi/")
    assert "Msaidizi amemaliza" in asha.inner_text("main")
    asha.get_by_role("link", name="Juma").click()
    assert "Alituma ombi" in asha.inner_text("main")
    assert max(weights) < 14, weights


def test_the_owner_stops_a_relative_on_a_phone(enter: Callable[..., Page], keys: dict[str, str]) -> None:
    """Asha helps her grandmother, who stops her; what was open in Asha's browser is closed."""
    asha = enter("asha", 360)
    asha.goto("/huduma/mfano/business-licence/")
    asha.get_by_role("link", name="Omba kwa niaba ya mtu mwingine").click()
    asha.fill("[name=phone]", "0700 000 002")
    asha.check("[name=kind][value=relative]")
    asha.get_by_role("button", name="Tuma msimbo").last.click()
    asha.fill("[name=code]", aside(lambda: code("700000002")))
    asha.keyboard.press("Enter")
    asha.get_by_role("button", name="Anza ombi").click()
    draft = asha.url
    assert "/omba/rasimu/" in draft

    def sign_in() -> str:
        bibi = Client(SERVER_NAME="127.0.0.1")
        testing.sign_in(bibi, testing.citizen("0700 000 002"))
        return str(bibi.cookies["sessionid"].value)

    keys["bibi"] = aside(sign_in)
    bibi = enter("bibi", 360)
    bibi.goto("/maombi/wasaidizi/")
    bibi.get_by_role("link", name="Asha Juma").click()
    bibi.get_by_role("button", name="Msitishe sasa").click()
    assert "Amesitishwa" in bibi.inner_text("main")
    answer = asha.goto(draft)
    assert answer is not None
    assert answer.status == 404
