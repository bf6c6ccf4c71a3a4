"""What a register says: a status and JSON; what people may read of it in Kiswahili and English."""

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("sw", "en")


@dataclass(frozen=True)
class Answer:
    """A status, a body, headers of its own."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


@cache
def _texts() -> dict[str, dict[str, str]]:
    with Path(__file__).with_name("texts.csv").open(encoding="utf-8", newline="") as lines:
        return {row["key"]: {one: row[one] for one in LANGUAGES} for row in csv.DictReader(lines)}


def words(key: str) -> dict[str, str]:
    """A text in both languages. Raises KeyError."""
    return _texts()[key]


def refused(status: int, code: str, **more: Any) -> Answer:
    """No, with a code for programs and words for people; numbers of `more` stand in the words."""
    said = {one: text.format(**more) for one, text in words(code).items()}
    headers = {"Retry-After": str(more["seconds"])} if "seconds" in more else {}
    return Answer(status, {"error": code, "message": said, **more}, headers)
