"""Going through the agenda, closing and opening the session, what is put right."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.state import Matter
from jumuishi.meetings.hall.tests.made import RULE, Hall, facts, orders
from jumuishi.meetings.orders.types import RefusedError, Rule

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


@given(order=st.permutations(["i1", "i2", "i3", "i4", "i5"]), item=st.sampled_from("12345"),
       before=st.sampled_from(["", *"12345"]))  # fmt: skip
def test_one_item_moves_before_another_and_all_else_keeps_its_order(order: list[str], item: str, before: str) -> None:
    hall = Hall(facts=facts(items={f"i{n}": Matter(str(n)) for n in range(1, 6)}))
    hall.begin(*ALL, item="")
    hall.do(c.ChangeOrder, items=tuple(order), reason="Mwanzo")
    state, item, before = hall.state, f"i{item}", f"i{before}" if before else ""
    here = order.index(item)
    if before == item or order[here + 1 :][:1] == ([before] if before else []):
        with pytest.raises(RefusedError, match="hall_order_same"):
            hall.do(c.MoveItem, item=item, before=before, reason="Mgeni ana haraka")
        return
    hall.do(c.MoveItem, item=item, before=before, reason="Mgeni ana haraka")
    after = list(hall.state.order)
    assert sorted(after) == sorted(order)
    assert [one for one in after if one != item] == [one for one in order if one != item]
    assert after[after.index(item) + 1 :][:1] == ([before] if before else [])
    assert replace(hall.state, order=state.order, seq=state.seq) == state, "nothing else of the meeting moves"


def test_what_is_open_or_dealt_with_stays_where_it_is() -> None:
    hall = Hall()
    hall.begin(*ALL, item="i2")
    for item, before in (("i2", "i1"), ("i3", "i2")):
        with pytest.raises(RefusedError, match="hall_item_open"):
            hall.do(c.MoveItem, item=item, before=before, reason="x")
    hall.do(c.EndItem, item="i2", outcome="noted")
    with pytest.raises(RefusedError, match="hall_item_over"):
        hall.do(c.MoveItem, item="i2", before="i1", reason="x")
    with pytest.raises(RefusedError, match="hall_no_such_item"):
        hall.do(c.MoveItem, item="i9", before="i1", reason="x")
    with pytest.raises(RefusedError, match="hall_reason_missing"):
        hall.do(c.MoveItem, item="i3", before="i1", reason=" ")
    assert hall.kinds(c.MoveItem, item="i3", before="i1", reason="Mgeni") == ["order.changed"]
    assert hall.state.order == ("i3", "i1", "i2")


def test_orders_that_fix_the_order_of_business_are_quoted() -> None:
    rule = Rule("Kanuni 10(2)", "Mpangilio haubadilishwi.")
    hall = Hall(orders=orders(order_fixed=True, order_rule=rule))
    hall.begin(*ALL, item="")
    for kind, given_ in (
        (c.MoveItem, {"item": "i2", "before": "i1"}), (c.ChangeOrder, {"items": ("i2", "i1", "i3")}),
    ):  # fmt: skip
        with pytest.raises(RefusedError) as refused:
            hall.do(kind, reason="Mgeni", **given_)
        assert (refused.value.code, refused.value.rule) == ("hall_order_fixed", rule)
