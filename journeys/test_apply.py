"""Asha applies for a licence on a small phone without script, stops, goes on from another, tracks it, takes it back."""

import re

import pytest
from playwright.sync_api import Browser

from journeys.asha import PHONE, Asha, a_phone

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]

RING = "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.outlineWidth }"
WORDS = {
    "sw": {
        "search": "leseni", "saved": "Majibu yako yamehifadhiwa", "check": "Hakiki majibu yako", "at": "Uhakiki",
        "received": "Ombi lako limepokelewa", "withdrawn": "Uliondoa ombi hili", "again": "Jibu lako limeleta swali",
        "part": "Sehemu ya 2 kati ya 3", "change": "Badilisha", "branch": "Tawi la sokoni",
    },
    "en": {
        "search": "licence", "saved": "Your answers were saved", "check": "Check your answers", "at": "Checking",
        "received": "Your application is received", "withdrawn": "You withdrew", "again": "brings another question",
        "part": "Part 2 of 3", "change": "Change", "branch": "Tawi la sokoni",
    },
}  # fmt: skip


@pytest.mark.parametrize("lang", ["sw", "en"])
def test_from_home_to_receipt_and_back(country: str, chromium: Browser, lang: str) -> None:
    says = WORDS[lang]
    asha = Asha(a_phone(chromium), country, lang)
    page = asha.page
    asha.go("/")
    page.fill("[name=q]", says["search"])
    page.click(".find button")
    page.click(".list a >> nth=0")
    assert "TZS" in page.inner_text(".facts")
    asha.press()
    draft = page.url.rsplit("/", 2)[0] + "/"
    assert page.locator(".saved").count() == 0, "nothing is saved yet, and nobody says so"
    asha.applicant()
    assert says["part"] in page.inner_text(".step")
    assert says["saved"] in page.inner_text(".saved")
    code = re.search(r"\d{4} \d{4} \d{4}", page.inner_text(".saved"))
    assert code

    asha.page.context.close()
    asha = Asha(a_phone(chromium), country, lang)
    page = asha.page
    asha.go("/endelea/")
    page.fill("[name=resume]", code[0])
    asha.press()
    page.click(".list a >> nth=0")
    assert asha.path.endswith("/business/"), "where she stopped"
    asha.business()
    asha.premises()
    assert page.inner_text("h1") == says["check"]
    assert says["branch"] in page.inner_text("main")
    page.click(f"text={says['change']} >> nth=0")
    page.fill("[name=full_name]", "Asha Juma Ali")
    asha.press()
    page.goto(draft + "hakiki/")
    assert "Asha Juma Ali" in page.inner_text("main")
    reference = asha.submit()
    assert page.inner_text("h1") == says["received"]
    assert re.fullmatch(r"10\d{14}", reference)
    page.go_back()
    assert says["received"] in page.inner_text("main"), "the way back leads to no second case"

    other = Asha(a_phone(chromium), country, lang)
    other.go("/fuatilia/")
    other.page.fill("[name=reference]", " ".join(reference[i : i + 4] for i in range(0, 16, 4)))
    other.press()
    assert says["at"] in other.page.inner_text("h1")
    assert "Asha" not in other.page.inner_text("main"), "the number alone shows the stage only"
    other.page.fill("[name=phone]", PHONE)
    other.press()
    sent = other.page.request.get(f"{country}/demo/outbox.json?to=%2B255700000001").json()
    texts = [one["text"] for one in (sent["messages"] if isinstance(sent, dict) else sent)]
    assert any(reference in text for text in texts), "the number came by SMS too"
    otp = next(found[0] for text in reversed(texts) if (found := re.search(r"\b\d{6}\b", text)))
    other.page.fill("[name=code]", otp)
    other.press()

    page.goto(page.url.replace("imepokelewa/", ""))
    page.click("a[href$='/ondoa/']")
    assert page.locator("main form button").count() == 1, "it is asked before it is done"
    asha.press()
    assert says["withdrawn"] in page.inner_text("h1")


def test_the_whole_way_by_keyboard(country: str, chromium: Browser) -> None:
    """No pointer: Tab, Space, arrows, Enter; the ring of focus is seen on each thing that is reached."""
    page = a_phone(chromium, script=True)
    page.goto(f"{country}/huduma/mfano/introduction-letter/")

    def tab_to(wanted: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            ring = (
                "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.outlineWidth }"
            )
            assert page.evaluate(ring) == "solid3px", "focus is seen"
            if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
                return
        raise AssertionError(f"Tab never reached {wanted}")

    def enter() -> None:
        with page.expect_navigation():
            page.keyboard.press("Enter")

    def answer(name: str, text: str) -> None:
        tab_to(f"[name='{name}']")
        page.keyboard.type(text)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to("main form .btn")
    enter()
    page.wait_for_url("**/person/")
    answer("full_name", "Asha Juma")
    tab_to("[name='has_nin']")
    page.keyboard.press("Space")
    enter()
    answer("nin", "19000101000000000001")
    enter()
    page.wait_for_url("**/home/")
    answer("place__text", "sekei")
    answer("street", "Mtaa wa kwanza")
    answer("lived_years", "3")
    enter()
    page.wait_for_url("**/letter/")
    for name in ("office", "purpose"):
        tab_to(f"[name='{name}']")
        page.keyboard.press("Space")
    answer("recipient", "Benki")
    tab_to("main .acts .btn")
    enter()
    page.wait_for_url("**/hakiki/")
    tab_to("main form .btn")
    enter()
    page.wait_for_url("**/imepokelewa/")
    assert "Ombi lako limepokelewa" in page.inner_text("h1")
