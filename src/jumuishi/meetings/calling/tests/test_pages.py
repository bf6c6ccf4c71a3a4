"""What comes before a meeting by its pages: the secretary's, the member's, the calendars'; whoever has no part."""

import re
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.identity import testing
from jumuishi.kernel import clock
from jumuishi.meetings.calling.models import Apology, Service
from jumuishi.meetings.calling.tests.conftest import NOW, Council
from jumuishi.meetings.models import Item, Meeting

pytestmark = [pytest.mark.database, pytest.mark.slow]


def plan(council: Council, neema: Client, days: int = 10) -> Meeting:
    page = f"/ofisi/mabaraza/{council.body.id}/vikao/panga/"
    given = {
        "kind": "ordinary", "day": f"{NOW + timedelta(days=days):%Y-%m-%d}", "hour": "10:00", "until": "13:00",
        "place": "Ukumbi wa mjini", "public": "1",
    }  # fmt: skip
    wrong = neema.post(page, {**given, "hour": ""})
    assert wrong.status_code == 400
    assert "Ukumbi wa mjini" in wrong.content.decode()
    for _ in range(2):
        assert neema.post(page, given).status_code == 302
    return Meeting.objects.get(starts_at__date=(NOW + timedelta(days=days)).date())


def test_from_planned_to_acknowledged(council: Council) -> None:
    neema = council.at_work()
    meeting = plan(council, neema)
    here = f"/ofisi/mabaraza/mkutano/{meeting.id}/"
    assert "10 Februari" not in neema.get(here).content.decode().split("<main")[0]
    assert "Taarifa ikitolewa hadi" in neema.get(here).content.decode()
    add = {"do": "add", "section": "business", "title_sw": "Bajeti ya maji", "decision": "ordinary"}
    for _ in range(2):
        assert neema.post(f"{here}tenda/", add).status_code == 302
    assert Item.objects.filter(meeting=meeting, number="2.1").count() == 1
    # A member sees nothing before the call.
    salum = council.member("Salum")
    assert salum.get(f"/mimi/vikao/{meeting.id}/").status_code == 404
    asked = neema.post(f"{here}tenda/", {"do": "call"})
    assert asked.status_code == 200
    assert "Wajumbe 4" in asked.content.decode()
    assert Service.objects.count() == 0
    for _ in range(2):
        assert neema.post(f"{here}tenda/", {"do": "call", "sure": "1"}).status_code == 302
    served = neema.get(f"{here}wito/").content.decode()
    assert "Wajumbe 4 kati ya 4 bado hawajapata taarifa" in served
    assert "Neema" in served.split("<main")[1]
    page = salum.get(f"/mimi/vikao/{meeting.id}/").content.decode()
    assert "Bajeti ya maji" in page
    assert "Kanuni 8(1)" in page
    assert "Nimepata taarifa" in page
    for _ in range(2):
        assert salum.post(f"/mimi/vikao/{meeting.id}/tenda/", {"do": "got"}).status_code == 302
    assert "Ulithibitisha kupata taarifa" in salum.get(f"/mimi/vikao/{meeting.id}/").content.decode()
    assert "promise" in salum.get(f"/mimi/vikao/{meeting.id}/stakabadhi/").json()
    assert salum.post(f"/mimi/vikao/{meeting.id}/tenda/", {"do": "apologise", "reason": ""}).status_code == 400
    for _ in range(2):
        given = {"do": "apologise", "reason": "Nina mgonjwa hospitali"}
        assert salum.post(f"/mimi/vikao/{meeting.id}/tenda/", given).status_code == 302
    assert "Nina mgonjwa hospitali" in neema.get(here).content.decode()
    assert "Wajumbe 3 kati ya 4" in neema.get(f"{here}wito/").content.decode()
    salum.post(f"/mimi/vikao/{meeting.id}/tenda/", {"do": "come"})
    assert "Nina mgonjwa hospitali" not in neema.get(here).content.decode()
    assert Apology.objects.exclude(withdrawn_at=None).count() == 1


def test_the_refusal_quotes_the_rule_or_names_the_missing_one_on_the_page(council: Council) -> None:
    neema = council.at_work()
    meeting = plan(council, neema, days=3)
    here = f"/ofisi/mabaraza/mkutano/{meeting.id}/"
    page = neema.get(here).content.decode()
    assert "Kanuni 8(1)" in page
    assert "Taarifa itolewe siku saba kabla" in page
    answer = neema.post(f"{here}tenda/", {"do": "call", "sure": "1"})
    assert answer.status_code == 400
    assert "Kanuni 8(1)" in answer.content.decode()
    # The way that the rules leave open is offered, with whoever may order it.
    assert "Rehema Mwenyekiti" in page
    given = {"do": "urgent", "sure": "1", "ordered_by": str(council.members["Rehema"].id), "reason": ""}
    assert "Andika sababu ya dharura" in neema.post(f"{here}tenda/", given).content.decode()
    council.orders(gazette="")
    refused = neema.post(f"{here}tenda/", {"do": "call", "sure": "1"}).content.decode()
    assert "namba ya tangazo la Serikali" in refused
    english = neema.post(f"/en{here}tenda/", {"do": "call", "sure": "1"}).content.decode()
    assert "the gazette number of these orders" in english


