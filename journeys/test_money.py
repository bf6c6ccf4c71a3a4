"""Asha pays to a control number and gets her licence; what she paid in vain comes back to her. No script, no Baraka."""

import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bench._installation import Installed, installation
from jumuishi.project import demo_accounts

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ASHA, OTHER = "0700 000 041", "0700 000 042"
FEE = 40_000  # two years of the demonstration's made-up fee for a shop


@pytest.fixture(scope="module")
def house() -> Iterator[Installed]:
    """A whole installation: web, worker, database, and the gateway as a process of its own."""
    with installation(web_workers=1, sign_in=True) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@dataclass
class Town:
    """The people of the journey, each at a browser of their own, without script."""

    house: Installed
    browser: Browser
    hati: Path
    officers: dict[str, Page] = field(default_factory=dict)

    def page(self) -> Page:
        context = self.browser.new_context(
            base_url=self.house.address, java_script_enabled=False, viewport={"width": 360, "height": 740}
        )
        context.set_default_timeout(30_000)
        return context.new_page()

    def officer(self, email: str) -> Page:
        """An officer signed in by password and code."""
        if email not in self.officers:
            account = next(one for one in demo_accounts.kept(self.house.here.config) if one.email == email)
            page = self.page()
            page.goto("/ofisi/ingia/")
            page.fill("[name=name]", account.email)
            page.fill("[name=password]", account.password)
            page.click("main form .btn >> nth=0")
            page.fill("[name=factor]", account.code(time.time()))
            page.click("main form .btn >> nth=0")
            self.officers[email] = page
        return self.officers[email]

    def decides(self, email: str, case: str, choice: str) -> None:
        page = self.officer(email)
        page.goto(f"/ofisi/ombi/{case}/")
        page.check(f"[name=act][value={choice}]")
        page.locator("form[action$='tenda/'] button.btn").click()
        assert "done=1" in page.url, page.inner_text("main")

    def applies(self, phone: str) -> tuple[Page, str]:
        """A shop's licence asked for page by page; the applicant's browser and the id of the case."""
        page = self.page()
        page.goto("/huduma/mfano/business-licence/")
        page.locator("form[action^='/omba/'] button.btn").first.click()
        page.fill("[name=nin]", "19000101-00000-00000-01")
        page.fill("[name=full_name]", "Asha Juma")
        page.fill("[name=tin]", "100100100")
        page.set_input_files("[name=tax_clearance]", self.hati)
        self.goes_on(page)
        page.fill("[name=business_name]", "Duka la Asha")
        page.check("[name=sector][value=shop]")
        page.fill("[name=years]", "2")
        page.set_input_files("[name=registration]", self.hati)
        self.goes_on(page)
        page.fill("[name=place__text]", "Sekei")
        page.set_input_files("[name=lease]", self.hati)
        self.goes_on(page)
        page.fill("[name=phone]", phone)
        page.locator("form button.btn", has_text="Wasilisha").click()
        found = re.search(r"/maombi/([0-9a-f-]{36})/", page.url)
        assert found, page.inner_text("main")
        return page, found[1]

    def goes_on(self, page: Page) -> None:
        page.locator("form button.btn", has_text="Hifadhi na uendelee").click()
        assert page.locator(".errs").count() == 0, page.inner_text("main")

    def granted(self, phone: str) -> tuple[Page, str]:
        """An application that the officers granted: its applicant's browser and its id."""
        page, case = self.applies(phone)
        self.decides("juma@mfano.example", case, "forward")
        self.decides("petro@mfano.example", case, "pass")
        self.decides("neema@mfano.example", case, "approve")
        return page, case

    def number(self, page: Page, case: str) -> str:
        """The control number that the case's page shows, once the gateway has given it."""
        return self.waits(page, case, r"\b99\d\d \d{4} \d{4}\b").replace(" ", "")

    def waits(self, page: Page, case: str, pattern: str) -> str:
        """The case's page, loaded again until it says so."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            page.goto(f"/maombi/{case}/")
            found = re.search(pattern, page.inner_text("main"))
            if found:
                return found[0]
            time.sleep(0.5)
        raise AssertionError(f"{pattern} is not said: {page.inner_text('main')}")

    def pays(self, number: str, amount: str = "", *, in_spite: bool = False) -> str:
        """At the demonstration's till; what it says."""
        page = self.page()
        page.goto("/demo/")
        page.fill("#cn", number)
        page.fill("#amount", amount)
        if in_spite:
            page.check("[name=force]")
        page.locator("#malipo form .btn").first.click()
        said = page.inner_text("#malipo [role=status]")
        page.context.close()
        return said

    def texts(self, phone: str) -> list[str]:
        answer = httpx.get(f"{self.house.address}demo/outbox.json", params={"to": phone}, timeout=30)
        return [one["text"] for one in answer.json()["messages"]]


