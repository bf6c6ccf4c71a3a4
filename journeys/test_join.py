"""A new council, from its request to its first published service and its first application, without script."""

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from jumuishi.identity.testing import totp_code

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PASSWORD = "bahari-tulivu-2026"
HEAD, SECOND = "mkuu@bahari.example", "utawala@bahari.example"


class Walk:
    """One person's browser, without script; `look` is called with a name on each page worth looking at."""

    def __init__(self, page: Page, address: str, look: Callable[[Page, str], None] | None = None) -> None:
        self.page, self.address, self.look = page, address, look

    def open(self, path: str, name: str = "") -> None:
        """Go to a path."""
        self.page.goto(self.address + path)
        self.see(name)

    def see(self, name: str) -> None:
        """Let the page be looked at."""
        if self.look and name:
            self.look(self.page, name)

    def fill(self, **given: str) -> None:
        """Type into fields by name, or choose in a list."""
        for name, value in given.items():
            field = self.page.locator(f'[name="{name}"]').first
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            elif field.get_attribute("type") in ("radio", "checkbox"):
                self.page.check(f'[name="{name}"][value="{value}"]')
            else:
                field.fill(value)

    def press(self, words: str) -> None:
        """Press the button, or follow the link, that says these words."""
        button = self.page.locator("main").get_by_role("button", name=words, exact=False)
        link = self.page.locator("main").get_by_role("link", name=words)
        with self.page.expect_navigation():
            (button if button.count() else link).first.click()

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.inner_text("main")

    def letter(self, to: str, pattern: str) -> str:
        """The newest thing of a pattern that was written to a mailbox, by the demonstration's outbox."""
        with urlopen(f"{self.address}/demo/outbox.json?to={quote(to)}") as answer:
            found = json.load(answer)["messages"]
        return next(hit for one in reversed(found) for hit in re.findall(pattern, one["text"]))

    def sign_in(self, email: str, password: str, code: str) -> None:
        """An officer: password, then the code of the authenticator app."""
        self.open("/ofisi/ingia/", "ingia-kazini")
        self.fill(name=email, password=password)
        self.press("Endelea")
        self.see("hatua-ya-pili")
        self.fill(factor=code)
        self.press("Ingia")

    def enrol(self, link: str) -> str:
        """A welcome link: password, authenticator app; returns the app's secret."""
        self.open(link, "karibu")
        self.fill(new_password=PASSWORD, again=PASSWORD)
        self.press("Hifadhi na uendelee")
        self.see("ongeza-hatua")
        secret = self.page.inner_text(".hash").replace(" ", "")
        self.fill(totp=totp_code(secret))
        self.press("Ongeza programu")
        self.see("namba-za-akiba")
        assert self.page.locator(".check b").count() == 10
        self.press("Nimeziandika")
        self.see("wadhifa")
        self.page.locator('[name="post"]').first.check()
        self.press("Endelea")
        return secret


def ask(visitor: Walk, letter: Path) -> None:
    """A visitor asks for a council, and proves its official e-mail."""
    visitor.open("/taasisi/jiunge/", "jiunge")
    visitor.press("Tuma ombi")
    assert "Andika jina kwa Kiswahili" in visitor.text
    visitor.see("jiunge-makosa")
    visitor.fill(
        kind="council", name_sw="Halmashauri ya Wilaya ya Bahari", name_en="Ocean District Council",
        domain="www.bahari.example", contact_name="Mwajuma", contact_email=HEAD, contact_phone="0700 000 091",
    )  # fmt: skip
    visitor.page.set_input_files('[name="letter"]', str(letter))
    visitor.press("Tuma ombi")
    assert "Thibitisha barua pepe" in visitor.text
    visitor.see("jiunge-hali")
    visitor.fill(mail_code=visitor.letter(HEAD, r"\b\d{6}\b"))
    visitor.press("Thibitisha")
    assert "Watu wawili wanalisoma" in visitor.text
    visitor.see("jiunge-inasubiri")


def approve(officer: Walk) -> None:
    """One of the authority approves."""
    officer.open("/ofisi/taasisi/", "daftari")
    officer.press("Halmashauri ya Wilaya ya Bahari")
    officer.see("daftari-ombi")
    officer.press("Kubali taasisi")
    officer.see("daftari-umekubali")


