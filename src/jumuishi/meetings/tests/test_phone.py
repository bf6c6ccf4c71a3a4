"""A member with an old phone is there and votes, behind the PIN; nobody else learns of the meeting."""

from typing import Any

import pytest
from django.test import Client

from jumuishi.channels.ussd.handset import Handset
from jumuishi.identity import pins, testing
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.meetings.models import Apology, Ballot, Notice, Service
from jumuishi.meetings.sitting import places
from jumuishi.meetings.sitting.tests.conftest import Council, at_work, council, homes, officer, world

pytestmark = pytest.mark.database
__all__ = ["at_work", "council", "homes", "officer", "world"]
PIN = "4071"


def phone_of(number: str, person: Any = None) -> Handset:
    if person is not None:
        with tenancy.acting_as(tenancy.Principal.system()):
            pins.set_pin(actor=Actor.person(person), pin=PIN)
    client = Client()
    return Handset(number, lambda sent: client.post("/ussd/africastalking/", sent).content.decode())


def salma(council: Council) -> Handset:
    return phone_of("+255700000003", council.members["Salma"].person_id)


def test_a_member_is_there_by_the_code_and_votes_once(council: Council) -> None:
    council.begin("Rehema", "Omari", "Petro", "Zuhura", "Hamisi")
    phone = salma(council)
    phone.dial()
    phone.choose("Vikao vyangu")
    assert "Baraza la Madiwani" not in phone.screen, "the PIN comes first"
    phone.type(PIN)
    phone.choose("Baraza la Madiwani: Kikao")
    phone.choose("Nipo")
    phone.type("000000" if places.code_of(council.meeting) != "000000" else "000001")
    assert council.id("Salma") not in council.state().present
    phone.type(places.code_of(council.meeting))
    assert council.state().present.get(council.id("Salma")) == "hall", [one.text for one in phone.seen]
    vote = council.open_vote()
    phone.dial()
    phone.choose("Vikao vyangu")
    phone.type(PIN)
    phone.choose("Baraza la Madiwani: Kikao")
    phone.choose("Piga kura")
    assert "kwa jina" in phone.screen
    phone.choose("Hapana")
    assert "Imepokelewa" in phone.screen
    phone.again()
    kept = Ballot.objects.filter(vote=vote)
    assert [(one.member_id, one.choice) for one in kept] == [(council.members["Salma"].id, "against")]


def test_a_vote_by_hands_does_not_come_to_a_phone(council: Council) -> None:
    council.begin("Rehema", "Omari", "Petro", "Zuhura", "Hamisi", "Salma")
    council.open_vote("hands", tellers=(council.id("Omari"), council.id("Petro")))
    phone = salma(council)
    phone.dial()
    phone.choose("Vikao vyangu")
    phone.type(PIN)
    phone.choose("Baraza la Madiwani: Kikao")
    assert "Piga kura" not in phone.screen


def test_an_outsider_has_no_meeting(council: Council) -> None:
    council.begin()
    baraka = phone_of("+255700999001", testing.citizen("+255700999001", "Baraka").person_id)
    baraka.dial()
    while "\n99. " in baraka.screen:
        baraka.type("99")
    assert not any("Vikao vyangu" in one.text for one in baraka.seen)


def test_a_notice_is_acknowledged_and_an_apology_is_made(council: Council) -> None:
    given = {"institution_id": council.meeting.institution_id}
    notice = Notice.objects.create(
        meeting=council.meeting, sequence=0, what="called", at=clock.now(), by=council.secretary.who,
        serve_by=clock.now(), **given,
    )  # fmt: skip
    service = Service.objects.create(notice=notice, member=council.members["Salma"], code="4711", **given)
    phone = salma(council)
    phone.dial()
    phone.choose("Vikao vyangu")
    phone.type(PIN)
    phone.choose("Baraza la Madiwani: Kikao")
    phone.choose("Nimepata taarifa")
    service.refresh_from_db()
    assert (service.way, service.acknowledged_at is not None, service.journal_id is not None) == ("ussd", True, True)
    phone.choose("Baraza la Madiwani: Kikao")
    assert "Nimepata taarifa" not in phone.screen
    phone.choose("Sitaweza kufika")
    phone.type("Ninaumwa")
    kept = Apology.objects.get(meeting=council.meeting)
    assert (kept.member_id, kept.reason, kept.way) == (council.members["Salma"].id, "Ninaumwa", "ussd")
