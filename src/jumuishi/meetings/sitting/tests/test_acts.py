"""Acts of a meeting: who may, once however often, kept as events; and what screens read of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jumuishi.evidence import public as evidence
from jumuishi.identity import testing
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.events import Event as Happened
from jumuishi.meetings.hall.machine import fold
from jumuishi.meetings.hall.state import from_json
from jumuishi.meetings.models import Event, Item, Meeting
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.meetings.sitting import acts, ballots, places, queries
from jumuishi.meetings.sitting.tests.conftest import NAMES, Council, council_of
from jumuishi.meetings.terms import day_of, members_at

pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_it_is_not_opened_before_the_hour_of_its_notice(council: Council) -> None:
    Meeting.objects.filter(id=council.meeting.id).update(starts_at=clock.now() + timedelta(hours=1))
    for name in NAMES:
        council.act("Mwajabu", c.Arrive, member=council.id(name), way="hall")
    with pytest.raises(RefusedError) as told:
        council.act("Mwajabu", c.Open, presiding=council.id("Rehema"))
    assert told.value.code == "hall_too_early"
    with clock.frozen(clock.now() + timedelta(hours=1, minutes=1)):
        council.act("Mwajabu", c.Open, presiding=council.id("Rehema"))
    assert council.state().phase == "open"


def test_a_meeting_from_opening_to_end_and_its_state_is_its_events(council: Council) -> None:
    council.begin()
    vote = council.open_vote()
    for name, choice in {"Salma": "for", "Petro": "for", "Omari": "against", "Zuhura": "abstain"}.items():
        assert not council.ballot(name, vote, choice).is_again
    ended = council.act("Rehema", c.EndVote, vote=vote)
    assert ended.kinds == ("vote.ended", "decision.made")
    council.act("Mwajabu", c.EndItem, item=council.item(), outcome="decided")
    council.act("Rehema", c.End)
    council.meeting.refresh_from_db()
    assert council.meeting.state == Meeting.State.ENDED
    assert Item.objects.get(meeting=council.meeting, number="1").outcome == "decided"
    rows = Event.objects.filter(meeting=council.meeting).order_by("seq")
    told = [Happened(one.kind, one.body, one.at, str(one.by), one.seq) for one in rows]
    assert fold(told) == from_json(council.meeting.hall)
    result = rows.get(kind="vote.ended").body
    assert (result["for"], result["against"], result["abstain"], result["result"]) == (2, 1, 1, "carried")
    assert {one["member"] for one in result["roll"]} == {
        council.id(one) for one in ("Salma", "Petro", "Omari", "Zuhura")
    }
    assert result["rule"]["clause"] == "Kanuni 29"
    assert {one.by for one in rows.filter(kind="vote.opened")} == {council.members["Rehema"].person_id}
    verbs = [one.verb for one in evidence.history(thing_kind="meeting", thing_id=council.meeting.id)]
    assert verbs.count("meetings.hall.act") >= len(NAMES) + 5


def test_a_command_that_is_sent_twice_happens_once(council: Council) -> None:
    one = str(new_id())
    given = {"id": one, "way": "hall", "code": places.code_of(council.meeting)}
    first = council.act("Salma", c.Arrive, member=council.id("Salma"), **given)
    again = council.act("Salma", c.Arrive, member=council.id("Salma"), **given)
    assert (first.seq, first.kinds) == (again.seq, again.kinds)
    assert again.is_again
    assert council.kinds() == ["member.arrived"]
    with pytest.raises(NotAllowedError):
        council.act("Petro", c.Arrive, member=council.id("Petro"), **given)


@pytest.mark.usefixtures("still")
def test_who_says_to_be_in_the_hall_writes_what_stands_there(council: Council) -> None:
    for code in ("", "000000" if places.code_of(council.meeting) != "000000" else "1"):
        with pytest.raises(RefusedError) as refused:
            council.act("Salma", c.Arrive, member=council.id("Salma"), way="hall", code=code)
        assert refused.value.code == "hall_code"
    for _ in range(acts.TRIES):
        acts.try_code(council.meeting.id, council.id("Salma"))
    with pytest.raises(RefusedError) as refused:
        acts.try_code(council.meeting.id, council.id("Salma"))
    assert refused.value.code == "hall_code_often"
    with pytest.raises(RefusedError) as refused:
        council.act("Petro", c.Arrive, member=council.id("Petro"), way="remote")
    assert refused.value.missing == "remote"


def test_a_ballot_once_and_another_choice_is_refused(council: Council) -> None:
    council.begin()
    vote = council.open_vote()
    first = council.ballot("Salma", vote, "for")
    again = council.ballot("Salma", vote, "for")
    assert again.is_again
    assert (again.id, again.at) == (first.id, first.at)
    with pytest.raises(RefusedError) as refused:
        council.ballot("Salma", vote, "against")
    assert refused.value.code == "hall_voted_already"
    council.act("Rehema", c.EndVote, vote=vote)
    # After the end too: what was received is received, and what was not is not.
    assert council.ballot("Salma", vote, "for").is_again
    with pytest.raises(RefusedError) as refused:
        council.ballot("Petro", vote, "for")
    assert refused.value.code == "hall_vote_over"
    assert queries.votes_so_far(vote) == 1


@pytest.mark.parametrize("hour", ["20:30", "21:30"])
@pytest.mark.parametrize("term", [(-90, None), (0, None), (1, None), (-90, -1), (-90, 0), (0, 0)])
def test_a_ballot_finds_by_one_look_who_is_in_office(council: Council, term: tuple[int, int | None], hour: str) -> None:
    """By the one rule of who is in office on the meeting's day, which may be another day where it is read in UTC."""
    begins, ends = term
    council.begin()
    vote = council.open_vote()
    at = datetime.combine(clock.now().date(), time.fromisoformat(hour), UTC)
    Meeting.objects.filter(id=council.meeting.id).update(starts_at=at)
    council.meeting.refresh_from_db()
    day, salma = day_of(council.meeting), council.members["Salma"]
    salma.from_on, salma.until_on = day + timedelta(begins), None if ends is None else day + timedelta(ends)
    salma.save()
    if salma in members_at(council.meeting):
        found = ballots._voter(council.actor("Salma"), council.meeting.id, vote, "")
        # The look itself found it: of everybody's attendance it reads that one's.
        assert (found.seat.id, set(found.state.present)) == (salma.id, {council.id("Salma")})
    else:
        with pytest.raises(NotAllowedError):
            council.ballot("Salma", vote, "for")


