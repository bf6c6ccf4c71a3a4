"""Pure: the hours at which a desk receives, and until when one may still choose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jumuishi.kernel.worktime import WorkingTime


@dataclass(frozen=True)
class Hours:
    """What of a desk makes its hours; without `opens` and `closes` it receives whenever the institution works."""

    minutes: int
    opens: time | None = None
    closes: time | None = None


def slots(hours: Hours, work: WorkingTime, first: date, days: int) -> Iterator[datetime]:
    """The beginnings of visits in the days from `first` on, in UTC: whole visits within working hours, no holidays."""
    zone, length = ZoneInfo(work.zone), timedelta(minutes=hours.minutes)
    for day in (first + timedelta(days=n) for n in range(days)):
        if day in work.holidays:
            continue
        for opens, closes in work.hours.get(day.weekday(), ()):
            begin = max(opens, hours.opens or opens)
            end = min(closes, hours.closes or closes)
            at = datetime.combine(day, begin, zone)
            until = datetime.combine(day, end, zone)
            while at + length <= until:
                yield at.astimezone(UTC)
                at += length


def is_open_to_change(starts_at: datetime, cutoff_hours: int, now: datetime) -> bool:
    """Whether a visit at that hour may still be chosen, changed or cancelled by the applicant."""
    return starts_at - timedelta(hours=cutoff_hours) >= now
