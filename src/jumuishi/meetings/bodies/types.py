"""What crosses between the parts of this folder and its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from jumuishi.meetings.orders.reading import Fault

# Whose seats the body's number of seats counts.
SEATED: Final = ("chair", "vice", "member", "ex-officio")
# Of these a body has one at a time.
SINGLE: Final = ("chair", "vice", "secretary")


class BodyRefusedError(ValueError):
    """Not taken: `key` names the text that says why, `field` what of the form it is about, `given` fills its blanks."""

    def __init__(self, key: str, field: str = "", **given: object) -> None:
        super().__init__(key)
        self.key, self.field, self.given = key, field, given


class WrongOrdersError(ValueError):
    """A definition that is written wrongly; `faults` say where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(one.place for one in faults))
        self.faults = tuple(faults)


class WrongSheetError(ValueError):
    """A sheet of members of which nothing was taken; `errors` are (line, text key, blanks)."""

    def __init__(self, errors: Sequence[tuple[int, str, dict[str, object]]]) -> None:
        super().__init__(f"{len(errors)} lines")
        self.errors = tuple(errors)


@dataclass(frozen=True)
class BodySaid:
    """A body as it is typed; `place` a place's code or empty, `cases_role` the committee of cases that it is."""

    what: str
    name: dict[str, str]
    seats: int | None = None
    is_public: bool = False
    place: str = ""
    parent_id: UUID | None = None
    cases_role: str = ""


@dataclass(frozen=True)
class MemberSaid:
    """A member as it is typed; `officer_id` the person of an officer of the same institution, `place` a ward's code."""

    name: str
    role: str
    from_on: date
    until_on: date | None = None
    seat: str = ""
    place: str = ""
    phone: str = ""
    email: str = ""
    language: str = "sw"
    officer_id: UUID | None = None
