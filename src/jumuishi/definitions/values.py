"""Answers as Python values, one kind for each type of field.

text, long_text, phone, email, national_id, tax_id, select_one, time: str. integer, money: int. decimal: float.
yes_no: bool. date: date. select_multiple: tuple of choice keys. place: Place (or its code, where nothing is evaluated).
file: FileAnswer. A repeat group: tuple of mappings from member name to value. Unanswered: None, or absent.
A calculate holds whatever its expression gives; a timestamp is an aware datetime, a duration a timedelta.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Place:
    """A place as expressions see it; `region`, `district`, `ward` are names, empty above the place's own level."""

    code: str
    name: str = ""
    level: str = ""
    region: str = ""
    district: str = ""
    ward: str = ""


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """A file handed in: name as given, size in bytes, hex SHA-256, media type found from its content."""

    name: str
    size: int
    sha256: str
    type: str


Answer: TypeAlias = (
    str
    | int
    | float
    | bool
    | date
    | datetime
    | timedelta
    | Place
    | FileAnswer
    | tuple[str, ...]
    | tuple[Mapping[str, "Answer | None"], ...]
)
Answers: TypeAlias = Mapping[str, Answer | None]