def staff(head: Walk) -> None:
    """The head chooses a service, and invites a second person in charge and the executives, each by ticked roles."""
    head.open("/ofisi/huduma/", "huduma-zetu")
    form = head.page.locator("li", has_text="Barua ya utambulisho")
    form.get_by_role("button").click()
    assert "Hakuna mwenye jukumu: Afisa Mtendaji wa Kata" in head.text
    head.see("huduma-pungufu")
    head.open("/ofisi/watu/vitengo/")
    head.fill(name_sw="Utawala", name_en="Administration")
    head.press("Ongeza kitengo")
    head.see("vitengo")
    for name, email, title, roles in (
        ("Bakari", SECOND, "Mkuu wa Utawala", ("administrator", "accountant")),
        ("Kassim", "kassim@bahari.example", "Afisa Mtendaji", ("street-officer", "ward-officer")),
        ("Leila", "leila@bahari.example", "Mkurugenzi", ("director",)),
    ):
        head.open("/ofisi/watu/alika/", "alika")
        head.fill(name=name, email=email, title_sw=title, title_en=title)
        for role in roles:
            head.page.check(f'[name="roles"][value="{role}"]')
        head.page.select_option('[name="unit"]', index=1)
        head.press("Tuma mwaliko")
        assert "Mwaliko umetumwa" in head.text
    head.see("watumishi")
    head.press("Bakari")
    head.see("mtumishi")


def figures(head: Walk) -> None:
    """Each figure with its source; then the first of two persons proposes."""
    head.open("/ofisi/huduma/")
    head.press("Barua ya utambulisho")
    head.press("Jaza")
    for number in range(6):
        assert f"Kipengele {number + 1} kati ya 6" in head.text
        head.see("takwimu" if number == 1 else "")
        head.fill(value="0" if number == 0 else "2", source="Sheria ndogo ya mfano", checked_on="2026-11-24")
        head.press("Hifadhi")
    head.see("huduma-tayari")
    head.press("Pendekeza kutangazwa")
    assert "Umependekeza wewe" in head.text
    head.see("huduma-imependekezwa")


def apply(citizen: Walk) -> str:
    """A citizen finds the service and hands in an application; returns its reference."""
    citizen.open("/huduma/?q=Bahari", "huduma-tafuta")
    citizen.press("Barua ya utambulisho")
    citizen.see("huduma-ukurasa")
    citizen.press("Anza ombi")
    citizen.fill(full_name="Asha Mfano", has_nin="false")
    citizen.press("Hifadhi")
    # Without script the date of birth is asked once the answer before it is known.
    citizen.fill(born_on="1990-01-01")
    citizen.press("Hifadhi")
    citizen.fill(place__text="Sekei", street="Mtaa wa Mfano", lived_years="3")
    citizen.press("Hifadhi")
    if citizen.page.locator('[name="place"][type=radio]').count():
        citizen.page.locator('[name="place"][type=radio]').first.check()
        citizen.press("Hifadhi")
    citizen.fill(office="ward", purpose="bank", recipient="Benki ya Mfano")
    citizen.press("Hifadhi")
    citizen.see("ombi-hakiki")
    citizen.fill(phone="0700 000 092")
    citizen.press("Wasilisha")
    citizen.see("ombi-stakabadhi")
    return citizen.page.inner_text(".ref")


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: ARG002  # the library's own shape
        return


@pytest.fixture
def accounts(world: Any, committed_db: None) -> dict[str, Any]:
    """The demonstration country; who can sign in, by name."""
    return {one.name: one for one in world.found}


@pytest.fixture
def address(accounts: dict[str, Any]) -> Iterator[str]:
    """The whole house, served on loopback."""
    app = get_wsgi_application()

    def closing(environ: Any, start: Any) -> Any:
        try:
            return list(app(environ, start))
        finally:
            connections.close_all()

    serve = StaticFilesHandler(app)
    serve.application = closing  # type: ignore[assignment]
    server = make_server("127.0.0.1", 0, serve, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Asked for last: Playwright's loop in this thread keeps Django from the database while it runs."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def test_a_new_council_joins_and_serves(
    accounts: dict[str, Any], address: str, tmp_path: Path, browser: Browser
) -> None:
    def walk() -> Walk:
        context = browser.new_context(java_script_enabled=False, locale="sw")
        context.set_default_timeout(20_000)
        return Walk(context.new_page(), address)

    letter = tmp_path / "barua.pdf"
    letter.write_bytes(b"%PDF-1.4 barua")
    visitor, head, second, citizen = walk(), walk(), walk(), walk()
    ask(visitor, letter)
    for name in ("Zuhura", "Tumaini"):
        officer, who = walk(), accounts[name]
        officer.sign_in(who.email, who.password, totp_code(who.totp_secret))
        approve(officer)
    visitor.page.reload()
    assert "Taasisi imekubaliwa" in visitor.text
    head.enrol(head.letter(HEAD, r"https?://[^/\s]+(/ofisi/karibu/\S+)"))
    staff(head)
    figures(head)
    second.enrol(second.letter(SECOND, r"https?://[^/\s]+(/ofisi/karibu/\S+)"))
    citizen.open("/huduma/?q=Bahari")
    assert "Barua ya utambulisho" not in citizen.text, "one of two has not made it public"
    second.open("/ofisi/huduma/")
    second.press("Barua ya utambulisho")
    second.see("huduma-tangaza")
    second.press("Tangaza huduma")
    second.see("huduma-imetangazwa")
    reference = apply(citizen)
    assert len(re.sub(r"\D", "", reference)) == 16
