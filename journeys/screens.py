"""The pictures in docs/screens/, made anew from a running demonstration: `python -m journeys.screens ADDRESS`.

Walks through one licence as the citizen, then looks at the officers' pages as the trade officer of the council.
"""

import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from journeys.asha import CHROMIUM, FLAGS, SERVICE, Asha, a_phone

FOLDER = Path(__file__).resolve().parents[1] / "docs/screens"
PHONE_HEIGHT, DESK = 740, 1200


def shoot(page: Page, name: str, *, wide: bool = False) -> None:
    """The whole page on a phone; the first screen of a desk as well where asked."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    if wide:
        page.set_viewport_size({"width": DESK, "height": 800})
        page.screenshot(path=FOLDER / f"{name}-desk.png")
        page.set_viewport_size({"width": 360, "height": PHONE_HEIGHT})


def citizen(asha: Asha) -> str:
    """The pages of one application; returns its reference."""
    page = asha.page
    asha.go("/")
    shoot(page, "01-home", wide=True)
    asha.go(SERVICE)
    shoot(page, "02-service", wide=True)
    asha.begin()
    asha.applicant()
    shoot(page, "03-questions")
    asha.press()
    shoot(page, "04-questions-mistaken")
    asha.business()
    asha.premises()
    shoot(page, "05-summary")
    reference = asha.submit()
    shoot(page, "06-receipt", wide=True)
    page.click("main .acts a >> nth=0")
    shoot(page, "07-case")
    asha.go("/fuatilia/")
    page.fill("[name=reference]", reference)
    asha.press()
    shoot(page, "08-tracked")
    return reference


def officer(page: Page, at: str, reference: str) -> None:
    """The inbox and the case, with the accounts that the demonstration shows."""
    page.goto(f"{at}/demo/")
    name = "juma@mfano.example"
    card = page.locator("tr, li", has_text=name).first
    password = re.search(r"Nywila: (\S+)", card.inner_text())
    assert password, "the demonstration shows who can sign in"
    page.goto(f"{at}/ofisi/ingia/")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password[1])
    page.click("main form .btn >> nth=0")
    other = page.context.new_page()
    other.goto(f"{at}/demo/")
    code = re.search(
        r"\b\d{3} ?\d{3}\b", other.locator("tr, li", has_text=name).first.inner_text().split(password[1])[1]
    )
    other.close()
    assert code, "and the code of this minute"
    page.fill("[name=factor]", code[0])
    page.click("main form .btn >> nth=0")
    page.goto(f"{at}/ofisi/")
    if "wadhifa" in page.url:
        page.check("[name=post] >> nth=0")
        page.click("main form .btn >> nth=0")
        page.goto(f"{at}/ofisi/")
    page.set_viewport_size({"width": DESK, "height": 800})
    page.screenshot(path=FOLDER / "09-inbox-desk.png")
    grouped = " ".join(reference[i : i + 4] for i in range(0, 16, 4))
    page.locator("tr", has_text=grouped).locator("a").first.click()
    page.screenshot(path=FOLDER / "10-officer-case-desk.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": PHONE_HEIGHT})
    page.goto(f"{at}/ofisi/")
    shoot(page, "11-inbox")


def main(address: str) -> None:
    """Make all pictures."""
    at = address.rstrip("/")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        reference = citizen(Asha(a_phone(browser), at))
        officer(a_phone(browser, width=DESK), at, reference)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
