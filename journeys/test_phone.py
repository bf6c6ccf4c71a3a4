"""Asha applies from a phone of any age; the line drops, the machine starts anew, and she goes on where she was."""

import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bench._installation import Installed, installation
from journeys.asha import CHROMIUM, FLAGS, a_phone
from journeys.handset import handset

pytestmark = [pytest.mark.database, pytest.mark.slow]
PHONE = "+255700000061"


@pytest.fixture(scope="module")
def house() -> Iterator[Installed]:
    with installation(web_workers=1) as found:
        yield found


def sms(house: Installed, phone: str) -> list[str]:
    kept = httpx.get(f"{house.address}demo/outbox.json", params={"to": phone}, timeout=30, trust_env=False).json()
    return [one["text"] for one in kept["messages"]]


def test_the_line_drops_and_the_machine_starts_anew(house: Installed) -> None:
    asha = handset(house.address, PHONE)
    asha.dial()
    for words in ("Omba huduma", "Barua ya utambulisho", "Halmashauri ya Wilaya ya Mfano", "Anza"):
        asha.choose(words)
    question = asha.type("Asha Juma")
    assert house.process is not None
    house.process.send_signal(signal.SIGTERM)
    house.process.wait(30)
    house.start()
    asha = handset(house.address, PHONE)
    assert asha.dial().startswith("Ulikatika")
    asha.choose("Endelea ulipoishia")
    asha.choose("Nitumie namba")
    code = re.findall(r"\b\d{6}\b", sms(house, PHONE)[-1])[-1]
    asha.type(code, "2580", "2580")
    assert asha.screen == question
    asha.type("2", "01011990", "Sekei", "Sokoni", "99", "4", "1", "1", "Benki ya Mfano")
    asha.choose("Wasilisha")
    assert asha.is_over
    number = "".join(re.findall(r"\d{4}", asha.screen)[:4])
    baraka = handset(house.address, "+255700000062")
    baraka.dial()
    baraka.choose("Fuatilia ombi")
    assert "Ombi lako liko kwenye" in baraka.type(number)


def test_a_callback_that_comes_four_times_at_once_is_one_answer(house: Installed) -> None:
    asha = handset(house.address, "+255700000064")
    asha.dial()
    for words in ("Omba huduma", "Barua ya utambulisho", "Halmashauri ya Wilaya ya Mfano", "Anza"):
        asha.choose(words)
    asha.type("Asha Juma", "2", "01011990", "Sekei", "Sokoni", "99", "4", "1", "1", "Benki ya Mfano")
    form = {
        "sessionId": asha.session, "phoneNumber": asha.phone, "networkCode": "99999", "serviceCode": "*152*00#",
        "text": f"{asha.text}*1",
    }  # fmt: skip
    with ThreadPoolExecutor(4) as hands:
        said = set(hands.map(asha.post, [form] * 4))
    assert len(said) == 1
    assert said.pop().startswith("END Limepokelewa.")
    with psycopg.connect(house.database(), autocommit=True) as conn:
        assert conn.execute("SELECT count(*) FROM cases_case WHERE phone = %s", [asha.phone]).fetchone() == (1,)


def press(page: Page, words: str) -> str:
    page.click(f"#simu button:has-text('{words}'):not(.hide)")
    return page.inner_text("#simu pre")


@pytest.mark.browser
def test_the_demonstrations_phone_by_its_keys_without_script(house: Installed, browser: Browser) -> None:
    page = a_phone(browser)
    page.goto(f"{house.address}demo/")
    page.fill("#simu-number", "0700000063")
    assert press(page, "Piga *152*00#").startswith("JUMUISHI\n1. Omba huduma")
    page.click("#simu .keys button[value='4']")
    assert page.input_value("#simu-typed") == "4"
    assert press(page, "Tuma").startswith("Andika namba ya hati")
    page.fill("#simu-typed", "0")
    page.press("#simu-typed", "Enter")
    assert page.inner_text("#simu pre").startswith("JUMUISHI")
    page.click("#simu .keys button[value='4']")
    press(page, "Futa")
    assert page.input_value("#simu-typed") == ""
    assert press(page, "Kata").startswith("Simu yoyote")
    page.context.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()