@pytest.mark.parametrize("what", ["left", "recused", "adviser", "late"])
def test_who_is_not_entitled_does_not_vote(council: Council, what: str) -> None:
    names = [one for one in NAMES if one != "Devota"]
    council.begin(*names)
    name = {"adviser": "Kito", "late": "Devota"}.get(what, "Salma")
    if what == "recused":
        council.act("Salma", c.Recuse, member=council.id("Salma"), item=council.item())
    vote = council.open_vote()
    if what == "left":
        council.act("Salma", c.Leave, member=council.id("Salma"))
    if what == "late":
        council.act("Mwajabu", c.Arrive, member=council.id("Devota"), way="hall")
    with pytest.raises(RefusedError) as refused:
        council.ballot(name, vote, "for")
    assert refused.value.code == "hall_not_entitled"
    assert queries.votes_so_far(vote) == 0


def test_nobody_acts_for_another_and_only_the_desk_runs_the_meeting(council: Council) -> None:
    council.begin()
    item, salma, petro = council.item(), council.id("Salma"), council.id("Petro")
    asked = str(new_id())
    council.act("Petro", c.AskFloor, ask=asked, member=petro, what="speech")
    for name, kind, given in (
        ("Salma", c.AskFloor, {"ask": "x", "member": petro, "what": "speech"}),
        ("Salma", c.DropAsk, {"ask": asked}),
        ("Salma", c.GiveFloor, {"ask": asked}),
        ("Salma", c.EndItem, {"item": item, "outcome": "done"}),
        ("Salma", c.CloseSession, {"reason": "Siri"}),
        ("Salma", c.Leave, {"member": petro}),
        ("Mwajabu", c.Count, {"vote": "x", "teller": salma, "way": "hands", "counts": {}}),
    ):
        with pytest.raises(NotAllowedError):
            council.act(name, kind, **given)
    vote = council.open_vote("device", "roll")
    with pytest.raises(NotAllowedError):
        council.ballot("Salma", vote, "for", member=petro)
    assert council.ballot("Mwajabu", vote, "for", member=petro).choice == "for"


def test_a_casting_vote_is_the_chairs_own(council: Council) -> None:
    council.begin()
    vote = council.open_vote()
    council.ballot("Salma", vote, "for")
    council.ballot("Petro", vote, "against")
    assert council.act("Mwajabu", c.EndVote, vote=vote).kinds == ("vote.tied",)
    with pytest.raises(NotAllowedError):
        council.act("Mwajabu", c.CastVote, vote=vote, choice="for")
    with pytest.raises(NotAllowedError):
        council.act("Salma", c.CastVote, vote=vote, choice="for")
    assert council.act("Rehema", c.CastVote, vote=vote, choice="against").kinds == ("vote.cast", "vote.ended")
    assert Event.objects.get(meeting=council.meeting, kind="vote.ended").body["result"] == "lost"


