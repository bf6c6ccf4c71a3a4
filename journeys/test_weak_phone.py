"""An application on a weak phone with script: the link goes and comes, tabs quarrel, the phone is shared."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from journeys.asha import Asha

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
LETTER = "/huduma/mfano/introduction-letter/"
HERE, THERE = re.compile("^Hapa tu"), re.compile("^Pia kule")


def a_phone(browser: Browser) -> BrowserContext:
    """A phone whose browser runs the house's own script under the house's own policy."""
    return browser.new_context(viewport={"width": 360, "height": 740})


def begin(page: Page, country: str, service: str = LETTER) -> str:
    """The address of a draft just begun, whose pages the phone has kept."""
    page.goto(country + service)
    page.click("main .acts .btn >> nth=0")
    page.wait_for_url("**/omba/rasimu/**")
    draft = page.url.rsplit("/", 2)[0] + "/"
    has_kept(page)
    return draft


def has_kept(page: Page, at_least: int = 4) -> None:
    """Wait until the worker has kept the pages of the application."""
    for _ in range(100):
        if page.evaluate("async () => (await (await caches.open('rasimu')).keys()).length") >= at_least:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the pages were not kept")


def left_on_the_phone(page: Page) -> dict[str, Any]:
    """What the browser holds: addresses of kept pages, and what is typed."""
    found: dict[str, Any] = page.evaluate(
        """async () => {
            const pages = (await (await caches.open('rasimu')).keys()).map((one) => new URL(one.url).pathname);
            const typed = await new Promise((ok) => {
                const asked = indexedDB.open('rasimu');
                asked.onsuccess = () => {
                    const all = asked.result.transaction('typed').objectStore('typed').getAll();
                    all.onsuccess = () => { asked.result.close(); ok(all.result); };
                };
            });
            return {pages: pages.filter((one) => one.includes('/omba/rasimu/')), typed};
        }"""
    )
    return found


def unsettled(page: Page) -> None:
    """What is typed there waits for its owner's choice: the worker sends none of it by itself."""
    page.evaluate(
        """() => new Promise((ok) => {
            const asked = indexedDB.open('rasimu');
            asked.onsuccess = () => {
                const store = asked.result.transaction('typed', 'readwrite').objectStore('typed'), all = store.getAll();
                all.onsuccess = () => { for (const one of all.result) store.put({...one, state: 'clash'}); };
                store.transaction.oncomplete = () => { asked.result.close(); ok(); };
            };
        })"""
    )


def stored(page: Page, name: str) -> str:
    """What the house has for a question: the field of the page as it is opened anew without a script of ours."""
    answer = page.request.get(page.url)
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', answer.text())
    return found[1] if found else ""


def test_the_link_goes_in_the_middle_and_nothing_is_lost(country: str, chromium: Browser) -> None:
    phone = a_phone(chromium)
    page = phone.new_page()
    draft = begin(page, country)
    phone.set_offline(True)
    page.fill("[name=full_name]", "Asha Juma")
    expect(page.locator("#kept")).to_have_text(HERE)
    page.check("[name=has_nin] >> nth=1")
    page.click("main .acts .btn >> nth=0")
    page.wait_for_url("**/home/")
    page.fill("[name=street]", "Mtaa wa kwanza")
    page.fill("[name=lived_years]", "3")
    expect(page.locator("#kept")).to_have_text(HERE)
    page.reload()
    expect(page.locator("[name=street]")).to_have_value("Mtaa wa kwanza")
    expect(page.locator("#kept")).to_have_text(HERE)
    page.goto(f"{draft}hakiki/")
    assert "Hakuna mtandao" in page.inner_text("h1"), "what is not on the phone is said to be away"
    page.go_back()
    expect(page.locator("[name=street]")).to_have_value("Mtaa wa kwanza")
    assert stored(page, "street") == "", "the house has nothing of it yet"
    phone.set_offline(False)
    expect(page.locator("#kept")).to_have_text(THERE, timeout=30_000)
    assert stored(page, "street") == "Mtaa wa kwanza"
    page.goto(f"{draft}person/")
    expect(page.locator("[name=full_name]")).to_have_value("Asha Juma")
    assert stored(page, "full_name") == "Asha Juma"
    assert left_on_the_phone(page)["typed"] == [], "what has arrived is no longer kept"


def test_the_tab_is_closed_without_a_link_and_the_next_one_sends_it(country: str, chromium: Browser) -> None:
    phone = a_phone(chromium)
    page = phone.new_page()
    draft = begin(page, country)
    phone.set_offline(True)
    page.fill("[name=full_name]", "Asha Juma")
    expect(page.locator("#kept")).to_have_text(HERE)
    page.close()
    phone.set_offline(False)
    page = phone.new_page()
    page.goto(f"{draft}home/")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.goto(f"{draft}person/")
    expect(page.locator("[name=full_name]")).to_have_value("Asha Juma")


