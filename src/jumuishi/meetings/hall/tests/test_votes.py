"""Votes by the body's own rules: quorum, majority, a tie, two tellers, and each missing rule by its name."""

from fractions import Fraction
from typing import Any

import pytest

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.tests.made import RULE, Hall, facts, orders
from jumuishi.meetings.orders.types import Base, Casting, Majority, Quorum, RefusedError, Way


def tie(**change: Any) -> Hall:
    hall = Hall(orders=orders(**change))
    hall.begin("chair", "vice", "m1", "m2", "m3")
    hall.vote("v")
    hall.give("v", m1="for", m2="against")
    return hall


def test_on_a_tie_the_chair_decides_where_the_rule_says_so() -> None:
    hall = tie()
    hall.give("v", chair="for", vice="against")
    assert hall.kinds(c.EndVote, vote="v", roll=hall.roll("v")) == ["vote.tied"]
    hall.give("v", m3="against")
    assert "m3" not in hall.ballots["v"]
    cast, ended, decided = hall.do(c.CastVote, vote="v", choice="for")
    assert cast.body == {"vote": "v", "member": "chair", "choice": "for"}
    assert (ended.body["for"], ended.body["against"], ended.body["result"]) == (3, 2, "carried")
    assert ended.body["rule"]["clause"] == RULE["ordinary"].clause
    assert decided.body["text"] == "Tukubali."


def test_a_chair_who_votes_on_a_tie_only_is_not_entitled_before() -> None:
    hall = tie(casting=Casting.ONLY)
    assert "chair" not in hall.state.votes["v"].entitled
    hall.do(c.EndVote, vote="v", roll=hall.roll("v"))
    assert hall.do(c.CastVote, vote="v", choice="abstain")[1].body["result"] == "tied"


def test_without_a_casting_vote_a_tie_is_lost_by_that_rule() -> None:
    body = tie(casting=Casting.NONE).end_vote("v")
    assert (body["result"], body["rule"]["clause"]) == ("lost", RULE["casting"].clause)


def test_what_happens_on_a_tie_nobody_entered_is_named() -> None:
    body = tie(casting=None, casting_rule=None).end_vote("v")
    assert (body["result"], body["missing"]) == ("tied", "casting")


def test_a_chair_who_is_out_casts_nothing() -> None:
    hall = Hall()
    hall.begin("chair", "vice", "m1", "m2", "m3")
    with pytest.raises(RefusedError) as refused:
        hall.do(c.Recuse, member="chair", item="i1")
    assert refused.value.code == "hall_presiding_first"
    hall.do(c.Preside, presiding="vice")
    hall.do(c.Recuse, member="chair", item="i1")
    hall.vote("v")
    assert set(hall.state.votes["v"].entitled) == {"vice", "m1", "m2", "m3"}


@pytest.mark.parametrize(("base", "votes", "result", "needed"), [
    (Base.CAST, 2, "carried", 2), (Base.PRESENT, 3, "lost", 4), (Base.PRESENT, 4, "carried", 4),
    (Base.MEMBERS, 4, "lost", 5), (Base.MEMBERS, 5, "carried", 5), (Base.SEATS, 5, "lost", 6),
])  # fmt: skip
def test_two_thirds_of_what(base: Base, votes: int, result: str, needed: int) -> None:
    rule = Majority(Fraction(2, 3), base, RULE["removal"], more_than=False)
    hall = Hall(orders=orders(majorities={"ordinary": rule}))
    hall.begin("chair", "vice", "m1", "m2", "m3")
    hall.vote("v")
    hall.give("v", **dict.fromkeys(("chair", "vice", "m1", "m2", "m3")[:votes], "for"))
    body = hall.end_vote("v")
    assert (body["result"], body["needed"]) == (result, needed)


def test_recusal_takes_the_quorum_away_and_the_item_brings_it_back() -> None:
    hall = Hall()
    hall.begin("chair", "m1", "m2", "m3")
    happened = hall.do(c.Recuse, member="m1", item="i1")
    assert [one.kind for one in happened] == ["member.recused", "quorum.lost"]
    assert happened[1].body == {"present": 3, "needed": 4}
    with pytest.raises(RefusedError) as refused:
        hall.vote("v")
    assert (refused.value.code, refused.value.rule) == ("hall_no_quorum", RULE["quorum"])
    kinds = hall.kinds(c.EndItem, item="i1", outcome="deferred")
    assert kinds == ["item.ended", "member.returned", "quorum.reached"]


