"""What minutes are written from, and what they are made of. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jumuishi.meetings.orders.types import Rule


class MinutesError(Exception):
    """An act on minutes can't be done; `code` names the text that says why, `given` fills its blanks."""

    def __init__(self, code: str, **given: object) -> None:
        super().__init__(code)
        self.code, self.given = code, given


@dataclass(frozen=True)
class Happened:
    """An event as the minutes take it: with a correction's body in place of its own, and the correction beside it.

    `is_closed`: from a closed session.
    """

    seq: int
    kind: str
    at: datetime
    body: Mapping[str, Any]
    is_closed: bool = False
    why: str = ""
    corrected_at: datetime | None = None


@dataclass(frozen=True)
class Seat:
    """A member as the minutes name one: "Mhe. Asha Juma", the role, and whether it has a vote."""

    name: str
    role: str
    votes: bool = True


@dataclass(frozen=True)
class Matter:
    """An item of the agenda."""

    number: str
    title: Mapping[str, str]
    is_closed: bool = False


@dataclass(frozen=True)
class Sitting:
    """All that events do not say themselves.

    `decided` is how many decisions the body had made that year before this meeting; `seats` are the members of the day
    by id, `matters` the items by id; `quorum_rule` is quoted where the quorum is told.
    """

    slug: str
    institution: Mapping[str, str]
    body: Mapping[str, str]
    number: int
    place: str
    starts_at: datetime
    zone: str
    seats: Mapping[str, Seat]
    matters: Mapping[str, Matter]
    decided: int = 0
    quorum_rule: Rule | None = None


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: `key` stays the same however often the minutes are written anew.

    `is_closed`: not for the public edition. `data` carries the figures for machines (Akoma Ntoso, OParl).
    """

    key: str
    kind: str
    text: Mapping[str, str]
    at: datetime | None = None
    is_closed: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
