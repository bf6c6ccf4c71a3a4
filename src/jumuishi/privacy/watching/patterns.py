"""Patterns: which count, of a system or one officer, within which time, against which usual. Pure but for the file.

An installation's own patterns.csv beside its keys says each anew or leaves it out; `source` says where a line is from.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jumuishi.exchange.public import Traffic

COUNTS = ("people", "absent", "follows", "same")
SHIPPED = Path(__file__).with_name("patterns.csv")
# Fewer hours than these say nothing of what is usual.
HOURS = 20


class BadPatternsError(ValueError):
    """The file can't be gone by; the message names the line."""


@dataclass(frozen=True)
class Pattern:
    """`counts` reaches `least` within so many minutes; more than `times` the usual of the system, and at least `share`
    of its calls, where these are given; within some hours of the day where `hours` says so."""

    name: str
    counts: str
    of_officer: bool
    minutes: int
    least: int
    times: float | None
    share: float | None
    hours: tuple[int, int] | None
    source: str

    def at(self, hour: int) -> bool:
        """Whether it looks at this hour of the day."""
        if self.hours is None:
            return True
        begin, end = self.hours
        return begin <= hour < end if begin <= end else hour >= begin or hour < end

    def reached(self, seen: Traffic) -> bool:
        """Whether the count itself is there; the usual is looked up only then."""
        count = int(getattr(seen, self.counts))
        if bool(seen.asker) is not self.of_officer or count < self.least:
            return False
        return self.share is None or count >= self.share * seen.calls

    def is_unusual(self, seen: Traffic, usual: float, hours: int) -> bool:
        """Against what the system usually asks in an hour; that is not known from a few hours."""
        if self.times is None or hours < HOURS:
            return True
        return int(getattr(seen, self.counts)) > self.times * usual


def read(lines: Iterable[str]) -> list[Pattern]:
    """Raises BadPatternsError."""
    found = []
    for at, row in enumerate(csv.DictReader(lines), start=2):
        try:
            hours = (int(row["from_hour"]), int(row["until_hour"])) if row["from_hour"] else None
            one = Pattern(
                name=row["name"], counts=row["counts"], of_officer={"officer": True, "system": False}[row["of"]],
                minutes=int(row["minutes"]), least=int(row["least"]),
                times=float(row["times"]) if row["times"] else None,
                share=float(row["share"]) if row["share"] else None, hours=hours, source=row["source"],
            )  # fmt: skip
        except (KeyError, ValueError, TypeError) as error:
            raise BadPatternsError(f"line {at}: {error}") from error
        if one.counts not in COUNTS or not 1 <= one.minutes <= 10_080 or one.least < 1 or not one.name:
            raise BadPatternsError(f"line {at}")
        found.append(one)
    return found


def patterns(config: Path) -> Sequence[Pattern]:
    """Those of the installation's file where it has one, else those that ship. Raises BadPatternsError."""
    own = config / "patterns.csv"
    with (own if own.exists() else SHIPPED).open(encoding="utf-8", newline="") as lines:
        return read(lines)