def test_whoever_has_no_part_finds_nothing(council: Council) -> None:
    meeting = council.called()
    here = f"/ofisi/mabaraza/mkutano/{meeting.id}/"
    office = [here, f"{here}wito/", f"{here}badili/", f"/ofisi/mabaraza/{council.body.id}/vikao/",
              f"/ofisi/mabaraza/{council.body.id}/vikao/panga/"]  # fmt: skip
    for slug, name in (("jirani", "Baraka"), ("jirani", "Subira"), ("mfano", "Juma")):
        client = council.at_work(slug, name)
        assert [client.get(one).status_code for one in office] == [404] * len(office), name
        assert client.post(f"{here}tenda/", {"do": "cancel", "reason": "x", "sure": "1"}).status_code == 404
        assert client.post(f"{here}wito/tenda/", {"do": "again"}).status_code == 404
        assert client.get(f"/mimi/vikao/{meeting.id}/").status_code == 404
    asha = Client()
    testing.sign_in(asha, testing.citizen("0700 000 001", "Asha"))
    assert asha.get(f"/mimi/vikao/{meeting.id}/").status_code == 404
    assert asha.post(f"/mimi/vikao/{meeting.id}/tenda/", {"do": "got"}).status_code == 404
    assert "Wewe si mjumbe" in asha.get("/mimi/vikao/").content.decode()
    # Whose term has ended is a member no more.
    council.members["Tausi"].until_on = (NOW - timedelta(days=1)).date()
    council.members["Tausi"].save()
    assert council.member("Tausi").get(f"/mimi/vikao/{meeting.id}/").status_code == 404
    meeting.refresh_from_db()
    assert meeting.state == "called"


def test_a_secret_calendar_is_taken_back_and_a_public_body_has_an_open_one(council: Council) -> None:
    meeting = council.called()
    hidden = council.called(days=12, is_public=False)
    council.plan(days=20)
    salum = council.member("Salum")

    def address() -> str:
        made = salum.post("/mimi/vikao/kalenda/", {"do": "make"}).content.decode()
        found = re.search(r"<code>\S+?(/vikao/kalenda/[^<]+)</code>", made)
        assert found, made
        return found[1]

    first = address()
    feed = icalendar.Calendar.from_ical(Client().get(first).content)
    assert {str(one["uid"]) for one in feed.walk("VEVENT")} == {f"{meeting.id}@jumuishi", f"{hidden.id}@jumuishi"}
    second = address()
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    for _ in range(2):
        assert salum.post("/mimi/vikao/kalenda/", {"do": "end"}).status_code == 302
    assert Client().get(second).status_code == 404
    public = icalendar.Calendar.from_ical(Client().get(f"/vikao/kalenda/baraza/{council.body.id}.ics").content)
    assert [str(one["uid"]) for one in public.walk("VEVENT")] == [f"{meeting.id}@jumuishi"]
    council.body.is_public = False
    council.body.save()
    assert Client().get(f"/vikao/kalenda/baraza/{council.body.id}.ics").status_code == 404


def test_as_many_questions_for_one_as_for_many(council: Council) -> None:
    council.called()
    neema, salum = council.at_work(), council.member("Salum")

    def asked(client: Client, path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        return len(found)

    first = Meeting.objects.get()
    pages: list[tuple[Any, str]] = [
        (neema, f"/ofisi/mabaraza/{council.body.id}/vikao/"), (neema, f"/ofisi/mabaraza/mkutano/{first.id}/"),
        (neema, f"/ofisi/mabaraza/mkutano/{first.id}/wito/"), (salum, "/mimi/vikao/"),
    ]  # fmt: skip
    before = [asked(*one) for one in pages]
    for n in range(4):
        with clock.frozen(NOW + timedelta(minutes=n)):
            council.called(days=11 + n)
    for n in range(5):
        post = {"do": "add", "section": "business", "title_sw": f"Ajenda {n}"}
        assert neema.post(f"/ofisi/mabaraza/mkutano/{first.id}/tenda/", post).status_code == 302
    assert [asked(*one) for one in pages] == before


def test_a_members_page_is_light(council: Council) -> None:
    meeting = council.called()
    page = council.member("Salum").get(f"/mimi/vikao/{meeting.id}/", headers={"Accept-Encoding": "gzip"})
    assert page.status_code == 200
    assert len(page.content) < 14_336