def test_a_result_is_not_told_once_the_quorum_is_lost() -> None:
    hall = Hall()
    hall.begin("chair", "m1", "m2", "m3")
    hall.vote("v")
    hall.give("v", m1="for", m2="for")
    hall.do(c.Leave, member="m2")
    with pytest.raises(RefusedError) as refused:
        hall.end_vote("v")
    assert refused.value.code == "hall_no_quorum"
    assert hall.kinds(c.CancelVote, vote="v", reason="Akidi imepotea") == ["vote.cancelled"]


def test_tellers_differ_and_count_again_and_hands_and_devices_are_one_vote() -> None:
    hall = Hall()
    hall.begin("chair", "vice", "m1", "m2", "m3", "m4")
    hall.vote("v", ways=("device", "hands"), tellers=("m1", "office"))
    hall.give("v", m1="for", m2="against")
    seen = {"for": 2, "against": 1}
    hall.do(c.Count, vote="v", teller="m1", way="hands", counts=seen)
    with pytest.raises(RefusedError):
        hall.do(c.Count, vote="v", teller="m3", way="hands", counts=seen)
    assert hall.kinds(c.Count, vote="v", teller="office:1", way="hands", counts={"for": 3})[-1] == "vote.differed"
    with pytest.raises(RefusedError) as refused:
        hall.end_vote("v")
    assert refused.value.code == "hall_tellers_first"
    for teller in ("m1", "office:1"):
        hall.do(c.Count, vote="v", teller=teller, way="hands", counts=seen)
    body = hall.end_vote("v")
    assert (body["for"], body["against"]) == (3, 2)
    assert body["counts"]["hands"] == {"for": 2, "against": 1, "abstain": 0}
    assert body["counts"]["device"] == {"for": 1, "against": 1, "abstain": 0}


def test_more_hands_than_people_is_refused() -> None:
    hall = Hall()
    hall.begin("chair", "vice", "m1", "m2")
    hall.vote("v", ways=("device", "hands"), tellers=("m1", "m2"))
    hall.give("v", m1="for", m2="against")
    for teller in ("m1", "m2"):
        hall.do(c.Count, vote="v", teller=teller, way="hands", counts={"for": 3})
    with pytest.raises(RefusedError) as refused:
        hall.end_vote("v")
    assert refused.value.code == "hall_more_than_voters"


def test_one_office_place_is_one_person() -> None:
    hall = Hall()
    hall.begin("chair", "vice", "m1", "m2")
    hall.vote("v", ways=("hands",), tellers=("office", "m1"))
    hall.do(c.Count, vote="v", teller="office:1", way="hands", counts={"for": 3})
    with pytest.raises(RefusedError):
        hall.do(c.Count, vote="v", teller="office:2", way="hands", counts={"for": 3})


def test_residents_of_an_assembly_count_and_vote_by_hands() -> None:
    quorum = Quorum(RULE["quorum"], count=100)
    hall = Hall(orders=orders(quorum=quorum), facts=facts(is_assembly=True))
    hall.begin("chair", "m1", "m2", item="")
    with pytest.raises(RefusedError):
        hall.do(c.OpenItem, item="i1")
    assert hall.kinds(c.CountResidents, count=120, tellers=("Asha", "Juma"))[-1] == "quorum.reached"
    hall.do(c.OpenItem, item="i1")
    hall.vote("v", ways=("hands",), tellers=("m1", "m2"))
    for teller in ("m1", "m2"):
        hall.do(c.Count, vote="v", teller=teller, way="hands", counts={"for": 80, "against": 30})
    body = hall.end_vote("v")
    assert (body["for"], body["present"], body["result"]) == (80, 123, "carried")


@pytest.mark.parametrize(("change", "missing"), [
    ({"gazette": ""}, "gazette"), ({"quorum": None}, "quorum"), ({"majorities": {}}, "majorities.ordinary"),
    ({"voters": ()}, "voters"),
])  # fmt: skip
def test_a_rule_that_is_not_entered_is_named(change: dict[str, Any], missing: str) -> None:
    hall = Hall()
    hall.begin("chair", "vice", "m1", "m2")
    hall.orders = orders(**change)
    with pytest.raises(RefusedError) as refused:
        hall.vote("v")
    assert refused.value.missing == missing


def test_ways_by_the_rule() -> None:
    rule = Majority(Fraction(1, 2), Base.CAST, RULE["ordinary"], ways=(Way.ROLL, Way.HANDS))
    hall = Hall(orders=orders(majorities={"ordinary": rule}))
    hall.begin("chair", "vice", "m1", "m2")
    with pytest.raises(RefusedError) as refused:
        hall.vote("v")
    assert (refused.value.code, refused.value.rule) == ("hall_way_not_allowed", RULE["ordinary"])
