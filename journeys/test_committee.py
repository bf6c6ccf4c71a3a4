"""A committee sits: its secretary calls, records and hands in, its chair confirms, the applicants read what became."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page

from jumuishi.cases.sittings.tests.conftest import ROLE, build
from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
SHOTS = os.environ.get("JUMUISHI_SHOTS", "")


def find(slug: str, name: str) -> Actor:
    home = institutions.institution_by_slug(slug)
    assert home is not None
    one = next(one for one in institutions.people_in(home.id) if one.name == name)
    return Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=name)


def key(actor: Actor) -> str:
    """A session of theirs, to be put into a browser."""
    client = Client()
    testing.sign_in(client, actor)
    return str(client.cookies["sessionid"].value)


@pytest.fixture
def prepared(country: str, tmp_path: Path) -> dict[str, Any]:
    """Three cases before the committee, and the keys of those who act; made before the browser starts."""
    asha = Client(SERVER_NAME="127.0.0.1")
    with transaction.atomic():
        testing.sign_in(asha, testing.citizen("0700 000 001", "Asha Juma"))
        town = build(find, asha, tmp_path)
        cases = [str(town.case().id) for _ in range(3)]
        keys = {name: key(find("mfano", name)) for name in ("Stela", "Neema", "Mbarouk")}
    return {"address": country, "cases": cases, "asha": str(asha.cookies["sessionid"].value), **keys}


@pytest.fixture
def walk(prepared: dict[str, Any], chromium: Browser) -> Callable[[str], Page]:
    """A browser without script of somebody who is signed in."""

    def enter(who: str, width: int = 1200) -> Page:
        context = chromium.new_context(
            base_url=prepared["address"], java_script_enabled=False, viewport={"width": width, "height": 900}
        )
        context.add_cookies([{"name": "sessionid", "value": prepared[who], "url": prepared["address"]}])
        return context.new_page()

    return enter


def shot(page: Page, name: str) -> None:
    """A picture to look at, in both widths, where somebody asks for pictures."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-1200.png", full_page=True)
        page.set_viewport_size({"width": 360, "height": 740})
        page.screenshot(path=f"{SHOTS}/{name}-360.png", full_page=True)
        page.set_viewport_size({"width": 1200, "height": 900})


def test_a_sitting_with_three_cases(prepared: dict[str, Any], walk: Callable[[str], Page], database: Any) -> None:
    neema, stela, chair = walk("Neema"), walk("Stela"), walk("Mbarouk")
    neema.goto(f"/ofisi/vikao/kamati/{ROLE}/")
    assert "Haijawekwa" in neema.inner_text("main")
    shot(neema, "body")
    for name, value in (("quorum", "3"), ("notice_days", "0"), ("source", "Kanuni za mfano, kifungu cha 4")):
        neema.fill(f"[name={name}]", value)
    neema.check("[name=casting_vote][value=yes]")
    neema.fill("[name=checked_on]", "2026-11-01")
    neema.get_by_role("button", name="Hifadhi kanuni").click()
    assert "Kanuni za mfano, kifungu cha 4" in neema.inner_text("main")

    stela.goto("/ofisi/")
    stela.get_by_role("link", name="Vikao vya kamati").click()
    shot(stela, "list")
    stela.get_by_role("link", name="Panga kikao").click()
    stela.fill("[name=day]", (clock.now() + timedelta(days=1)).date().isoformat())
    stela.fill("[name=hour]", "10:00")
    stela.fill("[name=place]", "Ukumbi wa halmashauri")
    shot(stela, "new")
    stela.get_by_role("button", name="Panga kikao").click()
    assert "Ajenda (3)" in stela.inner_text("main")
    here = stela.url
    shot(stela, "planned")
    stela.get_by_role("button", name="Waarifu wajumbe").click()
    stela.get_by_role("button", name="Ndiyo: waarifu").click()
    assert "Wajumbe wamearifiwa" in stela.inner_text("main")
    stela.goto(f"{here}ajenda/")
    shot(stela, "agenda")
    # The day has come.
    with psycopg.connect(database.owner, autocommit=True) as rows:
        rows.execute("SELECT set_config('jumuishi.kind', 'system', false)")
        rows.execute("UPDATE cases_sitting SET starts_at = now() - interval '1 hour'")
    stela.goto(here)
    stela.get_by_role("link", name="Mahudhurio").click()
    for one in stela.locator("[name=present]").all():
        one.check()
    stela.locator("label", has_text="Mbarouk").locator("[name=chair]").check()
    shot(stela, "attendance")
    stela.get_by_role("button", name="Hifadhi mahudhurio").click()
    assert "Waliohudhuria 4 kati ya 4" in stela.inner_text("main")
    stela.get_by_role("link", name="Andika uamuzi").first.click()
    stela.check("[name=act][value=approve]")
    for name, value in (("for", "3"), ("against", "3"), ("abstained", "0")):
        stela.fill(f"[name={name}]", value)
    stela.get_by_role("button", name="Hifadhi uamuzi wa hoja").click()
    assert "Jumla ya kura hailingani" in stela.inner_text("[role=alert]")
    shot(stela, "item")
    stela.fill("[name=against]", "1")
    stela.get_by_role("button", name="Hifadhi uamuzi wa hoja").click()
    # On to the next: put off, with why.
    stela.check("[name=act][value=defer]")
    stela.fill("[name=text]", "Wajumbe wakaone eneo kwanza.")
    stela.get_by_role("button", name="Hifadhi uamuzi wa hoja").click()
    stela.check("[name=act][value=refuse]")
    stela.locator("label", has_text="Mariamu").locator("[name=interest]").check()
    stela.fill("[name=for]", "3")
    stela.fill("[name=text]", "Eneo hili si la biashara.")
    stela.get_by_role("button", name="Hifadhi uamuzi wa hoja").click()
    shot(stela, "recorded")
    stela.get_by_role("button", name="Peleka kwa aliyeongoza kikao").click()
    stela.get_by_role("button", name="Ndiyo: peleka").click()
    assert stela.get_by_role("link", name="Thibitisha kumbukumbu").count() == 0

    chair.goto(here)
    chair.get_by_role("link", name="Thibitisha kumbukumbu").click()
    assert "Kumbukumbu hii ni sahihi?" in chair.inner_text("h1")
    assert "Mariamu alitangaza maslahi" in chair.inner_text("main")
    shot(chair, "confirm")
    chair.get_by_role("button", name="Ndiyo: thibitisha hoja 3").click()
    said = chair.inner_text("main")
    assert "Kumbukumbu imethibitishwa" in said
    assert said.count("Imeamuliwa na imeingizwa kwenye ombi") == 2
    shot(chair, "confirmed")
    chair.get_by_role("link", name="Muhtasari").click()
    assert "Ndiyo 3, Hapana 1, Wamejizuia 0" in chair.inner_text("main")
    shot(chair, "minutes")

    asha = walk("asha")
    pages = []
    for case in prepared["cases"]:
        asha.goto(f"/maombi/{case}/")
        pages.append(asha.inner_text("main"))
    assert sum("Wajumbe wakaone eneo kwanza." in one for one in pages) == 1
    assert sum("Kata rufaa" in one for one in pages) == 1
    shot(asha, "case")
    asha.get_by_role("link", name="Uamuzi wa kamati kuhusu ombi lako").click()
    assert "Kamati ya Leseni" in asha.inner_text("main")
    shot(asha, "extract")
