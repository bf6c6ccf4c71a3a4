"""Pure: by when papers are in, and which numbers pages get."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from jumuishi.meetings.orders import needs
from jumuishi.meetings.orders.types import Orders, Rule


def due_at(orders: Orders, starts_at: datetime, zone: str) -> tuple[datetime, Rule]:
    """The end of the last day on which a paper is in time, and the clause; raises RefusedError."""
    days, rule = needs.papers(orders)
    day = starts_at.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
    return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone)) - timedelta(seconds=1), rule


def numbered(counts: Sequence[int]) -> list[list[str]]:
    """The labels of each of so many papers, one after the other from page 1."""
    found, at = [], 1
    for count in counts:
        found.append([str(at + n) for n in range(count)])
        at += count
    return found


def last_number(labels: Iterable[str]) -> int:
    """The page behind which a supplement goes: the highest whole number among these labels; 0 where there is none."""
    return max((int("".join(c for c in one if c.isdigit()) or 0) for one in labels), default=0)
