"""Going through the agenda, closing and opening the session, what is put right."""

import pytest

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.tests.made import RULE, Hall, orders
from jumuishi.meetings.orders.types import RefusedError

ALL = ("chair", "vice", "m1", "m2", "m3")


def test_a_closed_item_closes_the_session_before_it_is_opened() -> None:
    hall = Hall()
    hall.begin(*ALL, item="i3")
    assert [one.kind for one in hall.events][-2:] == ["session.closed", "item.opened"]
    with pytest.raises(RefusedError):
        hall.do(c.OpenSession)
    hall.do(c.EndItem, item="i3", outcome="done")
    assert hall.kinds(c.End) == ["session.opened", "meeting.ended"]


def test_closing_needs_its_rule() -> None:
    hall = Hall(orders=orders(closing_rule=None))
    hall.begin(*ALL)
    with pytest.raises(RefusedError) as refused:
        hall.do(c.CloseSession, reason="Siri")
    assert refused.value.missing == "closing"


def test_one_item_at_a_time_and_what_was_deferred_may_come_again() -> None:
    hall = Hall()
    hall.begin(*ALL)
    with pytest.raises(RefusedError):
        hall.do(c.OpenItem, item="i2")
    hall.do(c.EndItem, item="i2", outcome="deferred")
    hall.do(c.EndItem, item="i1", outcome="noted")
    with pytest.raises(RefusedError):
        hall.do(c.OpenItem, item="i1")
    hall.do(c.OpenItem, item="i2")
    assert hall.state.outcomes == {"i1": "noted"}


def test_from_afar_by_the_rule_only() -> None:
    for remote, code, rule in ((None, "not_entered", None), (False, "hall_no_remote", RULE["remote"])):
        hall = Hall(orders=orders(remote=remote))
        with pytest.raises(RefusedError) as refused:
            hall.do(c.Arrive, member="m1", way="remote")
        assert (refused.value.code, refused.value.rule) == (code, rule)
    hall = Hall()
    hall.do(c.Arrive, member="m1", way="remote")


def test_a_meeting_does_not_end_in_the_middle() -> None:
    hall = Hall()
    hall.begin(*ALL)
    with pytest.raises(RefusedError) as refused:
        hall.do(c.End)
    assert refused.value.code == "hall_item_open"


def test_a_correction_stands_beside_and_a_count_is_not_corrected() -> None:
    hall = Hall()
    hall.begin(*ALL)
    before = hall.state
    hall.do(c.Correct, seq=1, kind="member.arrived", why="Alikuja vice", body={"member": "vice"})
    assert hall.state.present == before.present
    for kind in ("vote.ended", "decision.made", ""):
        with pytest.raises(RefusedError):
            hall.do(c.Correct, seq=1, kind=kind, why="x", body={})


def test_a_new_order_has_every_item_once() -> None:
    hall = Hall()
    hall.begin(*ALL)
    with pytest.raises(RefusedError):
        hall.do(c.ChangeOrder, items=("i1", "i2"), reason="Mgeni")
    hall.do(c.ChangeOrder, items=("i2", "i1", "i3"), reason="Mgeni ana haraka")
    assert hall.state.order == ("i2", "i1", "i3")
