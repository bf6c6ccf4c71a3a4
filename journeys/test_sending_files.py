"""A file from a weak phone with script: it goes in parts, over cuts and reloads, while its person fills in the rest."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page, Request, expect

from bench._relay import relay
from journeys.asha import PHONE, Asha
from journeys.test_weak_phone import a_phone, has_kept
from jumuishi.cases.models import Case
from jumuishi.cases.resumable.tests.conftest import SYSTEM, pdf
from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.cases.tests.test_licence import act
from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
GOING = re.compile("linatumwa")
DONE = re.compile("^Pia kule: faili limefika lote")
HERE = re.compile("^Hapa tu: faili liko")
CUT = re.compile("^Mtandao umekatika")
LARGE = pdf(900_000)


def chosen(content: bytes = LARGE, name: str = "hati ndefu.pdf") -> Any:
    """A file as the phone's picker gives it."""
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def on_the_phone(page: Page) -> list[Any]:
    """What the browser holds of files: how each stands, and the sizes of their bytes."""
    found: list[Any] = page.evaluate(
        """() => new Promise((ok) => {
            const asked = indexedDB.open('rasimu');
            asked.onsuccess = () => {
                const step = asked.result.transaction(['files', 'blobs']);
                const files = step.objectStore('files').getAll(), blobs = step.objectStore('blobs').getAll();
                step.oncomplete = () => {
                    asked.result.close();
                    ok([files.result.map((one) => one.state), blobs.result.map((one) => one.size)]);
                };
            };
        })"""
    )
    return found


def first_page(browser: Browser, address: str) -> Asha:
    """Asha on a page that asks for a file, her phone having kept what it needs."""
    asha = Asha(a_phone(browser).new_page(), address)
    asha.begin()
    has_kept(asha.page)
    return asha


def states(page: Page) -> Any:
    """What is said of the file of the page."""
    return page.locator(".f [role=status], #sending [role=status]").first


def there(page: Page) -> str:
    """What the house has of the file, as a page without a script of ours says it."""
    return re.sub(r"\s+", " ", page.request.get(page.url).text())


def test_it_is_there_before_the_page_is_left_and_the_form_carries_none_of_it(country: str, chromium: Browser) -> None:
    asha = first_page(chromium, country)
    page = asha.page
    bodies: list[int] = []

    def weigh(request: Request) -> None:
        if request.is_navigation_request():
            bodies.append(len(request.post_data_buffer or b""))

    page.on("request", weigh)
    page.set_input_files("[name=tax_clearance]", chosen())
    expect(states(page)).to_have_text(DONE, timeout=30_000)
    expect(page.locator("text=Imefika KB 879 kati ya KB 879")).to_be_visible()
    assert "Tumepokea hati ndefu.pdf (KB 878)" in there(page)
    assert on_the_phone(page) == [[], []], "what has arrived is no longer kept"
    page.set_input_files("[name=tax_clearance]", chosen(b"<html>" + b"x" * 90_000, "picha.heic"))
    expect(states(page)).to_have_text(re.compile("Faili hii si ya aina"), timeout=30_000)
    page.set_input_files("[name=tax_clearance]", chosen())
    expect(states(page)).to_have_text(DONE, timeout=30_000)
    page.wait_for_timeout(300)
    expect(states(page)).to_be_visible()
    page.fill("[name=nin]", "19000101-00000-00000-01")
    page.fill("[name=full_name]", "Asha Juma")
    page.fill("[name=tin]", "100 100 100")
    asha.press()
    page.wait_for_url("**/business/")
    assert max(bodies) < 5_000
    asha.business()
    asha.premises()
    assert asha.submit(PHONE)


def test_a_cut_in_the_middle_a_reload_and_another_day(country: str, chromium: Browser) -> None:
    with relay(country) as link:
        asha = first_page(chromium, link.address)
        page = asha.page
        link.left = 250_000
        page.set_input_files("[name=tax_clearance]", chosen())
        expect(states(page)).to_have_text(CUT, timeout=30_000)
        assert "Tumepokea" not in (text := page.inner_text(".f >> nth=1")), text
        link.left = None
        sent_again = link.carried
        page.reload()
        expect(states(page)).to_have_text(DONE, timeout=60_000)
        assert "Tumepokea hati ndefu.pdf" in there(page)
        assert link.carried - sent_again < len(LARGE) - 100_000, "what was there was not sent again"


def test_the_page_is_closed_and_whichever_comes_next_sends_it(country: str, chromium: Browser) -> None:
    with relay(country) as link:
        asha = first_page(chromium, link.address)
        page, draft = asha.page, asha.page.url.rsplit("/", 2)[0]
        link.left = 250_000
        page.set_input_files("[name=tax_clearance]", chosen())
        expect(states(page)).to_have_text(CUT, timeout=30_000)
        other = page.context.new_page()
        page.close()
        link.left = None
        other.goto(f"{draft}/business/")
        expect(states(other)).to_have_text(DONE, timeout=60_000)
        other.goto(f"{draft}/applicant/")
        assert "Tumepokea hati ndefu.pdf" in there(other)


def test_chosen_without_a_link_it_is_only_here_and_goes_by_itself(country: str, chromium: Browser) -> None:
    asha = first_page(chromium, country)
    page = asha.page
    page.context.set_offline(True)
    page.set_input_files("[name=tax_clearance]", chosen())
    expect(states(page)).to_have_text(HERE)
    page.fill("[name=full_name]", "Asha Juma")
    asha.press()
    page.wait_for_url("**/business/")
    expect(states(page)).to_have_text(HERE)
    page.context.set_offline(False)
    expect(states(page)).to_have_text(DONE, timeout=60_000)


