"""An officer writes for longer than a session waits: after signing in the page is as it was left, nothing was sent."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jumuishi.cases.models import Remark
from jumuishi.identity import testing
from jumuishi.kernel import clock
from jumuishi.project.tests.scene import Scene

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def scene(world: Any, db: None, run_jobs: Callable[[], int]) -> Scene:
    return Scene(run_jobs)


@contextmanager
def later() -> Iterator[None]:
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        yield


def again(browser: Client, scene: Scene, name: str, home: str = "mfano") -> None:
    """As the sign-in pages do, in the same browser."""
    testing.sign_in(browser, scene.officer(home, name))


def test_a_remark_and_a_decision_come_back_into_their_own_forms(scene: Scene) -> None:
    juma, page = scene.at_work("mfano", "Juma"), f"/ofisi/ombi/{scene.running}/"
    html = juma.get(page).content.decode()
    form = re.search(rf'action="{page}tenda/".*?</form>', html, re.S)
    assert form is not None
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    choice = re.search(r'name="(\w+)" value="(\w+)"[^>]*type="radio"|type="radio" name="(\w+)" value="(\w+)"', form[0])
    assert choice is not None
    name, value = choice[1] or choice[3], choice[2] or choice[4]
    area = re.findall(r'<textarea[^>]*name="(\w+)"', form[0])[0]
    text = "Eneo lilikuwa limefungwa; <b>nitarudi</b> kesho & nitapiga picha."
    with later():
        answer = juma.post(
            f"{page}tenda/", {**hidden, name: value, area: text}, headers={"referer": f"http://testserver{page}"}
        )
        assert answer["Location"] == f"/ofisi/ingia/?next={page}"
        again(juma, scene, "Juma")
        found = juma.get(page).content.decode()
    assert "Ulichoandika kimerudi kwenye fomu" in found
    assert "limefungwa; &lt;b&gt;nitarudi&lt;/b&gt; kesho &amp; nitapiga picha.</textarea>" in found
    assert len(re.findall(rf'<input[^>]*value="{value}"[^>]*checked', found)) == 1
    assert found.count("checked") == html.count("checked") + 1
    # The rest of the page is as it was.
    assert found.count("<form") == html.count("<form")


def test_it_is_sent_by_its_writer_and_then_forgotten(scene: Scene) -> None:
    juma, page = scene.at_work("mfano", "Juma"), f"/ofisi/ombi/{scene.running}/"
    text = "Naomba picha ya eneo lote"
    with later():
        juma.post(f"{page}dokezo/", {"text": text}, headers={"referer": f"http://testserver{page}"})
        again(juma, scene, "Juma")
        assert not Remark.objects.filter(text=text).exists(), "nothing is sent by itself"
        assert text in juma.get(page).content.decode()
        assert text in juma.get(page).content.decode(), "until it is sent"
        juma.post(f"{page}dokezo/", {"text": text})
        assert Remark.objects.filter(text=text).count() == 1
        assert "Ulichoandika kimerudi" not in juma.get(page).content.decode()


def test_baraka_at_the_same_computer_sees_nothing_of_it(scene: Scene) -> None:
    browser, page = scene.at_work("mfano", "Juma"), f"/ofisi/ombi/{scene.running}/"
    with later():
        browser.post(f"{page}dokezo/", {"text": "Siri ya Juma"}, headers={"referer": f"http://testserver{page}"})
        again(browser, scene, "Baraka", "jirani")
        for path in (page, "/ofisi/"):
            assert "Siri ya Juma" not in browser.get(path).content.decode()


def test_where_the_form_is_gone_the_text_is_shown(scene: Scene) -> None:
    juma, page = scene.at_work("mfano", "Juma"), f"/ofisi/ombi/{scene.paid}/"
    text = "Sababu ndefu ya kukataa"
    with later():
        juma.post(f"{page}tenda/", {"why": text, "choice": "refuse"}, headers={"referer": f"http://testserver{page}"})
        again(juma, scene, "Juma")
        found = juma.get(page).content.decode()
    assert "haipo tena kwenye ukurasa huu" in found
    assert text in found


def test_a_page_of_another_house_is_no_way_back(scene: Scene) -> None:
    juma, page = scene.at_work("mfano", "Juma"), f"/ofisi/ombi/{scene.running}/dokezo/"
    for referer in ("https://evil.example/x", "http://testserver//evil.example/", "x"):
        with later():
            answer = juma.post(page, {"text": "x y"}, headers={"referer": referer})
        assert answer["Location"] == f"/ofisi/ingia/?next={page}"
