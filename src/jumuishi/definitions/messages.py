"""The checker's sentences in the other language: those of the English table, whatever stands in their blanks."""

import csv
import re
from functools import cache
from pathlib import Path

_BLANK = re.compile(r"\{([a-z])\}")


@cache
def _sentences() -> list[tuple[re.Pattern[str], str]]:
    """Each sentence as a pattern with its Kiswahili, those with most words of their own first."""
    with (Path(__file__).parent / "messages.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(row["en"], row["sw"]) for row in csv.DictReader(lines)]
    rows.sort(key=lambda row: -len(_BLANK.sub("", row[0])))
    return [(_pattern(english), swahili) for english, swahili in rows]


def _pattern(english: str) -> re.Pattern[str]:
    parts = _BLANK.split(english)
    source = "".join(f"(?P<{one}>.*)" if number % 2 else re.escape(one) for number, one in enumerate(parts))
    return re.compile(source, re.DOTALL)


def in_kiswahili(message: str) -> str | None:
    """A message of the checker's in Kiswahili; None for one that is not in the table."""
    for pattern, swahili in _sentences():
        found = pattern.fullmatch(message)
        if found is not None:
            # what stands in a blank may be a sentence itself
            blanks = {name: in_kiswahili(value) or value for name, value in found.groupdict().items()}
            parts = _BLANK.split(swahili)
            return "".join(blanks[one] if number % 2 else one for number, one in enumerate(parts))
    return None
