"""Clocks: the promise with its pauses, lateness told once, holidays announced later."""

from datetime import UTC, date, datetime

import pytest

from jumuishi.definitions.machine.acts import Acting, Answer, Elapse, Refused
from jumuishi.definitions.machine.clock import next_elapses, recompute
from jumuishi.definitions.machine.effects import ClockChanged, Escalate
from jumuishi.definitions.tests.driving import licence
from jumuishi.kernel.worktime import WorkingTime


def at(day: int, hour: int, month: int = 3) -> datetime:
    """An hour of Dar es Salaam's day in 2026."""
    return datetime(2026, month, day, hour - 3, tzinfo=UTC)


def test_the_promise_stands_still_while_the_applicant_is_asked() -> None:
    case = licence()
    assert case.case.promise.due_at == at(4, 9)
    case.now = at(2, 10)
    case.do("trade-officer", "ask", message="Tuma mkataba.")
    assert case.case.promise.due_at is None
    assert [one.change for one in case.effects if isinstance(one, ClockChanged)] == ["paused"]
    case.now = at(5, 10)  # three working days later
    case.act(Answer({"business_name": "Mgahawa Mpya"}), Acting("asha"))
    assert case.case.promise.due_at == at(9, 9)  # Saturday and Sunday do not count
    assert [one.change for one in case.effects if isinstance(one, ClockChanged)] == ["resumed"]


def test_the_promise_stops_at_the_end() -> None:
    case = licence("food", until="granted")
    assert case.case.promise.stopped_at == case.now
    assert next_elapses(case.case) == ()


def test_late_is_told_once_to_the_role_above() -> None:
    case = licence()
    when, elapse = next_elapses(case.case)[0]
    assert (when, elapse) == (at(2, 13), Elapse("due", case.case.visit))
    with pytest.raises(Refused):
        case.act(elapse)
    case.now = when
    case.act(elapse)
    assert [one.role for one in case.effects if isinstance(one, Escalate)] == ["director"]
    assert case.case.stage == "check"
    with pytest.raises(Refused) as no:
        case.act(elapse)
    assert no.value.code == "nothing_due"
    assert [one.what for _, one in next_elapses(case.case)] == ["promise"]


def test_reviews_are_late_one_by_one() -> None:
    case = licence("food", until="reviews").review("planning-officer", "planning")
    case.now = at(2, 14)
    case.act(Elapse("review:health", case.case.visit))
    assert [one.what for one in case.effects if isinstance(one, Escalate)] == ["review:health"]
    with pytest.raises(Refused):
        case.act(Elapse("review:planning"))


def test_a_promise_broken_is_told_once() -> None:
    case = licence()
    case.now = at(4, 9)
    case.act(Elapse("promise"))
    assert [one.change for one in case.effects if isinstance(one, ClockChanged)] == ["late"]
    with pytest.raises(Refused):
        case.act(Elapse("promise"))


def test_a_holiday_moves_what_is_open_and_says_so() -> None:
    case = licence()
    case.working_time = WorkingTime(holidays=frozenset({date(2026, 3, 3)}))
    moved = recompute(case.case, case.context())
    assert moved.state.promise.due_at == at(5, 9)
    assert moved.effects == (ClockChanged("promise", "moved", at(5, 9), case.case.visit),)
    assert recompute(moved.state, case.context()).effects == ()
    case.working_time = WorkingTime(holidays=frozenset({date(2026, 3, 2)}))
    assert {one.what for one in recompute(case.case, case.context()).effects if isinstance(one, ClockChanged)} == {
        "due", "promise",
    }  # fmt: skip


def test_what_was_told_late_is_not_made_timely_afterwards() -> None:
    case = licence()
    case.now = at(2, 13)
    case.act(Elapse("due"))
    case.working_time = WorkingTime(holidays=frozenset({date(2026, 3, 2)}))
    assert "due" not in {getattr(one, "what", "") for one in recompute(case.case, case.context()).effects}