def test_two_tellers_are_two_people(council: Council) -> None:
    council.begin()
    tellers = (council.id("Salma"), "office")
    vote = council.open_vote("hands", tellers=tellers)
    counts = {"for": 4, "against": 1}
    office = f"office:{council.secretary.person_id}"
    council.act("Salma", c.Count, vote=vote, teller=tellers[0], way="hands", counts=counts)
    with pytest.raises(RefusedError) as refused:
        council.act("Rehema", c.EndVote, vote=vote)
    assert refused.value.code == "hall_tellers_first"
    with pytest.raises(RefusedError):
        council.act("Petro", c.Count, vote=vote, teller=council.id("Petro"), way="hands", counts=counts)
    other = council.act("Mwajabu", c.Count, vote=vote, teller=office, way="hands", counts=counts | {"for": 5})
    assert other.kinds[-1] == "vote.differed"
    for name, teller in (("Salma", tellers[0]), ("Mwajabu", office)):
        council.act(name, c.Count, vote=vote, teller=teller, way="hands", counts=counts)
    council.act("Rehema", c.EndVote, vote=vote)
    assert Event.objects.get(meeting=council.meeting, kind="vote.ended").body["counts"]["hands"]["for"] == 4


def test_outsiders_and_another_institution_have_no_part(council: Council, officer: Callable[[str, str], Actor]) -> None:
    jirani = institutions.institution_by_slug("jirani")
    assert jirani is not None
    neighbours = [officer("jirani", one.name) for one in institutions.people_in(jirani.id)]
    council.begin()
    vote = council.open_vote()
    baraka = testing.citizen("+255700099999", "Baraka")
    for actor in (baraka, Actor.person(None), officer("mfano", "Juma"), *neighbours):
        with pytest.raises(NotAllowedError):
            acts.act(actor=actor, meeting_id=council.meeting.id, command=c.CloseSession(id=str(new_id()), reason="x"))
        with pytest.raises(NotAllowedError):
            ballots.give_ballot(
                actor=actor, meeting_id=council.meeting.id, vote=vote, choice="for", command=str(new_id())
            )
    assert "session.closed" not in council.kinds()
    assert queries.votes_so_far(vote) == 0


def test_a_closed_session_leaves_the_public_nothing(council: Council) -> None:
    council.begin(item="")
    council.state()
    seen = queries.snapshot(council.meeting)
    assert seen["attendance"]["quorum"] is True
    council.act("Rehema", c.OpenItem, item=council.item("3"))
    assert council.kinds()[-2:] == ["session.closed", "item.opened"]
    council.act("Rehema", c.Move, motion=str(new_id()), member=council.id("Rehema"), text="Siri kubwa ya kikao")
    state = council.state()
    assert council.meeting.is_closed_now
    out = queries.snapshot(council.meeting)
    assert out == {"id": str(council.meeting.id), "seq": state.seq, "phase": "open", "closed": True}
    inside = queries.snapshot(council.meeting, council.members["Salma"])
    assert "Siri kubwa" in json.dumps(inside)
    council.act("Rehema", c.EndItem, item=council.item("3"), outcome="done")
    council.act("Rehema", c.OpenSession)
    council.state()
    assert "Siri kubwa" not in json.dumps(queries.snapshot(council.meeting))
    public = [one.kind for one in queries.events_since(council.meeting, 0, is_public=True)]
    assert "motion.moved" not in public
    assert public[-2:] == ["session.closed", "session.opened"]
    everything = queries.events_since(council.meeting, 3, is_public=False)
    assert [one.seq for one in everything] == list(range(4, council.state().seq + 1))


def test_taking_the_gazette_number_away_names_it(council: Council) -> None:
    council.begin(item="")
    edition = council.meeting.edition
    assert edition is not None
    edition.definition = {**edition.definition, "gazette": ""}
    edition.save()
    with pytest.raises(RefusedError) as refused:
        council.act("Rehema", c.OpenItem, item=council.item())
    assert refused.value.missing == "gazette"
    council.meeting.refresh_from_db()
    assert "tangazo la Serikali" in queries.snapshot(council.meeting)["attendance"]["missing"]["sw"]


def test_a_snapshot_is_small_and_asks_as_much_for_two_hundred(homes: dict[str, UUID], council: Council) -> None:
    names = {"Rehema": "chair"} | {f"Mheshimiwa Diwani wa Kata ya Mfano {n}": "member" for n in range(200)}
    many = council_of(homes["mfano"], council.secretary, members=names, slug="baraza-kubwa")
    many.begin(*names)
    members = [one for one in names if one != "Rehema"]
    for one in members[:20]:
        many.act("Mwajabu", c.AskFloor, ask=str(new_id()), member=many.id(one), what="speech")
    long = "Baraza linaazimia kujenga soko jipya katika kata. " * 60
    motion = str(new_id())
    many.act(members[0], c.Move, motion=motion, member=many.id(members[0]), text=long)
    many.act("Rehema", c.OpenVote, vote=str(new_id()), about={"motion": motion}, ways=("device",))
    meeting = queries.meeting_for_screens(many.meeting.id)
    assert meeting is not None
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = queries.snapshot(meeting, many.members[members[3]])
    size = len(json.dumps(found).encode())
    assert size < 5_000, size
    selects = [one for one in asked.captured_queries if "SELECT" in one["sql"] and "meetings_" in one["sql"]]
    assert len(selects) <= 4, [one["sql"][:80] for one in selects]
