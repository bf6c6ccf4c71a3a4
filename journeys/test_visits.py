"""An officer asks for a visit, Asha chooses an hour on her phone without script, and stands on the day's list."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page

from journeys.test_committee import find, key, shot
from jumuishi.cases.tests.conftest import ANSWERS, begin, fill
from jumuishi.identity import testing

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
DESK = {"name": "Dawati la biashara", "place": "Chumba namba 4", "minutes": "60", "capacity": "2",
        "cutoff_hours": "12", "wait_days": "5", "ahead_days": "14"}  # fmt: skip


@pytest.fixture
def prepared(country: str) -> dict[str, Any]:
    """A case that waits for Juma, and the keys of those who act."""
    asha = Client(SERVER_NAME="127.0.0.1")
    with transaction.atomic():
        testing.sign_in(asha, testing.citizen("0700 000 001", "Asha Juma"))
        draft = begin(asha)
        fill(asha, draft, ANSWERS)
        at = asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})["Location"]
        keys = {name: key(find("mfano", name)) for name in ("Juma", "Neema")}
    case = re.findall(r"[0-9a-f-]{36}", at)[0]
    return {"address": country, "case": case, "asha": str(asha.cookies["sessionid"].value), **keys}


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


def test_a_visit_from_the_desk_to_the_days_list(prepared: dict[str, Any], walk: Callable[[str, int], Page]) -> None:
    neema, juma, asha = walk("Neema", 1200), walk("Juma", 1200), walk("asha", 360)
    neema.goto("/ofisi/miadi/madawati/")
    for name, value in DESK.items():
        neema.fill(f"[name={name}]", value)
    neema.check("[name=kind][value=office]")
    shot(neema, "desks")
    neema.get_by_role("button", name="Hifadhi dawati").click()
    assert "Dawati la biashara" in neema.inner_text("main")

    juma.goto(f"/ofisi/ombi/{prepared['case']}/")
    juma.locator("main").get_by_role("link", name="Miadi").click()
    juma.locator("label", has_text="Dawati la biashara").click()
    juma.fill("[name=what]", "Leta mkataba halisi wa pango.")
    shot(juma, "ask")
    juma.get_by_role("button", name="Omba miadi").click()
    assert "Inasubiri siku ichaguliwe" in juma.inner_text("main")

    asha.goto(f"/maombi/{prepared['case']}/")
    assert "Leta mkataba halisi wa pango." in asha.inner_text("main")
    shot(asha, "visit-case")
    asha.set_viewport_size({"width": 360, "height": 800})
    asha.get_by_role("link", name="Chagua siku na saa").click()
    assert asha.locator("[name=at]:checked").count() == 0
    shot(asha, "visit-choose")
    asha.locator("[name=at]").nth(3).check()
    asha.get_by_role("button", name="Hifadhi miadi").click()
    assert "Imepangwa" in asha.inner_text("main")
    assert "Badilisha miadi" in asha.inner_text("main")

    juma.goto(f"/ofisi/ombi/{prepared['case']}/miadi/")
    shot(juma, "visit-office")
    for _ in range(12):
        juma.goto("/ofisi/miadi/") if "/ofisi/miadi/" not in juma.url else juma.get_by_text("Siku inayofuata").click()
        if "Asha Juma" in juma.inner_text("main"):
            break
    assert "Leta mkataba halisi wa pango." in juma.inner_text("main")
    shot(juma, "day")
