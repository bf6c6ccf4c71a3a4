"""The floor: the order of asking, points of order first, time by the rule, and what happens to who disturbs."""

import pytest

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.floor import queue
from jumuishi.meetings.hall.tests.made import RULE, Hall
from jumuishi.meetings.orders.types import RefusedError


def test_points_of_order_come_first_and_the_chair_gives_in_any_order() -> None:
    hall = Hall()
    hall.begin("chair", "m1", "m2", "m3", "m4")
    for ask, member, what in (("a", "m1", "speech"), ("b", "m2", "speech"), ("c", "m3", "order")):
        hall.do(c.AskFloor, ask=ask, member=member, what=what)
    assert [one.ask for one in queue(hall.state)] == ["c", "a", "b"]
    given = hall.do(c.GiveFloor, ask="b")[0]
    assert given.body == {"ask": "b", "member": "m2", "item": "i1", "what": "speech", "seconds": 300}
    assert [one.ask for one in queue(hall.state)] == ["c", "a"]


def test_a_point_of_order_interrupts_and_the_speech_goes_on_with_what_was_left() -> None:
    hall = Hall()
    hall.begin("chair", "m1", "m2", "m3")
    hall.do(c.AskFloor, ask="a", member="m1", what="speech")
    hall.do(c.GiveFloor, ask="a")
    hall.do(c.AskFloor, ask="c", member="m2", what="order")
    ended, order = hall.do(c.GiveFloor, ask="c")
    assert ended.body == {"ask": "a", "member": "m1", "spoke": 60, "interrupted": True}
    assert order.body["seconds"] is None
    ruled = hall.do(c.RuleOrder, ruling="Aendelee.")
    assert [one.kind for one in ruled] == ["order.ruled", "floor.ended", "floor.given"]
    assert ruled[-1].body["ask"] == "a"
    assert ruled[-1].body["seconds"] == 240
    # An interruption is not another speech: one is allowed, and it was one.
    assert hall.state.spoken == {"i1 m1": ("a",)}
    assert hall.kinds(c.EndFloor) == ["floor.ended"]
    with pytest.raises(RefusedError) as refused:
        hall.do(c.AskFloor, ask="d", member="m1", what="speech")
    assert (refused.value.code, refused.value.rule) == ("hall_spoke_enough", RULE["speaking"])


def test_only_who_moved_replies() -> None:
    hall = Hall()
    hall.begin("chair", "m1", "m2", "m3")
    hall.do(c.Move, motion="x", member="m1", text="Tujenge soko.")
    with pytest.raises(RefusedError):
        hall.do(c.AskFloor, ask="a", member="m2", what="reply")
    hall.do(c.AskFloor, ask="a", member="m1", what="reply")
    assert hall.do(c.GiveFloor, ask="a")[0].body["seconds"] == 120


def test_silenced_until_the_item_ends_and_out_until_the_meeting_does() -> None:
    hall = Hall()
    hall.begin("chair", "vice", "m1", "m2", "m3")
    hall.do(c.AskFloor, ask="a", member="m1", what="speech")
    assert hall.kinds(c.NameDisorder, name="", member="m1", act="silenced", text="Kelele")[1:] == ["floor.dropped"]
    with pytest.raises(RefusedError):
        hall.do(c.AskFloor, ask="b", member="m1", what="speech")
    hall.do(c.EndItem, item="i1", outcome="done")
    hall.do(c.OpenItem, item="i2")
    hall.do(c.AskFloor, ask="b", member="m1", what="speech")
    happened = hall.kinds(c.NameDisorder, name="", member="m1", act="out", text="Kelele tena")
    assert happened == ["disorder.named", "floor.dropped", "member.left"]
    with pytest.raises(RefusedError) as refused:
        hall.do(c.Arrive, member="m1", way="hall")
    assert refused.value.code == "hall_sent_out"


def test_who_leaves_speaks_no_more_and_the_chair_hands_over_first() -> None:
    hall = Hall()
    hall.begin("chair", "vice", "m1", "m2", "m3")
    hall.do(c.AskFloor, ask="a", member="m1", what="speech")
    hall.do(c.GiveFloor, ask="a")
    assert hall.kinds(c.Leave, member="m1") == ["floor.ended", "member.left"]
    with pytest.raises(RefusedError) as refused:
        hall.do(c.Leave, member="chair")
    assert refused.value.code == "hall_presiding_first"
    hall.do(c.Preside, presiding="vice")
    assert hall.kinds(c.Leave, member="chair") == ["member.left", "quorum.lost"]
