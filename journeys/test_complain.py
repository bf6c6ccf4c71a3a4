"""Somebody complains without a name, on a small phone without script, and reads the answer with number and code."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from journeys.asha import CHROMIUM, FLAGS, SERVICE, a_phone
from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
WORDS = "Nilisubiri saa nne bila kuhudumiwa"


@pytest.fixture
def zawadi(country: str) -> str:
    """The session of Mfano's complaints officer."""
    client = Client()
    with transaction.atomic():
        home = institutions.institution_by_slug("mfano")
        assert home is not None
        one = next(one for one in institutions.people_in(home.id) if one.name == "Zawadi")
        actor = Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=one.name)
        testing.sign_in(client, actor)
    return client.cookies["sessionid"].value


@pytest.fixture
def chromium(zawadi: str) -> Iterator[Browser]:
    """Asked for last: Playwright's loop in this thread keeps Django from the database while it runs."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def test_a_complaint_without_a_name_from_the_service_to_the_answer(
    country: str, zawadi: str, chromium: Browser
) -> None:
    page = a_phone(chromium)
    page.goto(f"{country}{SERVICE}")
    page.click("a[href*='/mrejesho/?taasisi=mfano']")
    assert page.input_value("[name=service]") == "business-licence"
    page.fill("[name=text]", WORDS)
    page.click("main .acts .btn")
    assert page.input_value("[name=text]") == WORDS, "an error loses nothing"
    page.check("[value=complaint]")
    page.check("[value=code]")
    page.click("main .acts .btn")
    number, code = (page.input_value(f"[name={name}] >> nth=0") for name in ("number", "code"))
    assert re.fullmatch(r"\d{16}", number)
    assert not [one for one in page.context.cookies() if one["name"] == "sessionid"], "no session was begun"

    desk = a_phone(chromium)
    desk.context.add_cookies([{"name": "sessionid", "value": zawadi, "url": country}])
    desk.goto(f"{country}/ofisi/mrejesho/")
    desk.click("table.work a.tap >> nth=0")
    assert WORDS in desk.inner_text("main")
    desk.check("[name=do][value=answered]")
    desk.fill("[name=text]", "Samahani, tumeongeza dirisha la pili")
    desk.click("#tenda .btn >> nth=0")

    later = a_phone(chromium)
    later.goto(f"{country}/mrejesho/fuatilia/")
    later.fill("[name=number]", number)
    later.fill("[name=code]", code)
    later.click("main .acts .btn")
    assert "tumeongeza dirisha la pili" in later.inner_text("main")
    later.check("[value=solved]")
    later.click("main .acts .btn")
    assert "imetatuliwa" in later.inner_text("main")
    later.goto(f"{country}/mrejesho/taasisi/mfano/")
    assert "1 kati ya 1" in later.inner_text("main")
    assert WORDS not in later.inner_text("main")
