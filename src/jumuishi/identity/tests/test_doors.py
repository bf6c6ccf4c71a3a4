"""Every door, every visitor: who comes in, who is sent to sign in, who is refused without a word more."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from jumuishi.identity.testing import citizen, sign_in
from jumuishi.identity.tests.urls import KINDS
from jumuishi.identity.types import Actor

pytestmark = pytest.mark.database


def test_a_visitor_at_each_door(db: None, house: Client) -> None:
    found = {name: house.get(f"/door/{name}/").status_code for name in KINDS}
    assert {name for name, status in found.items() if status == 200} == {"everyone", "callback"}
    assert set(found.values()) == {200, 302}
    assert house.get("/door/officer/?a=1")["Location"] == "/ofisi/ingia/?next=/door/officer/%3Fa%3D1"
    assert house.get("/en/door/known/")["Location"] == "/en/ingia/?next=/en/door/known/"


def test_a_citizen_is_no_officer(db: None, house: Client) -> None:
    asha = citizen("+255700000001", "Asha")
    sign_in(house, asha)
    assert house.get("/door/known/").status_code == 200
    assert house.get("/door/officer/")["Location"].startswith("/ofisi/ingia/")
    sign_in(house, Actor.person(None))
    assert house.get("/door/known/").status_code == 302


def test_a_refusal_tells_nothing(db: None, house: Client) -> None:
    page = house.get("/refusing/")
    assert page.status_code == 403
    assert b"cases" not in page.content
    answer = house.get("/api/v1/refusing")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert b"cases" not in answer.content


def test_too_many_says_when(db: None, house: Client) -> None:
    page = house.get("/limiting/")
    assert (page.status_code, page["Retry-After"]) == (429, "600")


def test_every_page_of_this_room_names_its_door(db: None, house: Client) -> None:
    from jumuishi.identity.web.urls import urlpatterns  # noqa: PLC0415

    assert all(hasattr(pattern.callback, "access") for pattern in urlpatterns)
    assert resolve("/ingia/").func.access.name == "everyone"


def test_a_visitor_costs_no_look_up_and_a_citizen_one(db: None, house: Client) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as caught:
            house.get("/door/everyone/")
        return [query["sql"] for query in caught.captured_queries if " FROM " in query["sql"]]

    assert asked() == []
    sign_in(house, citizen("+255700000001"))
    assert len(asked()) == 1
