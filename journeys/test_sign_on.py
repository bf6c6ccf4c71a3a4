"""Asha enters a system of the council by the sign-in here, in a real browser: her phone, her consent, and back there.

Chromium holds the redirects of a form to the page's own policy: no other client would notice that a way is closed.
"""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import override_settings
from playwright.sync_api import Browser, Page

from journeys.test_committee import find, key
from jumuishi.kernel import tenancy
from jumuishi.messaging.models import Message
from jumuishi.signon.tests.scene import Country, System

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
PHONE = "+255700000061"


class _There(BaseHTTPRequestHandler):
    """The system's own page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Soko</title><h1>Umefika soko</h1>")

    def log_message(self, *args: Any) -> None:  # noqa: ARG002  # the library's own shape
        return


@pytest.fixture
def there() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _There)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/rudi"
    server.shutdown()
    server.server_close()


@pytest.fixture
def issuer(country: str) -> Iterator[str]:
    with override_settings(PUBLIC_URL=country, CSRF_TRUSTED_ORIGINS=[country]):
        yield country


@pytest.fixture
def systems(issuer: str, there: str) -> dict[str, System]:
    """One for citizens, one for staff; asked for and approved as theirs are."""
    home = Country(issuer)
    return {
        "citizens": home.for_citizens(name="Ankara za soko", redirects=[there], after_logout=[there]),
        "staff": home.system("mfano", "Zawadi", "Neema", name="Daftari la leseni", redirects=[there]),
    }


@pytest.fixture
def neema(issuer: str) -> str:
    """The key of the council's director."""
    with transaction.atomic():
        return key(find("mfano", "Neema"))


def aside(ask: Callable[[], str]) -> str:
    """A look into the database from a thread that Playwright does not hold."""

    def run() -> str:
        try:
            with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
                return ask()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def code() -> str:
    return re.findall(r"\b\d{6}\b", Message.objects.filter(to=PHONE).latest("id").text)[0]


def phone(chromium: Browser, width: int = 360) -> Page:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": 740})
    return context.new_page()


def press(page: Page, words: str) -> None:
    page.locator("main").get_by_role("button", name=words, exact=True).click()


def test_asha_enters_by_her_phone_and_her_consent_and_signs_out(
    issuer: str, systems: dict[str, System], there: str, chromium: Browser
) -> None:
    page, system = phone(chromium), systems["citizens"]
    page.goto(system.begin("openid profile phone"))
    page.fill("[name=phone]", "0700 000 061")
    press(page, "Nitumie namba")
    page.fill("[name=code]", aside(code))
    page.locator("main button.btn").first.click()
    page.wait_for_url("**/mfumo/ridhaa/**")
    said = page.inner_text("main")
    for words in ("Ankara za soko", "Jina na lugha", "Namba ya simu", "Kuona ankara zako za maji"):
        assert words in said
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    press(page, "Nakubali na endelea")
    page.wait_for_url(f"{there}**")
    found = system.finish(page.url)
    assert found["claims"]["phone_number"] == PHONE
    page.goto(f"{issuer}/ingia/mifumo/")
    assert "Ankara za soko" in page.inner_text("main")
    page.goto(f"{issuer}/oidc/logout?client_id={system.client_id}&post_logout_redirect_uri={there}")
    press(page, "Toka")
    page.wait_for_url(there)
    assert system.facts(found["access_token"]).status_code == 401


def test_an_officer_is_there_without_a_question(
    issuer: str, systems: dict[str, System], there: str, neema: str, chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": neema, "url": issuer}])
    page, system = context.new_page(), systems["staff"]
    page.goto(system.begin("openid profile work"))
    page.wait_for_url(f"{there}**")
    assert "head" in system.finish(page.url)["claims"]["roles"]
