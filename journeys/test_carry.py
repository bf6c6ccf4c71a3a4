"""An ICT officer carries messages on a stick by the pages alone: packs, downloads, takes, and mends what is stuck."""

import io
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction
from playwright.sync_api import Browser, Page

from journeys.test_accessibility import axe, wide
from journeys.test_committee import find, key
from jumuishi.exchange import registering
from jumuishi.exchange.courier.bundle import sealing
from jumuishi.exchange.courier.carrying import keeping
from jumuishi.exchange.tests import sticks
from jumuishi.exchange.tests.test_gateway import CONTACT, officer
from jumuishi.kernel import tenancy

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def prepared(country: str) -> tuple[str, str, UUID]:
    """The address, Bakari's key and a message that is stuck."""
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        bakari = officer("maji-mfano", "Bakari")
        registering.register_subsystem(actor=bakari, code="wateja", name="Wateja", **CONTACT)
        sticks.meet()
        for subject in ("kiwanja-1", "kiwanja-1", "kiwanja-2"):
            sticks.sent(subject)
        dead = sticks.stuck().id
    with transaction.atomic():
        return country, key(find("maji-mfano", "Bakari")), dead


def elsewhere(act: Callable[[], Any]) -> None:
    """In a thread of its own, as a worker does."""

    def run() -> None:
        act()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_a_stick_by_the_pages_alone(prepared: tuple[str, str, UUID], chromium: Browser, tmp_path: Path) -> None:
    address, session, dead = prepared

    def enter(width: int, *, script: bool) -> Page:
        context = chromium.new_context(
            base_url=address, java_script_enabled=script, viewport={"width": width, "height": 800}, bypass_csp=script
        )
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        return context.new_page()

    page = enter(360, script=False)
    page.goto(sticks.HERE)
    assert "Ujumbe 4 unasubiri" in page.inner_text("main")
    page.screenshot(path=tmp_path / "carry.png", full_page=True)
    page.get_by_role("button", name="Pakia kwa flashi").click()
    assert "Unapakiwa" in page.inner_text("main")
    packing = UUID(page.url.rstrip("/").rpartition("/")[2])
    elsewhere(lambda: keeping.pack_for(packing))
    page.get_by_role("link", name="Fungua tena").click()
    page.screenshot(path=tmp_path / "packing.png", full_page=True)
    with page.expect_download() as came:
        page.get_by_role("link", name=re.compile(r"\.mzigo")).click()
    file = tmp_path / came.value.suggested_filename
    came.value.save_as(file)
    assert re.fullmatch(r"[a-z0-9-]+--wilaya--\d{6}-1\.mzigo", file.name)
    plain = io.BytesIO()
    sealing.open_with([sticks.THEIRS], io.BytesIO(file.read_bytes()), plain, most=10**7)
    assert plain.getvalue().startswith(b"jumuishi-bundle-1\n")
    # Brought back by mistake, it is refused in words and nothing is lost.
    page.goto(sticks.HERE)
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="Ingiza").click()
    assert "si wa seva hii" in page.inner_text("main")
    page.screenshot(path=tmp_path / "refused.png", full_page=True)
    page.goto(f"{sticks.HERE}ujumbe/{dead}/")
    page.screenshot(path=tmp_path / "dead.png", full_page=True)
    page.get_by_role("link", name="Funga bila kutuma").click()
    page.fill("[name=reason]", "Kiwanja kimefutwa")
    page.get_by_role("button", name="Funga bila kutuma").click()
    assert "Ulifungwa: Kiwanja kimefutwa" in page.inner_text("main")
    for width in (360, 1200):
        page = enter(width, script=True)
        for path in ("", "mada/", f"pakia/{packing}/", "ujumbe/?hali=mwisho", f"ujumbe/{dead}/rudia/"):
            page.goto(f"{sticks.HERE}{path}")
            assert axe(page) == [], path
            assert wide(page) == [], path
            page.set_viewport_size({"width": width, "height": 800})
        page.goto(sticks.HERE)
        page.screenshot(path=tmp_path / f"carry-{width}.png", full_page=True)
