"""Which register is asked when, and what is then asked of the person. Pure: rows in, the clock handed in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from jumuishi.definitions.types import Field, Lookup, Package
from jumuishi.kernel.canonical import digest

FETCHED, QUESTION, AWAY = "fetched", "question", "away"
# One that was away is tried again by the same application after so long, while its question is open.
AGAIN = timedelta(seconds=30)


class Row(Protocol):
    """What these rules read of a look."""

    register: str
    key_field: str
    key_mark: str
    state: str
    fields: list[str]
    values: dict[str, Any]
    at: datetime | None
    tried_at: datetime


class Way(Enum):
    """How a field of a register stands: asked of the person, not yet (its key, or the register's question, is open),
    fetched, or disputed."""

    ASKED = "asked"
    WAITING = "waiting"
    FETCHED = "fetched"
    DISPUTED = "disputed"


def flat(fields: Iterable[Field]) -> Iterable[Field]:
    """Fields as asked; what stands in a repeat group is asked of the person."""
    for one in fields:
        if one.type == "group":
            if one.repeat is None:
                yield from flat(one.fields)
        else:
            yield one


def lookups_of(package: Package) -> dict[str, Lookup]:
    """The lookups of the pages' own fields, by field."""
    return {one.name: one.lookup for page in package.pages for one in flat(page.fields) if one.lookup is not None}


def mark_of(draft_id: object, key: object) -> str:
    """A key, known again and told nobody."""
    return digest([str(draft_id), str(key)])


@dataclass(frozen=True)
class Looks:
    """A draft's or a case's looks at one moment.

    `lookups` are those whose register is asked here, or has said something.
    """

    draft_id: object
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    rows: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    disputes: Mapping[str, Any] = field(default_factory=dict)

    def row(self, name: str, answers: Mapping[str, Any]) -> Any:
        """The look that stands for a field and its key as answered; None where there is none."""
        lookup = self.lookups.get(name)
        found = self.rows.get((lookup.register, lookup.key)) if lookup else None
        if found is None or lookup is None or answers.get(lookup.key) is None:
            return None
        return found if found.key_mark == mark_of(self.draft_id, answers[lookup.key]) else None

    def way(self, name: str, answers: Mapping[str, Any], needed: Collection[str]) -> Way:
        """`needed`: the fields that must be answered as things stand."""
        lookup = self.lookups.get(name)
        if lookup is None:
            return Way.ASKED
        if answers.get(lookup.key) is None:
            return Way.WAITING if lookup.key in needed else Way.ASKED
        found = self.row(name, answers)
        if found is None:
            return Way.ASKED
        if found.state == QUESTION:
            return Way.WAITING
        if found.state == FETCHED and name in found.values:
            return Way.DISPUTED if name in self.disputes else Way.FETCHED
        return Way.ASKED


def is_due(
    found: Row | None, mark: str, wanted: Collection[str], open_: Collection[str], *, fresh: timedelta, now: datetime
) -> bool:
    """Whether a register is asked (again): never asked under this key, for other fields, too old, or back perhaps.

    `wanted`: its fields that are relevant, `open_` those of them without an answer.
    """
    if found is None or found.key_mark != mark:
        return True
    if found.state == FETCHED:
        return not set(wanted) <= set(found.fields) or found.at is None or now - found.at > fresh
    if found.state == AWAY:
        # What the person has said meanwhile stands; the office may ask later.
        return bool(open_) and now - found.tried_at > AGAIN
    return False
