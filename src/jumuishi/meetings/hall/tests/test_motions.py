"""Motions in numbered lines: amendments on them, conflicts told, what one that is taken does to the others."""

import pytest

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.motions import lines_of
from jumuishi.meetings.hall.tests.made import RULE, Hall, orders
from jumuishi.meetings.orders.types import RefusedError

TEXT = "Baraza lijenge soko.\nLiwe na vyoo.\nLikamilike mwaka huu.\nMkurugenzi asimamie."


def moved(hall: Hall) -> Hall:
    hall.begin("chair", "vice", "m1", "m2", "m3")
    hall.do(c.Move, motion="x", member="m1", text=TEXT)
    return hall


def amend(hall: Hall, key: str, first: int, last: int, text: str, member: str = "m2") -> object:
    happened = hall.do(c.Amend, amendment=key, motion="x", member=member, first=first, last=last, text=text)
    return happened[0].body["conflicts"]


def test_lines_are_numbered_and_none_is_longer_than_can_be_read_aloud() -> None:
    assert lines_of(TEXT) == tuple(TEXT.split("\n"))
    long = lines_of("Baraza linaazimia kwamba soko jipya la kata lijengwe haraka iwezekanavyo. " * 3)
    assert max(len(one) for one in long) <= 64
    assert " ".join(long) == ("Baraza linaazimia kwamba soko jipya la kata lijengwe haraka iwezekanavyo. " * 3).strip()


def test_amendments_on_the_same_lines_are_told_and_one_taken_moves_the_rest() -> None:
    hall = moved(Hall())
    assert amend(hall, "a", 2, 2, "Liwe na vyoo na maji.\nLiwe na umeme.") == []
    assert amend(hall, "b", 2, 3, "") == ["a"]
    assert amend(hall, "d", 4, 4, "Kamati isimamie.") == []
    assert amend(hall, "e", 5, 4, "Taarifa itolewe kila mwezi.") == ["d"]
    happened = hall.do(c.TakeAmendment, amendment="a")
    assert [one.kind for one in happened] == ["amendment.withdrawn", "amendment.taken"]
    assert happened[0].body == {"amendment": "b", "overtaken": "a"}
    lines = hall.state.motions["x"].lines
    assert lines[:4] == ("Baraza lijenge soko.", "Liwe na vyoo na maji.", "Liwe na umeme.", "Likamilike mwaka huu.")
    # The later one follows its line.
    assert (hall.state.amendments["d"].first, hall.state.amendments["d"].last) == (5, 5)
    hall.do(c.WithdrawAmendment, amendment="e")
    hall.do(c.TakeAmendment, amendment="d")
    assert hall.state.motions["x"].lines[-1] == "Kamati isimamie."
    assert len(hall.state.motions["x"].lines) == 5


def test_amendments_are_decided_before_the_motion_and_a_carried_one_is_taken() -> None:
    hall = moved(Hall())
    amend(hall, "a", 1, 1, "Baraza lijenge soko jipya.")
    with pytest.raises(RefusedError) as refused:
        hall.vote("v", about={"motion": "x"})
    assert refused.value.code == "hall_amendments_first"
    hall.vote("v", about={"amendment": "a"})
    hall.give("v", m1="for", m2="for", m3="against")
    assert hall.kinds(c.EndVote, vote="v", roll=hall.roll("v")) == ["vote.ended", "amendment.taken"]
    hall.vote("w", about={"motion": "x"})
    hall.give("w", m1="for", m2="for")
    ended, decided = hall.do(c.EndVote, vote="w", roll=hall.roll("w"))
    assert ended.body["result"] == "carried"
    assert decided.body["text"].startswith("Baraza lijenge soko jipya.\n")
    assert (decided.body["motion"], decided.body["vote"]) == ("x", "w")
    assert hall.state.motions["x"].state == "carried"
    with pytest.raises(RefusedError):
        amend(hall, "z", 1, 1, "Tena")


def test_a_motion_waits_for_another_member_where_the_rule_says_so() -> None:
    hall = moved(Hall(orders=orders(seconder=True)))
    with pytest.raises(RefusedError) as refused:
        hall.vote("v", about={"motion": "x"})
    assert (refused.value.code, refused.value.rule) == ("hall_not_seconded", RULE["seconder"])
    with pytest.raises(RefusedError):
        hall.do(c.Second, motion="x", member="m1")
    hall.do(c.Second, motion="x", member="m2")
    hall.vote("v", about={"motion": "x"})
    with pytest.raises(RefusedError):
        hall.do(c.Withdraw, motion="x")


def test_the_rule_on_seconders_is_named_where_nobody_entered_it() -> None:
    hall = moved(Hall(orders=orders(seconder=None)))
    with pytest.raises(RefusedError) as refused:
        hall.do(c.Decide, decision="d", motion="x")
    assert refused.value.missing == "seconder"


def test_who_is_out_or_has_no_vote_moves_nothing() -> None:
    hall = Hall()
    hall.begin("chair", "vice", "m1", "m2", "adviser")
    hall.do(c.Recuse, member="m1", item="i1")
    for member, code in (("m1", "out_for_item"), ("adviser", "no_vote"), ("m4", "not_here")):
        with pytest.raises(RefusedError) as refused:
            hall.do(c.Move, motion="x", member=member, text=TEXT)
        assert refused.value.code == f"hall_{code}"


def test_withdrawn_takes_its_amendments_along() -> None:
    hall = moved(Hall())
    amend(hall, "a", 1, 1, "Lingine")
    assert hall.kinds(c.Withdraw, motion="x") == ["amendment.withdrawn", "motion.withdrawn"]


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 0), (5, 5), (6, 5)])
def test_lines_that_are_not_there(first: int, last: int) -> None:
    with pytest.raises(RefusedError) as refused:
        amend(moved(Hall()), "a", first, last, "Maneno")
    assert refused.value.code == "hall_no_such_lines"
