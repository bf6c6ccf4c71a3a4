"""Asha signs in with her phone, on a page without script, in Kiswahili or English."""

import pytest
from django.test import Client

from jumuishi.identity import people, session
from jumuishi.identity.models import Person

pytestmark = pytest.mark.database
Sent = list[tuple[str, str]]


def test_phone_code_in(db: None, house: Client, sent: Sent) -> None:
    page = house.get("/ingia/?next=/door/known/")
    assert "Namba ya simu" in page.content.decode()
    answer = house.post("/ingia/", {"phone": "0700 000 001", "next": "/door/known/"})
    assert answer["Location"] == "/ingia/msimbo/"
    page = house.get("/ingia/msimbo/")
    assert "+255 7•• ••• 001" in page.content.decode()
    answer = house.post("/ingia/msimbo/", {"code": sent[-1][1]})
    assert answer["Location"] == "/door/known/"
    assert house.get("/door/known/").status_code == 200
    assert Person.objects.get().phone == "+255700000001"
    house.post("/toka/")
    assert house.get("/door/known/").status_code == 302


def test_a_wrong_code_says_so_and_lets_nobody_in(db: None, house: Client, sent: Sent) -> None:
    house.post("/en/ingia/", {"phone": "0700000001"})
    page = house.post("/en/ingia/msimbo/", {"code": "12345x"})
    assert "wrong or over" in page.content.decode()
    assert house.get("/door/known/").status_code == 302
    assert not Person.objects.exists()


def test_a_number_that_is_none(db: None, house: Client, sent: Sent) -> None:
    page = house.post("/ingia/", {"phone": "12"})
    assert "tarakimu 10" in page.content.decode()
    assert not sent


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_the_way_back_stays_in_this_house(db: None, house: Client, sent: Sent, way: str) -> None:
    house.post("/ingia/", {"phone": "0700000001", "next": way})
    assert house.post("/ingia/msimbo/", {"code": sent[-1][1]})["Location"] == "/maombi/"


def test_signing_in_changes_the_session_key(db: None, house: Client, sent: Sent) -> None:
    house.post("/ingia/", {"phone": "0700000001"})
    before = house.session.session_key
    house.post("/ingia/msimbo/", {"code": sent[-1][1]})
    assert house.session.session_key != before


def test_a_guest_resumes_and_then_proves_a_phone(db: None, house: Client, sent: Sent) -> None:
    guest = people.new_guest()
    assert house.post("/endelea/", {"resume": guest.resume_code}).status_code == 302
    assert house.session[session.PERSON] == str(guest.actor.person_id)
    house.post("/ingia/", {"phone": "0700000001"})
    house.post("/ingia/msimbo/", {"code": sent[-1][1]})
    assert house.session[session.PERSON] == str(guest.actor.person_id)
    assert session.GUEST not in house.session
    assert "Hatuna cha kuendelea" in Client().post("/endelea/", {"resume": guest.resume_code}).content.decode()


def test_pages_weigh_little_and_hold_no_script(db: None, house: Client) -> None:
    for path in ("/ingia/", "/endelea/"):
        page = house.get(path)
        assert b"<script" not in page.content
        assert b"style=" not in page.content
