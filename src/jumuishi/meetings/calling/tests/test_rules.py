"""Until when a notice is in time; pure."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.kernel.worktime import WorkingTime
from jumuishi.meetings.calling import rules
from jumuishi.meetings.calling.tests.conftest import DEFINITION, NOW, ZONE
from jumuishi.meetings.orders.reading import read
from jumuishi.meetings.orders.types import Kind, Notice, RefusedError, Rule

ORDERS = read(DEFINITION)
WEEK = WorkingTime()


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def refused(code: str, verb: Any, *args: Any, **more: Any) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        verb(*args, **more)
    assert caught.value.code == code
    return caught.value


def test_the_last_day_is_in_time_and_the_day_after_it_quotes_the_rule() -> None:
    day = NOW.date()
    meets = at(day + timedelta(days=7))
    _, until = rules.check_notice(ORDERS, Kind.ORDINARY, meets, datetime.combine(day, time(23, 59), ZONE), WEEK)
    assert until.astimezone(ZONE).date() == day
    error = refused(
        "late_notice", rules.check_notice, ORDERS, Kind.ORDINARY, meets, at(day + timedelta(days=1), 0), WEEK
    )
    assert error.rule == Rule("Kanuni 8(1)", "Taarifa itolewe siku saba kabla.")


def test_working_days_leave_out_weekends_and_holidays() -> None:
    monday = date(2026, 11, 16)
    three = Notice(3, Rule("x"), working=True)
    assert rules.last_day(three, monday, WEEK) == date(2026, 11, 11)
    closed = WorkingTime(holidays=frozenset({date(2026, 11, 13)}))
    assert rules.last_day(three, monday, closed) == date(2026, 11, 10)


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(1, 30),
    st.sets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20),
)
def test_so_many_working_days_lie_between(meets: date, days: int, holidays: set[date]) -> None:
    works = WorkingTime(holidays=frozenset(holidays))
    last = rules.last_day(Notice(days, Rule("x"), working=True), meets, works)
    between = [last + timedelta(days=n) for n in range(1, (meets - last).days + 1)]
    assert sum(day.weekday() < 5 and day not in holidays for day in between) == days
    # One day later there would be one too few: the day after the last is itself a working day.
    assert between[0].weekday() < 5
    assert between[0] not in holidays


def test_a_rule_that_is_not_entered_is_named() -> None:
    for orders, missing in ((ORDERS, "notice.budget"), (replace(ORDERS, gazette=""), "gazette")):
        error = refused("not_entered", rules.check_notice, orders, Kind.BUDGET, at(date(2027, 1, 1)), NOW, WEEK)
        assert error.missing == missing
    assert refused("not_entered", rules.check_late_item, replace(ORDERS, late_items=None)).missing == "late"


def test_an_emergency_is_for_whom_the_rule_names_with_a_reason_and_its_hours() -> None:
    soon = NOW + timedelta(hours=30)
    ask = {"role": "chair", "reason": "Mafuriko", "starts_at": soon, "now": NOW}
    _, until = rules.check_emergency(ORDERS, **ask)
    assert until == soon - timedelta(hours=24)
    refused("emergency_role", rules.check_emergency, ORDERS, **{**ask, "role": "member"})
    refused("emergency_reason", rules.check_emergency, ORDERS, **{**ask, "reason": " "})
    refused("emergency_hours", rules.check_emergency, ORDERS, **{**ask, "now": NOW + timedelta(hours=7)})


def test_what_the_orders_do_not_say_is_not_open_to_the_public() -> None:
    silent = replace(ORDERS, public=None)
    rules.check_openness(silent, is_public=False)
    assert refused("not_entered", rules.check_openness, silent, is_public=True).missing == "public"
    assert refused("not_entered", rules.check_openness, None, is_public=True).missing == "public"
    refused("not_public", rules.check_openness, replace(ORDERS, public=False), is_public=True)
    assert (
        refused("not_entered", rules.check_openness, replace(ORDERS, closing_rule=None), is_public=False).missing
        == "closing"
    )
