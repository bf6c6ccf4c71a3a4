"""An officer adds a passkey and comes in by it alone; a browser without script comes in by an app's code."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from journeys.asha import CHROMIUM
from journeys.conftest import serving
from jumuishi.identity import appointments
from jumuishi.identity.testing import officer, posts_by_hand, totp_code
from jumuishi.kernel.ids import new_id

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
PASSWORD = "mlango-wazi-2026"


@pytest.fixture
def address(committed_db: None) -> Iterator[str]:
    """This room's pages, served on loopback under the name that passkeys allow without a certificate."""
    with serving("localhost", ROOT_URLCONF="jumuishi.identity.tests.urls") as found:
        yield found


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Asked for last: Playwright's loop in this thread keeps Django from the database while it runs."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def juma(committed_db: None) -> Iterator[str]:
    """An officer with an authenticator app and one post; yields the app's secret."""
    with posts_by_hand() as posts:
        person, secret = officer("Juma", "juma@mfano.example", PASSWORD)
        posts.held[person] = [
            appointments.AppointmentRef(
                new_id(), new_id(), "Mfano", "council", frozenset({"officer"}), "Afisa Biashara"
            )
        ]
        yield secret


@pytest.fixture
def rehema(committed_db: None) -> str:
    """Another officer, without a post."""
    return officer("Rehema", "rehema@mfano.example", PASSWORD)[1]


def with_authenticator(page: Page) -> None:
    """Chromium's own virtual authenticator: a phone's passkey, opened by the finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def by_app(page: Page, address: str, secret: str, name: str = "juma@mfano.example") -> None:
    page.goto(f"{address}/ofisi/ingia/?next=/door/officer/")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("form:not([data-passkey]) .btn")
    page.fill("[name=factor]", totp_code(secret))
    page.click("form:not([data-passkey]) .btn")


def test_a_passkey_is_added_and_is_enough(address: str, juma: str, browser: Browser) -> None:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    with_authenticator(page)
    by_app(page, address, juma)
    assert "OFFICER" in page.content()
    page.goto(f"{address}/ofisi/usalama/ongeza/")
    page.fill("[name=name]", "Simu yangu")
    page.click("form[data-passkey] .btn")
    page.wait_for_url("**/ofisi/usalama/misimbo/")
    page.goto(f"{address}/ofisi/usalama/")
    assert "Simu yangu" in page.content()
    page.click("nav button")
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/ofisi/ingia/")
    page.click("form[data-passkey] .btn")
    page.wait_for_url("**/ofisi/")
    page.goto(f"{address}/door/officer/")
    assert "OFFICER" in page.content()
    assert not [text for text in wrong if "404" not in text], wrong
    page.close()


def test_a_passkey_opens_its_own_account_only(address: str, juma: str, rehema: str, browser: Browser) -> None:
    """After Juma's password on the same computer, Rehema's passkey lets Rehema in, never Juma."""
    page = browser.new_page()
    with_authenticator(page)
    by_app(page, address, rehema, "rehema@mfano.example")
    page.goto(f"{address}/ofisi/usalama/ongeza/")
    page.click("form[data-passkey] .btn")
    page.wait_for_url("**/ofisi/usalama/misimbo/")
    page.context.clear_cookies()
    page.goto(f"{address}/ofisi/ingia/")
    page.fill("[name=name]", "juma@mfano.example")
    page.fill("[name=password]", PASSWORD)
    page.click("form:not([data-passkey]) .btn")
    page.wait_for_url("**/hatua-ya-pili/")
    assert page.locator("form[data-passkey]").count() == 0, "Juma has no passkey"
    page.goto(f"{address}/ofisi/ingia/")
    page.click("form[data-passkey] .btn")
    page.wait_for_url("**/ofisi/wadhifa/")
    assert "Rehema" in page.content()
    assert "Juma" not in page.inner_text(".who")
    page.close()


def test_without_script(address: str, juma: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    by_app(page, address, juma)
    assert "OFFICER" in page.content()
    context.close()


def test_a_password_is_looked_at_and_measured_as_it_is_typed(address: str, juma: str, browser: Browser) -> None:
    """With the script; without it the hint and the server's word are there (identity/tests/test_passwords.py)."""
    page = browser.new_page()
    wrong: list[str] = []
    by_app(page, address, juma)
    # The door's page of the tests has no icon, which the browser asks for when it likes.
    page.on(
        "console",
        lambda one: wrong.append(one.text) if one.type == "error" and "icon" not in str(one.location) else None,
    )
    page.goto(f"{address}/ofisi/usalama/nywila/")
    field = page.locator("[name=new_password]")
    said = page.locator("#f-new_password [role=status]")
    for typed, words in (
        ("mvua", "Fupi: bado herufi 8"),
        ("aaaabbbbaaaa", "Rahisi kukisia: herufi chache"),
        ("juma-na-mvua", "Rahisi kukisia: ina jina lako"),
        ("mvua ya masika", "Inatosha"),
        ("mvua ya masika imenyesha", "Imara"),
    ):
        field.fill(typed)
        assert words in said.inner_text()
    field.evaluate("one => one.blur()")
    page.click("#f-new_password button")
    assert field.get_attribute("type") == "text"
    assert page.inner_text("#f-new_password button") == "Ficha nywila"
    page.click("#f-new_password button")
    assert field.get_attribute("type") == "password"
    page.fill("[name=old_password]", PASSWORD)
    page.fill("[name=again]", "mvua ya masika imenyesha")
    page.click("#f-again button")
    page.click("main form .btn")
    assert "Nywila yako mpya imehifadhiwa" in page.content()
    assert wrong == []


def test_a_password_is_changed_without_script(address: str, juma: str, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    by_app(page, address, juma)
    page.goto(f"{address}/ofisi/usalama/nywila/")
    assert page.locator("#f-new_password button").count() == 0, "nothing stands there that does nothing"
    for name, typed in (("old_password", PASSWORD), ("new_password", "mvua"), ("again", "mvua")):
        page.fill(f"[name={name}]", typed)
    page.click("main form .btn")
    assert "Tumia herufi 12 au zaidi" in page.content()