def test_one_goes_on_while_it_comes_and_nothing_is_submitted_without_it(country: str, chromium: Browser) -> None:
    asha = first_page(chromium, country)
    page = asha.page
    page.context.set_offline(True)
    page.set_input_files("[name=tax_clearance]", chosen())
    expect(states(page)).to_have_text(HERE)
    page.click("text=Simamisha")
    expect(states(page)).to_have_text(re.compile("^Umesimamisha"))
    page.context.set_offline(False)
    page.fill("[name=nin]", "19000101-00000-00000-01")
    page.fill("[name=full_name]", "Asha Juma")
    page.fill("[name=tin]", "100 100 100")
    asha.press()
    page.wait_for_url("**/business/")
    asha.business()
    asha.premises()
    page.wait_for_url("**/hakiki/")
    page.fill("main [name=phone]", PHONE)
    asha.press()
    expect(page.locator(".errs")).to_contain_text("Faili hili bado linafika")
    page.click("#sending >> text=Endelea")
    expect(states(page)).to_have_text(DONE, timeout=60_000)
    asha.press()
    page.wait_for_url("**/imepokelewa/")


def test_cancelled_it_is_nowhere_and_another_may_be_chosen(country: str, chromium: Browser) -> None:
    with relay(country) as link:
        asha = first_page(chromium, link.address)
        page = asha.page
        link.left = 250_000
        page.set_input_files("[name=tax_clearance]", chosen())
        expect(states(page)).to_have_text(CUT, timeout=30_000)
        link.left = None
        page.click("text=Ghairi")
        expect(page.locator("text=hati ndefu.pdf")).to_have_count(0)
        assert on_the_phone(page) == [[], []]
        page.set_input_files("[name=tax_clearance]", chosen(pdf(5000, b"b"), "fupi.pdf"))
        expect(states(page)).to_have_text(DONE, timeout=30_000)
        assert "Tumepokea fupi.pdf" in there(page)


def test_what_cannot_be_taken_is_said_at_once(country: str, chromium: Browser) -> None:
    asha = first_page(chromium, country)
    page = asha.page
    page.set_input_files("[name=tax_clearance]", chosen(b"%PDF" + b"x" * 2_200_000))
    expect(states(page)).to_have_text(re.compile("Faili ni kubwa mno: hadi MB 2"))
    page.set_input_files("[name=tax_clearance]", chosen(b"<html>" + b"x" * 200_000))
    expect(states(page)).to_have_text(re.compile("Faili hii si ya aina"), timeout=30_000)
    assert on_the_phone(page)[1] == []
    page.set_input_files("[name=tax_clearance]", chosen())
    expect(states(page)).to_have_text(DONE, timeout=30_000)


@pytest.fixture
def asked(country: str) -> tuple[str, str]:
    """A case of Asha's whose office asks for a better file: its address, and her session."""
    asha, juma = Client(HTTP_HOST="localhost"), Client(HTTP_HOST="localhost")
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        testing.sign_in(asha, testing.citizen(PHONE, "Asha Juma"))
        home = institutions.institution_by_slug("mfano")
        assert home is not None
        one = next(one for one in institutions.people_in(home.id) if one.name == "Juma")
        testing.sign_in(
            juma, Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name="Juma")
        )
    draft = begin(asha)
    fill(asha, draft)
    at = str(asha.post(f"{draft}hakiki/", {"phone": PHONE})["Location"]).replace("imepokelewa/", "")
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        case = Case.objects.get()
    assert act(juma, case, "ask", "Tuma cheti kinachosomeka").status_code == 302
    return f"{country}{at}", asha.cookies["sessionid"].value


def test_a_file_that_the_office_asked_for(asked: tuple[str, str], country: str, chromium: Browser) -> None:
    address, session = asked
    phone = a_phone(chromium)
    phone.add_cookies([{"name": "sessionid", "value": session, "url": country}])
    page = phone.new_page()
    # The script that sends comes once the worker has said what it holds.
    with page.expect_event("requestfinished", lambda one: "cases/upload" in one.url):
        page.goto(address)
    page.wait_for_function("() => navigator.serviceWorker.controller")
    phone.set_offline(True)
    page.set_input_files("[name=registration]", chosen())
    expect(states(page)).to_have_text(HERE)
    page.click("text=Simamisha")
    phone.set_offline(False)
    page.click("text=Tuma jibu")
    expect(page.locator(".errs")).to_contain_text("Faili hili bado linafika")
    page.click("text=Endelea")
    expect(states(page)).to_have_text(DONE, timeout=60_000)
    page.click("text=Tuma jibu")
    page.wait_for_url(address)
    expect(page.locator("text=hati ndefu.pdf")).to_have_count(1)


def test_signing_out_leaves_no_file(country: str, chromium: Browser) -> None:
    asha = first_page(chromium, country)
    page = asha.page
    page.goto(f"{country}/maombi/")
    page.go_back()
    page.context.set_offline(True)
    page.set_input_files("[name=tax_clearance]", chosen())
    expect(states(page)).to_have_text(HERE)
    assert on_the_phone(page) == [["here"], [len(LARGE)]]
    page.context.set_offline(False)
    page.click("text=Simamisha")
    page.goto(f"{country}/maombi/")
    page.click("form[action$='/toka/'] button")
    page.goto(f"{country}/huduma/")
    assert on_the_phone(page) == [[], []]


def test_without_a_worker_the_form_carries_it_as_ever(country: str, chromium: Browser) -> None:
    phone = chromium.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    asha = Asha(phone.new_page(), country)
    asha.begin()
    asha.applicant()
    asha.page.wait_for_url("**/business/")
