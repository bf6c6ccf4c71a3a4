"""Asha types her number, answers what the register asks, and her name comes from there; it stands still: she is asked.

A whole installation with its gateway and the registers as processes of their own; her browser has no script.
"""

import csv
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bench._installation import Installed, installation
from journeys.asha import CHROMIUM, FLAGS, Asha, a_file, a_phone

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
with (Path(__file__).parents[1] / "registers/data/people.csv").open(encoding="utf-8", newline="") as lines:
    ASHA, JUMA, *_ = list(csv.DictReader(lines))
# By a word of the register's question, the column of its record that answers it.
KNOWS = {"mama": "mother", "baba": "father", "shule": "school", "kata": "birth_ward", "mwaka": "finished"}
REGISTER = "Rejesta ya vitambulisho vya taifa"


@pytest.fixture(scope="module")
def house() -> Iterator[Installed]:
    with installation(web_workers=1) as found:
        found.python("-m", "bench._scene", "registers")
        yield found


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def number(page: Page, nin: str) -> None:
    """The page of the applicant, as far as one gets without knowing the name."""
    page.fill("[name=nin]", nin)
    page.fill("[name=tin]", "100 100 100")
    page.set_input_files("[name=tax_clearance]", a_file("kodi.pdf"))


def answer(asha: Asha, words: str) -> None:
    asha.page.fill("[name=answer]", words)
    asha.press()


def right(page: Page) -> str:
    """What the record says to the question that stands there."""
    asked = page.inner_text("form").lower()
    return next(ASHA[column] for word, column in KNOWS.items() if word in asked)


def test_her_name_comes_from_the_register_and_goes_with_her_application(house: Installed, browser: Browser) -> None:
    asha = Asha(a_phone(browser), house.address.rstrip("/"))
    page = asha.page
    asha.begin()
    told = page.inner_text("main")
    assert f"tutaiuliza {REGISTER}" in told
    assert "Msingi: Sheria ya Leseni za Biashara" in told
    assert not page.locator("[name=full_name]").count(), "she is not asked what the register knows"
    number(page, ASHA["nin"])
    asha.press()
    assert "/swali/" in page.url
    answer(asha, "Sijui")
    assert "Jibu halikuwa sahihi" in page.inner_text("main")
    for _ in range(5):
        if "/swali/" not in page.url:
            break
        answer(asha, right(page))
    name = f"{ASHA['first_name']} {ASHA['middle_name']} {ASHA['last_name']}"
    if not asha.path.endswith("/business/"):
        said = page.inner_text("main")
        assert name in said
        assert re.search(rf"Kutoka {REGISTER}, .*\(leo\)\. Msingi: ", said)
        asha.press()
    asha.business()
    asha.premises()
    summary = page.inner_text("main")
    assert name in summary
    assert REGISTER in summary
    assert len(asha.submit()) == 16


def test_a_register_that_stands_still_is_told_and_she_is_asked(house: Installed, browser: Browser) -> None:
    asha = Asha(a_phone(browser), house.address.rstrip("/"))
    asha.begin()
    (register,) = house.processes("national-id")
    os.kill(register, signal.SIGSTOP)
    try:
        number(asha.page, JUMA["nin"])
        asha.press()
        assert f"{REGISTER} haikupatikana" in asha.page.inner_text("main")
        asha.page.fill("[name=full_name]", "Juma Mwenyewe")
        asha.press()
        assert asha.path.endswith("/business/")
    finally:
        os.kill(register, signal.SIGCONT)