@pytest.fixture(scope="module")
def town(house: Installed, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Town:
    hati = tmp_path_factory.mktemp("hati") / "hati.pdf"
    hati.write_bytes(PDF)
    return Town(house, browser, hati)


def test_asha_pays_and_gets_her_licence(town: Town) -> None:
    """The gateway is in trouble just then: her bill waits, says so, and gets its number when the gateway is back."""
    gateway = town.house.processes("gepg_simulator")[0]
    os.kill(gateway, signal.SIGSTOP)  # it hangs ...
    asha, case = town.granted(ASHA)
    asha.goto(f"/maombi/{case}/")
    assert "Tunasubiri namba kutoka mfumo wa malipo wa serikali" in asha.inner_text("main")
    amani = town.officer("amani@mfano.example")
    amani.goto("/ofisi/fedha/?v=number")
    assert "Inasubiri control number" in amani.inner_text("main table")
    os.kill(gateway, signal.SIGKILL)  # ... and then it dies, and is started again with all it knew
    number = town.number(asha, case)
    assert gateway not in town.house.processes("gepg_simulator")
    page = asha.inner_text("main")
    assert f"TZS {FEE:,}" in page
    assert "lipa kabla ya" in page
    assert "Usimpe mtu pesa mkononi" in page
    assert any(number in text and f"TZS {FEE:,}" in text for text in town.texts(ASHA))
    assert "Kiasi ni kidogo" in town.pays(number, "100")
    assert "Malipo yamepokelewa" in town.pays(number)
    assert "imeshalipwa" in town.pays(number)
    town.waits(asha, case, "Pakua hati")
    assert "stakabadhi ya malipo" in asha.inner_text("main")
    assert any("yamepokelewa. Stakabadhi ya malipo" in text for text in town.texts(ASHA))
    with asha.expect_download() as download:
        asha.get_by_text("Pakua hati").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    amani.goto(f"/ofisi/fedha/?q={number[:6]}")
    assert "Asha Juma" in amani.inner_text("main table")
    assert "Imelipwa" in amani.inner_text("main table")


def test_what_was_paid_in_vain_comes_back(town: Town) -> None:
    asha, case = town.granted(OTHER)
    number = town.number(asha, case)
    assert "Malipo yamepokelewa" in town.pays(number, "10000", in_spite=True)
    town.waits(asha, case, r"Tumepokea TZS 10,000\. Bado unadaiwa:")
    asha.get_by_text("Ondoa ombi", exact=True).click()
    asha.get_by_text("Ndiyo, ondoa ombi").click()
    assert "Utarudishiwa TZS 10,000" in asha.inner_text("main")
    for stranger, seen in (("baraka@jirani.example", False), ("bahati@jirani.example", True)):
        page = town.officer(stranger)
        answer = page.goto("/ofisi/marejesho/")
        assert answer is not None
        assert answer.status == (200 if seen else 403)
        assert "Asha" not in page.content()
        page.goto(f"/ofisi/fedha/?q={number}")
        assert "Asha" not in page.content()
    amani = town.officer("amani@mfano.example")
    amani.goto("/ofisi/marejesho/")
    row = amani.locator("table tr", has_text="TZS 10,000")
    assert "Ombi limeondolewa" in row.inner_text()
    row.locator("[name=reference]").fill("MUSE-0001")
    row.locator("button", has_text="Nimerejesha").click()
    assert "Imeandikwa kwenye daftari" in amani.inner_text("main")
    assert amani.locator("table tr", has_text="TZS 10,000").count() == 0
    town.waits(asha, case, "Umerudishiwa TZS 10,000, kumbukumbu MUSE-0001")
    told: Callable[[], list[str]] = lambda: [text for text in town.texts(OTHER) if "MUSE-0001" in text]  # noqa: E731
    end = time.monotonic() + 20
    while not told():
        assert time.monotonic() < end, town.texts(OTHER)
        time.sleep(0.5)
