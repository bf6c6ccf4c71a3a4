"""Asha wants to know which systems asked about her, on a small phone without script."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from playwright.sync_api import Browser, Page

from journeys.test_committee import key
from jumuishi.exchange.registers.resting import rest
from jumuishi.exchange.tests import running
from jumuishi.exchange.tests.registers import register
from jumuishi.identity import testing
from jumuishi.kernel import tenancy
from jumuishi.project import demo_registers

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
ANSWERS = {"mama": "Zuhura", "shule gani": "Jaribio", "kata": "Kaloleni", "baba": "Ramadhani", "mwaka": "1912"}


@pytest.fixture
def registers(country: str, database: Any, tmp_path: Path) -> Iterator[str]:
    """The identity register behind the exchange; the address of the pages."""
    with register("national-id", tmp_path) as url:
        with (
            override_settings(JUMUISHI_CONFIG=tmp_path),
            tenancy.acting_as(tenancy.Principal.system()),
            transaction.atomic(),
        ):
            demo_registers.load({"national-id": int(url.rpartition(":")[2])})
        with (
            running.gateway(database.app) as gateway,
            override_settings(
                EXCHANGE_EDGE=gateway.edge, EXCHANGE_REGISTERS=tmp_path / "registers.toml", REGISTER_SECONDS=20
            ),
        ):
            rest.forget()
            yield country


@pytest.fixture
def prepared(registers: str) -> dict[str, str]:
    """Keys of those who act."""
    with transaction.atomic():
        asha = testing.citizen("0700 000 061", "Asha Juma")
        return {"address": registers, "Asha": key(asha)}


def come(chromium: Browser, prepared: dict[str, str], who: str, width: int) -> Page:
    context = chromium.new_context(
        base_url=prepared["address"], java_script_enabled=False, viewport={"width": width, "height": 800}
    )
    context.add_cookies([{"name": "sessionid", "value": prepared[who], "url": prepared["address"]}])
    return context.new_page()


def test_asha_reads_who_asked_about_her(prepared: dict[str, str], chromium: Browser, tmp_path: Path) -> None:
    page = come(chromium, prepared, "Asha", 360)
    page.goto("/mimi/waliotazama/")
    page.get_by_role("link", name="Mifumo iliyouliza").click()
    page.get_by_role("link", name="Thibitisha namba").click()
    page.fill("[name=namba]", "19000101-11000-00001-10")
    page.get_by_role("button", name="Endelea").click()
    for _ in range(3):
        asked = page.inner_text("label[for=i-jibu]")
        page.fill("[name=jibu]", next(said for part, said in ANSWERS.items() if part in asked))
        page.get_by_role("button", name="Endelea").click()
    assert page.url.endswith("/mimi/waliotazama/mifumo/")
    assert "Mamlaka ya Serikali Mtandao ya Mfano" in page.inner_text("main")
    page.screenshot(path=tmp_path / "list.png", full_page=True)
    page.get_by_role("link", name="Mamlaka ya Serikali").first.click()
    assert "Kumtambua anayetaka kuona" in page.inner_text("main")
    with page.expect_download() as got:
        page.get_by_role("link", name="Pakua ushahidi").click()
    assert "about" in Path(got.value.path()).read_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.screenshot(path=tmp_path / "one.png", full_page=True)