def test_two_tabs_ask_instead_of_overwriting(country: str, chromium: Browser) -> None:
    phone = a_phone(chromium)
    first = phone.new_page()
    draft = begin(first, country)
    first.goto(f"{draft}home/")
    second = phone.new_page()
    second.goto(f"{draft}home/")
    first.fill("[name=street]", "Mtaa wa kwanza")
    expect(first.locator("#kept")).to_have_text(THERE, timeout=30_000)
    second.fill("[name=street]", "Mtaa wa pili")
    expect(second.locator("#clash")).to_be_visible(timeout=30_000)
    assert stored(second, "street") == "Mtaa wa kwanza", "the newer answer stands until somebody decides"
    expect(second.locator("[name=street]")).to_have_value("Mtaa wa kwanza")
    said = second.inner_text("#clash dl")
    assert "Hapa: Mtaa wa pili" in said
    assert "Kule: Mtaa wa kwanza" in said
    second.click("#clash .btn.alt")
    expect(second.locator("#clash")).to_be_hidden()
    assert left_on_the_phone(second)["typed"] == []
    second.fill("[name=street]", "Mtaa wa tatu")
    expect(second.locator("#kept")).to_have_text(THERE, timeout=30_000)
    first.fill("[name=street]", "Mtaa wa nne")
    expect(first.locator("#clash")).to_be_visible(timeout=30_000)
    first.click("#clash .btn >> nth=0")
    expect(first.locator("#kept")).to_have_text(THERE, timeout=30_000)
    assert stored(first, "street") == "Mtaa wa nne", "knowingly it may be"


def test_what_cannot_be_read_is_not_called_saved(country: str, chromium: Browser) -> None:
    phone = a_phone(chromium)
    page = phone.new_page()
    draft = begin(page, country)
    page.goto(f"{draft}home/")
    page.fill("[name=street]", "Mtaa wa kwanza")
    page.fill("[name=lived_years]", "mitatu")
    expect(page.locator("#kept")).to_have_text(re.compile("hayasomeki"), timeout=30_000)
    assert stored(page, "street") == "Mtaa wa kwanza"
    page.reload()
    expect(page.locator("[name=lived_years]")).to_have_value("mitatu")


def test_a_shared_phone_keeps_nothing_for_the_next_person(country: str, chromium: Browser) -> None:
    phone = a_phone(chromium)
    page = phone.new_page()
    draft = begin(page, country)
    phone.set_offline(True)
    page.fill("[name=full_name]", "Asha Juma")
    expect(page.locator("#kept")).to_have_text(HERE)
    # Else the house would refuse it in the other's name, and it would be gone for that reason.
    unsettled(page)
    phone.set_offline(False)
    kept = left_on_the_phone(page)
    assert [one["state"] for one in kept["typed"]] == ["clash"]
    assert kept["pages"]
    # Her session ends; Baraka begins an application on the same phone: he is another person.
    phone.clear_cookies()
    page.goto(country + LETTER)
    assert left_on_the_phone(page)["pages"] == [], "without anybody signed in no page of anybody's is shown"
    page.click("main .acts .btn >> nth=0")
    page.wait_for_url("**/omba/rasimu/**")
    has_kept(page)
    found = left_on_the_phone(page)
    assert found["typed"] == []
    assert not [one for one in found["pages"] if one in draft]
    phone.set_offline(True)
    page.goto(f"{draft}person/")
    assert "Hakuna mtandao" in page.inner_text("h1")
    assert "Asha" not in page.content()


def test_signing_out_leaves_nothing_even_without_a_link(country: str, chromium: Browser) -> None:
    phone = a_phone(chromium)
    page = phone.new_page()
    begin(page, country)
    page.fill("[name=full_name]", "Asha Juma")
    expect(page.locator("#kept")).to_have_text(HERE)
    page.goto(f"{country}/maombi/")
    phone.set_offline(True)
    page.click("form[action$='/toka/'] button")
    page.wait_for_timeout(300)
    phone.set_offline(False)
    page.goto(f"{country}/huduma/")
    assert left_on_the_phone(page) == {"pages": [], "typed": []}


def test_submitting_empties_the_phone(country: str, chromium: Browser) -> None:
    phone = a_phone(chromium)
    asha = Asha(phone.new_page(), country)
    asha.begin()
    has_kept(asha.page)
    asha.applicant()
    asha.business()
    asha.premises()
    asha.submit()
    assert left_on_the_phone(asha.page) == {"pages": [], "typed": []}
