"""The registers' own rules as data: tries, times, limits, each with its source."""

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")


@cache
def rule(name: str) -> int:
    """A whole number of data/rules.csv. Raises KeyError."""
    with (DATA / "rules.csv").open(encoding="utf-8", newline="") as lines:
        return {row["name"]: int(row["value"]) for row in csv.DictReader(lines)}[name]


def rows(file: str) -> list[dict[str, str]]:
    """The rows of a data file."""
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
