"""What is held about a member: told, given out as the member's own, erased where the record need not keep it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jumuishi.evidence.models import JournalRow
from jumuishi.identity.holdings import Copy, Fate, holder
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.meetings import forgetting
from jumuishi.meetings.allowances import actions as allowances
from jumuishi.meetings.calling import feeds, serving
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.models import Apology, Contact, Correction, Follow, Member, Notice, Service
from jumuishi.meetings.sitting.places import as_platform
from jumuishi.meetings.sitting.tests.conftest import Council

pytestmark = pytest.mark.database
KINDS = {"seat", "service", "apology", "attendance", "ballot", "correction", "allowance", "feed", "follow"}


@pytest.fixture
def sat(council: Council) -> Council:
    """Salma said that she would not come, came after all, spoke, voted; the meeting is over and is paid for."""
    salma, meeting = council.members["Salma"], council.meeting
    ours = {"institution_id": meeting.institution_id}
    with as_platform():
        for member in council.members.values():
            Contact.objects.create(**ours, member=member, phone="+255700000999", email="salma@mfano.example")
        notice = Notice.objects.create(
            **ours, meeting=meeting, sequence=1, what="called", at=clock.now(), by=new_id(), serve_by=clock.now()
        )
        Service.objects.create(**ours, notice=notice, member=salma, code="1", way="page", acknowledged_at=clock.now())
        Correction.objects.create(**ours, meeting=meeting, member=salma, paragraph="p1", text="Nilisema ndiyo",
                                  why="Nimenukuliwa vibaya", command=new_id(), at=clock.now())  # fmt: skip
        Follow.objects.create(person_id=salma.person_id, body=meeting.body, began_at=clock.now())
    feeds.make_feed(actor=council.actor("Salma"))
    serving.apologise(actor=council.actor("Salma"), meeting_id=meeting.id, reason="Nina homa kali")
    serving.apologise(actor=council.actor("Petro"), meeting_id=meeting.id, reason="Nina msiba")
    council.begin()
    council.act("Salma", c.DeclareInterest, member=council.id("Salma"), item=council.item("2"), nature="Ni ndugu")
    council.act("Petro", c.DeclareInterest, member=council.id("Petro"), item=council.item("2"), nature="Ni duka langu")
    vote = council.open_vote()
    council.ballot("Salma", vote, "against")
    council.ballot("Petro", vote, "for")
    council.ballot("Omari", vote, "for")
    council.act("Rehema", c.EndVote, vote=vote)
    council.act("Rehema", c.EndItem, item=council.item(), outcome="decided")
    council.act("Rehema", c.End)
    allowances.propose(actor=council.secretary, meeting_id=meeting.id)
    return council


def copies(council: Council, name: str) -> list[Copy]:
    """As the person's own page asks."""
    found = holder("meetings")
    assert found is not None
    who = council.actor(name)
    with tenancy.acting_as(tenancy.Principal.person(who.person_id)):
        return list(found.copies(who.who))


def erased(council: Council, name: str, actor: Actor) -> list[Fate]:
    found = holder("meetings")
    assert found is not None
    home, who = council.meeting.institution_id, council.actor(name).who
    return list(found.erase(actor=actor, person_id=who, institution_id=home, reason="Nimeomba"))


def test_a_member_is_told_what_is_held_and_gets_it_and_nobody_elses(sat: Council) -> None:
    found = holder("meetings")
    assert found is not None
    salma = sat.actor("Salma")
    with tenancy.acting_as(tenancy.Principal.person(salma.person_id)):
        held = list(found.held(salma.who))
    assert {one.kind for one in held} == KINDS
    assert {one.institution_id for one in held if one.kind in ("feed", "follow")} == {None}
    assert all(one.what["sw"] and one.kept["en"] for one in held)
    mine = copies(sat, "Salma")
    assert {one.kind for one in mine} == KINDS
    said: dict[str, list[Any]] = {kind: [one.data for one in mine if one.kind == kind] for kind in KINDS}
    assert said["seat"][0]["phone"] == "+255700000999"
    assert [one["reason"] for one in said["apology"]] == ["Nina homa kali"]
    assert [one["choice"] for one in said["ballot"]] == ["against"]
    assert {"member.arrived", "interest.declared"} <= {one["what"] for one in said["attendance"]}
    assert [one["name"] for one in said["allowance"]] == ["Salma"]
    assert [one["acknowledged_at"] is not None for one in said["service"]] == [True]
    others = str(copies(sat, "Petro"))
    assert "homa" not in others
    assert "Nilisema" not in others
    assert "msiba" not in str(mine)
    assert "duka" not in str(mine)


def test_whoever_has_no_seat_has_nothing_here(sat: Council) -> None:
    found = holder("meetings")
    assert found is not None
    baraka = new_id()
    with tenancy.acting_as(tenancy.Principal.person(baraka)):
        assert not list(found.held(baraka))
        assert not list(found.copies(baraka))


def test_what_the_record_need_not_keep_is_erased_and_the_rest_says_why_it_stays(
    sat: Council, officer: Callable[[str, str], Actor]
) -> None:
    salma = sat.members["Salma"]
    fates = erased(sat, "Salma", Actor.system())
    assert [(one.kind, one.thing) for one in fates if one.erased] == [("apology", "Baraza la Madiwani 1")]
    kept = [one.reason["sw"] for one in fates if not one.erased]
    assert len(kept) == len(set(kept)) == 4
    assert any("Bado ni mjumbe" in one for one in kept)
    with as_platform():
        assert Apology.objects.get(member=salma).reason == ""
        assert Apology.objects.get(member=sat.members["Petro"]).reason == "Nina msiba"
        rows = JournalRow.objects.filter(verb="meetings.apology.make", thing_id=salma.id)
        assert [one.body for one in rows] == [None], "the words are gone from the journal too"
        assert Contact.objects.get(member=salma).phone
        Member.objects.filter(id=salma.id).update(until_on=institutions.today() - timedelta(days=1))
    again = erased(sat, "Salma", Actor.system())
    assert [one.kind for one in again if one.erased] == ["seat"]
    assert not [one for one in again if "Bado ni mjumbe" in one.reason.get("sw", "")]
    with as_platform():
        gone = Contact.objects.get(member=salma)
        assert (gone.phone, gone.email) == ("", "")
        assert Contact.objects.get(member=sat.members["Petro"]).phone
    assert [one.data["choice"] for one in copies(sat, "Salma") if one.kind == "ballot"] == ["against"]
    for who in (sat.secretary, officer("mfano", "Juma"), officer("jirani", "Subira"), sat.actor("Petro")):
        with pytest.raises(NotAllowedError):
            forgetting.forget(actor=who, member_id=salma.id, reason="x")


def test_an_apology_for_a_meeting_ahead_stays_until_it_is_over(council: Council) -> None:
    serving.apologise(actor=council.actor("Salma"), meeting_id=council.meeting.id, reason="Nina homa kali")
    assert not [one for one in erased(council, "Salma", Actor.system()) if one.erased]
    with as_platform():
        assert Apology.objects.get(member=council.members["Salma"]).reason == "Nina homa kali"


def test_a_long_record_is_read_some_at_a_time(sat: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = copies(sat, "Rehema")
    monkeypatch.setattr("jumuishi.meetings.held.AT_ONCE", 2)
    with CaptureQueriesContext(connection) as asked:
        assert copies(sat, "Rehema") == whole
    assert any("LIMIT 2" in one["sql"] for one in asked.captured_queries)
