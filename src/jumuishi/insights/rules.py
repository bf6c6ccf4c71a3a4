"""Figures from days: sums, the median and the 90th percentile of all waits together. Pure; never a mean."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

# The spans of days that figures are worked out for.
SPANS = (30, 90, 365)
# Of fewer decisions than this the public page says nothing: one person's wait would be told.
LEAST = 10
SERVICE, OFFICER, UNIT = "service", "officer", "unit"


@dataclass
class Sum:
    """Counts and waits of one thing over a span."""

    opened: int = 0
    done: int = 0
    late: int = 0
    explained: int = 0
    hours: list[int] = field(default_factory=list)

    def add(self, opened: int, done: int, late: int, explained: int, hours: Iterable[int]) -> None:
        """Another day of it."""
        self.opened, self.done = self.opened + opened, self.done + done
        self.late, self.explained = self.late + late, self.explained + explained
        self.hours.extend(hours)


@dataclass(frozen=True)
class DayRow:
    """A day as it is summed."""

    day: date
    kind: str
    key: str
    opened: int
    done: int
    late: int
    explained: int
    hours: Sequence[int]


def percentile(ordered: Sequence[int], share: float) -> int | None:
    """The nearest-rank percentile of values in order: a wait that somebody really had; None of nothing."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def sums(
    rows: Iterable[DayRow], today: date, units: Mapping[str, str], spans: Sequence[int] = SPANS
) -> dict[tuple[int, str, str], Sum]:
    """(span, kind, key) to its sum; a span ends with today. `units`: the unit's key of each officer's who has one."""
    found: dict[tuple[int, str, str], Sum] = defaultdict(Sum)
    first = {span: today - timedelta(days=span - 1) for span in spans}
    for row in rows:
        keys = [(row.kind, row.key)]
        if row.kind == OFFICER and row.key in units:
            keys.append((UNIT, units[row.key]))
        for span in spans:
            if row.day >= first[span]:
                for kind, key in keys:
                    found[span, kind, key].add(row.opened, row.done, row.late, row.explained, row.hours)
    for one in found.values():
        one.hours.sort()
    return dict(found)


def share_kept(done: int, late: int) -> int | None:
    """Of a hundred, how many were decided within the promise; None of nothing. Rounded down: 99.9 is not all."""
    return (done - late) * 100 // done if done else None
