"""What a phone sends by itself: saved once, never over newer answers, by nobody else; and whose a page is."""

from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.cases.tests.test_citizen import LETTER, hidden, saved_draft
from jumuishi.channels.middleware import POLICY
from jumuishi.evidence.models import JournalRow

pytestmark = pytest.mark.slow
HOME = {"place__text": "Sekei", "street": "Mtaa wa kwanza", "lived_years": "3", "kept": "typed"}


def test_what_is_typed_is_saved_and_its_page_is_not_called_done(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha, LETTER)
    seen = hidden(asha.get(f"{draft}home/"), "seen")
    answer = asha.post(f"{draft}home/", {**HOME, "seen": seen, "key": "one"})
    assert answer.status_code == 200
    assert answer.json()["left"] == 0
    assert answer.json()["seen"] == hidden(asha.get(f"{draft}home/"), "seen")
    assert saved_draft(draft).answers["street"] == "Mtaa wa kwanza"
    assert saved_draft(draft).done_pages == []
    asha.post(f"{draft}home/", {**HOME, "kept": "done", "key": "two"})
    assert saved_draft(draft).done_pages == ["home"]
    asha.post(f"{draft}home/", {**HOME, "street": "Mtaa wa pili", "key": "three"})
    assert saved_draft(draft).done_pages == ["home"], "typing on leaves it done"
    asha.post(f"{draft}home/", {**HOME, "lived_years": "mitatu", "key": "four"})
    assert saved_draft(draft).done_pages == [], "what cannot be read does not"


def test_the_same_send_twice_saves_once_and_not_over_what_came_since(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha, LETTER)
    first = hidden(asha.get(f"{draft}home/"), "seen")
    saves = JournalRow.objects.filter(verb="cases.draft.save")
    assert asha.post(f"{draft}home/", {**HOME, "seen": first, "key": "one"}).status_code == 200
    assert saves.count() == 1
    assert asha.post(f"{draft}home/", {**HOME, "seen": first, "key": "one"}).status_code == 200
    assert saves.count() == 1
    asha.post(f"{draft}home/", {**HOME, "street": "Mtaa wa pili", "key": "two"})
    late = asha.post(f"{draft}home/", {**HOME, "key": "one"})
    assert late.status_code == 200
    assert saved_draft(draft).answers["street"] == "Mtaa wa pili", "it happened once, and once only"
    other = asha.post(f"{draft}home/", {**HOME, "street": "Mtaa wa tatu", "seen": first, "key": "three"})
    assert other.status_code == 409, "the person is asked"
    assert saved_draft(draft).answers["street"] == "Mtaa wa pili"


def test_what_cannot_be_read_is_counted_and_empty_or_a_file_is_not(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    answer = asha.post(f"{draft}applicant/", {"full_name": "Asha Juma", "nin": "1900", "tin": "", "kept": "typed"})
    assert answer.json()["left"] == 1
    assert saved_draft(draft).answers == {"full_name": "Asha Juma"}


def test_an_outsider_and_a_visitor_save_nothing(country: dict[str, UUID], asha: Client) -> None:
    draft, baraka = begin(asha, LETTER), Client()
    assert baraka.post(f"{draft}home/", HOME).status_code == 302, "a visitor is led to sign in"
    begin(baraka, LETTER)
    assert baraka.post(f"{draft}home/", HOME).status_code == 404
    assert saved_draft(draft).answers == {}


def test_after_submission_nothing_is_taken(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    fill(asha, draft)
    asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    assert asha.post(f"{draft}business/", {"years": "9", "kept": "typed"}).status_code == 410


def test_a_page_says_whose_it_is_to_its_own_browser_only(country: dict[str, UUID], asha: Client) -> None:
    assert "Jumuishi-Who" not in asha.get("/huduma/")
    draft = begin(asha, LETTER)
    who = asha.get("/huduma/").headers["Jumuishi-Who"]
    person = str(saved_draft(draft).person_id)
    assert who == asha.get(f"{draft}home/").headers["Jumuishi-Who"]
    assert who not in person
    assert person not in who
    baraka = Client()
    begin(baraka, LETTER)
    assert baraka.get("/huduma/").headers["Jumuishi-Who"] != who


def test_the_worker_is_for_everyone_and_gives_pages_the_houses_policy(db: None) -> None:
    found = Client().get("/mtandao.js")
    assert found.headers["Content-Type"] == "text/javascript"
    assert POLICY in found.content.decode()
    assert "@@" not in found.content.decode()
    assert "Hakuna mtandao" in Client().get("/omba/bila-mtandao/").content.decode()
    assert "There is no link" in Client().get("/en/omba/bila-mtandao/").content.decode()
