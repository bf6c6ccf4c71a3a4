"""Working time: when a promise falls due, counted in an institution's own hours without its holidays. Pure.

Hours and days run by the clock, months and years by the calendar; working_hours and working_days run
only while the institution works. One working day is as long as the institution's own day.
"""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

Unit = Literal["hours", "days", "months", "years", "working_hours", "working_days"]
UNITS: tuple[Unit, ...] = ("hours", "days", "months", "years", "working_hours", "working_days")
_HORIZON_DAYS = 366 * 6


class NoWorkingTimeError(ValueError):
    """The institution never works in the years ahead: no due time can be given."""


@dataclass(frozen=True)
class Span:
    """A count of one unit, as `3 working_days`."""

    n: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.n} {self.unit}"

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read `N UNIT`; raises ValueError."""
        number, _, unit = text.strip().partition(" ")
        if not number.isdigit() or unit not in UNITS:
            raise ValueError(f"not a span of time: {text!r}")
        return cls(int(number), unit)


def add_months(day: date, n: int) -> date:
    """The same day n months later; the month's last day where there is none."""
    month = day.month - 1 + n
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True)
class WorkingTime:
    """An institution's week: opening hours by weekday (Monday is 0), its holidays, its time zone."""

    hours: Mapping[int, tuple[tuple[time, time], ...]] = field(
        default_factory=lambda: {day: ((time(8), time(16)),) for day in range(5)}
    )
    holidays: frozenset[date] = frozenset()
    zone: str = "Africa/Dar_es_Salaam"

    def to_data(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "hours": {str(d): [[a.isoformat(), b.isoformat()] for a, b in spans] for d, spans in self.hours.items()},
            "holidays": sorted(day.isoformat() for day in self.holidays),
            "zone": self.zone,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "WorkingTime":
        """From the JSON types of to_data."""
        return cls(
            {
                int(d): tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in spans)
                for d, spans in data["hours"].items()
            },
            frozenset(date.fromisoformat(day) for day in data["holidays"]),
            data["zone"],
        )

    def _open_spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans of work from an instant on, in order, in UTC."""
        zone = ZoneInfo(self.zone)
        day = start.astimezone(zone).date()
        for offset in range(_HORIZON_DAYS):
            this = day + timedelta(days=offset)
            if this in self.holidays:
                continue
            for opens, closes in self.hours.get(this.weekday(), ()):
                begin = datetime.combine(this, opens, zone).astimezone(UTC)
                end = datetime.combine(this, closes, zone).astimezone(UTC)
                if end > start:
                    yield max(begin, start), end
        raise NoWorkingTimeError(f"no working time within {_HORIZON_DAYS} days of {day}")

    def is_open(self, at: datetime) -> bool:
        """Whether the institution works at an instant."""
        begin, _ = next(self._open_spans(at))
        return begin == at

    def day_length(self) -> timedelta:
        """The longest working day of the week: what one working day stands for in hours."""
        lengths = [
            sum(
                (datetime.combine(date.min, b) - datetime.combine(date.min, a) for a, b in spans),
                timedelta(),
            )
            for spans in self.hours.values()
        ]
        return max(lengths, default=timedelta())

    def add_work(self, start: datetime, work: timedelta) -> datetime:
        """The instant at which so much working time will have passed."""
        left = work
        for begin, end in self._open_spans(start):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise AssertionError("unreachable: the spans end by raising")

    def add(self, start: datetime, span: Span) -> datetime:
        """When a span that begins at an aware instant ends, in UTC; raises NoWorkingTimeError.

        A working day runs from an hour of one working day to the same hour of the next, or to closing
        time where that day is shorter; outside working time it begins at the next opening.
        """
        start = start.astimezone(UTC)
        if span.unit == "hours":
            return start + timedelta(hours=span.n)
        if span.unit == "days":
            return self._calendar(start, lambda day: day + timedelta(days=span.n))
        if span.unit == "months":
            return self._calendar(start, lambda day: add_months(day, span.n))
        if span.unit == "years":
            return self._calendar(start, lambda day: add_months(day, 12 * span.n))
        if span.unit == "working_hours":
            return self.add_work(start, timedelta(hours=span.n))
        return self._add_working_days(start, span.n)

    def _calendar(self, start: datetime, move: Any) -> datetime:
        zone = ZoneInfo(self.zone)
        local = start.astimezone(zone)
        return datetime.combine(move(local.date()), local.time(), zone).astimezone(UTC)

    def _add_working_days(self, start: datetime, n: int) -> datetime:
        zone = ZoneInfo(self.zone)
        begin, _ = next(self._open_spans(start))
        if n == 0:
            return begin
        local = begin.astimezone(zone)
        left, day = n, local.date()
        for _ in range(_HORIZON_DAYS):
            day += timedelta(days=1)
            spans = () if day in self.holidays else self.hours.get(day.weekday(), ())
            if not spans:
                continue
            left -= 1
            if left == 0:
                at = min(max(local.time(), spans[0][0]), spans[-1][1])
                return datetime.combine(day, at, zone).astimezone(UTC)
        raise NoWorkingTimeError(f"no {n} working days within {_HORIZON_DAYS} days of {local.date()}")

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Working time that passed between two instants; zero when the end is not later."""
        passed = timedelta()
        if end <= start:
            return passed
        try:
            for begin, close in self._open_spans(start):
                if begin >= end:
                    break
                passed += min(close, end) - begin
        except NoWorkingTimeError:
            pass
        return passed
