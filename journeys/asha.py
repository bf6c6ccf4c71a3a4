"""Asha at her phone: what she types into which page, for the stories, the pictures and the measurements."""

import re
import shutil
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PHONE = "0700 000 001"
SERVICE = "/huduma/mfano/business-licence/"


def a_file(name: str) -> dict[str, object]:
    """A small PDF, as a phone hands it in."""
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF}


def a_phone(browser: Browser, *, script: bool = False, width: int = 360, scheme: str = "light") -> Page:
    """A fresh phone with nothing remembered; without script unless a test must look inside."""
    context = browser.new_context(
        java_script_enabled=script,
        viewport={"width": width, "height": 740},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=script,
    )
    return context.new_page()


@dataclass
class Asha:
    """She applies for a business licence, page by page."""

    page: Page
    at: str
    lang: str = "sw"

    def go(self, path: str) -> None:
        """To an address of the house, in her language."""
        self.page.goto(f"{self.at}{'/en' if self.lang == 'en' else ''}{path}")

    @property
    def path(self) -> str:
        """Where she is."""
        return urlsplit(self.page.url).path

    def press(self) -> None:
        """The main act of the page; with script it may wait for a file that is still on its way."""
        with self.page.expect_navigation():
            self.page.click("main .acts .btn >> nth=0")

    def begin(self) -> str:
        """From the service's page into the first page of questions; returns the draft's address."""
        self.go(SERVICE)
        self.press()
        return self.page.url.rsplit("/", 2)[0] + "/"

    def applicant(self) -> None:
        """Who she is."""
        self.page.fill("[name=nin]", "19000101-00000-00000-01")
        self.page.fill("[name=full_name]", "Asha Juma")
        self.page.fill("[name=tin]", "100 100 100")
        self.page.set_input_files("[name=tax_clearance]", a_file("kodi.pdf"))
        self.press()

    def business(self) -> None:
        """What she does; the kind of business brings a question along."""
        self.page.fill("[name=business_name]", "Mgahawa wa Asha")
        self.page.check("[value=food]")
        self.page.fill("[name=years]", "2")
        self.page.set_input_files("[name=registration]", a_file("cheti.pdf"))
        self.press()
        self.page.fill("[name=food_handlers]", "3")
        self.press()

    def premises(self) -> None:
        """Where: the place is searched, one is picked, a branch is added."""
        self.page.fill("[name=place__text]", "se")
        self.page.click("button[name=find] >> nth=0")
        self.page.check("[name=place__pick] >> nth=0")
        self.page.set_input_files("[name=lease]", a_file("pango.pdf"))
        self.page.click("button[name=add]")
        self.page.fill("[name=branches__0__branch_name]", "Tawi la sokoni")
        self.page.fill("[name=branches__0__branch_place__text]", "se")
        self.press()
        self.page.check("[name=branches__0__branch_place__pick] >> nth=1")
        self.press()

    def submit(self, phone: str = PHONE) -> str:
        """From the summary to the receipt; returns the reference."""
        if phone:
            self.page.fill("main [name=phone]", phone)
        self.press()
        return re.sub(r"\D", "", self.page.locator(".ref").inner_text())
