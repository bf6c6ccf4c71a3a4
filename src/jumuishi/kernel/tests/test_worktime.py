"""Working time against a plain minute-by-minute oracle, and the days that people count on fingers."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumuishi.kernel.worktime import NoWorkingTimeError, Span, WorkingTime

ZONE = ZoneInfo("Africa/Dar_es_Salaam")
OFFICE = WorkingTime(holidays=frozenset({date(2026, 12, 9), date(2026, 12, 25)}))


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        (local(23, 10), Span(4, "working_hours"), local(23, 14)),
        (local(23, 14), Span(4, "working_hours"), local(24, 10)),
        (local(27, 15), Span(2, "working_hours"), local(30, 9)),  # over a weekend
        (local(23, 10, 30), Span(2, "working_days"), local(25, 10, 30)),
        (local(28, 11), Span(1, "working_days"), local(1, 8, month=12)),  # Saturday begins on Monday morning
        (local(8, 10, month=12), Span(1, "working_days"), local(10, 10, month=12)),  # a holiday between
        (local(23, 10), Span(24, "hours"), local(24, 10)),
        (local(23, 10), Span(1, "months"), local(23, 10, month=12)),
    ],
)
def test_due(start: datetime, span: Span, end: datetime) -> None:
    assert OFFICE.add(start, span) == end.astimezone(UTC)


@given(st.integers(0, 60 * 24 * 20), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_working_hours_against_a_minute_oracle(offset: int, n: int) -> None:
    start = local(20, 0) + timedelta(minutes=offset)
    at, left = start, n * 60
    while left:
        day = at.astimezone(ZONE)
        works = day.weekday() < 5 and day.date() not in OFFICE.holidays and 8 <= day.hour < 16
        left -= works
        at += timedelta(minutes=1)
    assert OFFICE.add(start, Span(n, "working_hours")) == at.astimezone(UTC)
    assert OFFICE.elapsed(start, at) == timedelta(hours=n)


def test_an_institution_that_never_works_says_so() -> None:
    with pytest.raises(NoWorkingTimeError):
        WorkingTime(hours={}).add(local(23, 10), Span(1, "working_days"))


def test_round_trip() -> None:
    assert WorkingTime.from_data(OFFICE.to_data()) == OFFICE
