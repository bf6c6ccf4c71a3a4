"""A bank's system gets leave to ask the water authority's: from registering it to an agreement in force and the calls.

Four people of two institutions, without script; nothing is set up for them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page

from journeys.test_committee import find, key
from jumuishi.exchange.tests.desk import YAML

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
PEOPLE = {"Bakari": "maji-mfano", "Aisha": "maji-mfano", "Shabani": "benki-mfano"}
SYSTEMS = "/ofisi/mifumo/"


@pytest.fixture
def prepared(country: str) -> dict[str, Any]:
    """The keys of those who act."""
    with transaction.atomic():
        return {"address": country, **{name: key(find(slug, name)) for name, slug in PEOPLE.items()}}


@pytest.fixture
def walk(prepared: dict[str, Any], chromium: Browser) -> Callable[[str, int], Page]:
    """A browser without script of somebody who is signed in."""

    def enter(who: str, width: int) -> Page:
        context = chromium.new_context(
            base_url=prepared["address"], java_script_enabled=False, viewport={"width": width, "height": 800}
        )
        context.add_cookies([{"name": "sessionid", "value": prepared[who], "url": prepared["address"]}])
        return context.new_page()

    return enter


def register(page: Page, code: str, name: str, who: str) -> None:
    page.goto(SYSTEMS)
    for field, value in (("code", code), ("name", name), ("contact_name", who)):
        page.fill(f"[name={field}]", value)
    page.fill("[name=contact_email]", f"{who.lower()}@mfano.example")
    press(page, "Sajili")
    assert f"/{code}" in page.inner_text("main")


def press(page: Page, words: str) -> None:
    page.locator("main").get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str) -> None:
    page.locator("main").get_by_role("link", name=words).first.click()


def test_from_a_register_to_an_agreement_in_force(
    prepared: dict[str, Any], walk: Callable[[str, int], Page], tmp_path: Path
) -> None:
    bakari, aisha, shabani = walk("Bakari", 1200), walk("Aisha", 360), walk("Shabani", 1200)
    register(bakari, "wateja", "Daftari la wateja", "Bakari")
    follow(bakari, "Sajili huduma")
    for name, value in (("code", "customers"), ("title_sw", "Wateja wa maji"), ("url", "http://10.9.8.7/ndani")):
        bakari.fill(f"[name={name}]", value)
    press(bakari, "Sajili")
    file = tmp_path / "wateja.yaml"
    file.write_bytes(YAML.replace(b"summary: Mteja mmoja", b"summary: [Mteja"))
    bakari.set_input_files("[name=file]", file)
    press(bakari, "Pakia faili")
    assert "angalia mstari wa" in bakari.inner_text("main")
    file.write_bytes(YAML)
    bakari.set_input_files("[name=file]", file)
    press(bakari, "Pakia faili")
    assert "Anwani 2 za kuuliza" in bakari.inner_text("main")

    register(shabani, "mikopo", "Mikopo", "Shabani")
    press(shabani, "Tengeneza ufunguo")
    assert "jmx_" in shabani.inner_text("main")
    follow(shabani, "Tafuta huduma")
    shabani.fill("[name=q]", "wateja")
    press(shabani, "Tafuta")
    follow(shabani, "Wateja wa maji")
    assert "10.9.8.7" not in shabani.content()
    follow(shabani, "Jaribu")
    press(shabani, "Tuma")
    assert "19000101000000000001" in shabani.inner_text("main")
    shabani.locator("main .crumb a").click()
    follow(shabani, "Omba ruhusa")
    shabani.fill("[name=purpose_sw]", "Kuhakiki anuani ya mkopaji")
    shabani.fill("[name=purpose]", "hakiki-mkopo")
    shabani.locator("label", has_text="GET /wateja/{namba}").click()
    shabani.fill("[name=fields_wanted]", "anuani")
    press(shabani, "Tuma ombi")
    assert "Taja msingi wa kisheria" in shabani.inner_text("main")
    assert shabani.input_value("[name=purpose]") == "hakiki-mkopo", "what was typed stays"
    shabani.fill("[name=legal_basis]", "Mkataba wa 2026, kifungu 4")
    press(shabani, "Tuma ombi")
    assert "Yanasubiri uamuzi" in shabani.inner_text("main")

    aisha.goto(f"{SYSTEMS}makubaliano/?hali=waiting")
    follow(aisha, "Kuhakiki anuani ya mkopaji")
    said = aisha.inner_text("main")
    assert "GET /wateja/*" in said
    assert "Hakuna ombi lililofanywa kwa siku 31" in said
    press(aisha, "Kubali")
    assert "Yanatumika" in aisha.inner_text("main")

    shabani.reload()
    assert "Yanatumika" in shabani.inner_text("main")
    follow(shabani, "Mawasiliano ya mifumo")
    assert "Hakuna mawasiliano yaliyopatikana" in shabani.inner_text("main")
