"""Officers decide, at browsers without script: asked and answered, late with why, refused with a reason, granted."""

from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page

from journeys.test_money import Town, browser, house, town

__all__ = ["browser", "house", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
ASHA, OTHER = "0700 000 051", "0700 000 052"


def press(page: Page) -> None:
    page.locator("form[action$='tenda/'] > button.btn.full").click()


def test_asked_answered_late_and_granted(town: Town) -> None:
    asha, case = town.applies(ASHA)
    juma = town.officer("juma@mfano.example")
    juma.goto("/ofisi/")
    juma.locator(f"a[href='/ofisi/ombi/{case}/']").click()
    assert "Duka la Asha" in juma.inner_text("main")
    # A file is read in place; the applicant sees that he looked.
    juma.get_by_role("link", name="hati.pdf", exact=True).last.click()
    assert juma.locator("iframe").count() == 1
    # Nothing is chosen for him, and pressing without a choice loses nothing.
    assert juma.locator("[name=act]:checked").count() == 0
    juma.fill("#i-text", "Leta mkataba wa pango uliosainiwa.")
    press(juma)
    assert "Chagua uamuzi mmoja" in juma.inner_text("[role=alert]")
    assert juma.input_value("#i-text") == "Leta mkataba wa pango uliosainiwa."
    juma.check("[name=act][value=ask]")
    press(juma)
    assert "done=1" in juma.url, juma.inner_text("main")
    juma.goto("/ofisi/?due=waiting")
    assert "Saa imesimama" in juma.inner_text("table")
    asha.goto(f"/maombi/{case}/")
    assert "Leta mkataba wa pango uliosainiwa." in asha.inner_text("main")
    asha.locator("form[action$='jibu/'] [name=lease]").set_input_files(town.hati)
    asha.locator("form[action$='jibu/'] button.btn").last.click()
    assert asha.locator(".errs").count() == 0, asha.inner_text("main")
    # Nobody looked at it in time: he says why before he acts.
    with psycopg.connect(town.house.database(), autocommit=True) as database:
        database.execute(
            "UPDATE cases_task SET opened_at = now() - interval '5 days', due_at = now() - interval '4 days' "
            "WHERE case_id = %s AND state = 'open'",
            [case],
        )
    juma.goto("/ofisi/?due=late")
    juma.locator("a.need", has_text="Andika sababu").first.click()
    juma.check("[name=act][value=forward]")
    press(juma)
    assert "Andika sababu ya kuchelewa" in juma.inner_text("[role=alert]")
    juma.fill("[name=late]", "Umeme ulikatika ofisini.")
    press(juma)
    assert "done=1" in juma.url, juma.inner_text("main")
    asha.goto(f"/maombi/{case}/")
    assert "Umeme ulikatika ofisini." in asha.inner_text("main")
    town.decides("petro@mfano.example", case, "pass")
    town.decides("neema@mfano.example", case, "approve")
    number = town.waits(asha, case, r"\b99\d\d \d{4} \d{4}\b").replace(" ", "")
    assert "Malipo yamepokelewa" in town.pays(number)
    town.waits(asha, case, "Pakua hati")
    with asha.expect_download() as download:
        asha.get_by_text("Pakua hati").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    baraka = town.officer("baraka@jirani.example")
    answer = baraka.goto(f"/ofisi/ombi/{case}/")
    assert answer is not None
    assert answer.status == 404


def test_refused_with_a_reason(town: Town) -> None:
    asha, case = town.applies(OTHER)
    juma = town.officer("juma@mfano.example")
    juma.goto(f"/ofisi/ombi/{case}/")
    juma.check("[name=act][value=refuse]")
    press(juma)
    assert "Andika sababu." in juma.inner_text("[role=alert]")
    juma.fill("#i-text", "Eneo hili si la biashara.")
    press(juma)
    assert "Una uhakika?" in juma.inner_text("h1")
    assert "Eneo hili si la biashara." in juma.inner_text("blockquote")
    juma.get_by_role("button", name="Rudi, nibadilishe").click()
    assert juma.input_value("#i-text") == "Eneo hili si la biashara."
    press(juma)
    juma.get_by_role("button", name="Ndiyo: Kataa").click()
    assert "done=1" in juma.url, juma.inner_text("main")
    asha.goto(f"/maombi/{case}/")
    assert "Eneo hili si la biashara." in asha.inner_text("main")
    assert "Kata rufaa" in asha.inner_text("main")
