# ruff: noqa: ARG002  # a room overrides what it has; the shape is the same for all
"""What each room holds about a person, said by the room itself: a person's rights over data are served from here.

A room registers one Holder; whoever serves the rights (above) asks them all and knows no table of theirs. Reads run
as the principal of the open transaction, so that the database's walls hold for them; changes are asked for after the
caller's policy, and the room does them by its own actions.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jumuishi.identity.types import Actor
from jumuishi.kernel.canonical import plain
from jumuishi.kernel.text import both

Words = Mapping[str, str]


@dataclass(frozen=True)
class Holding:
    """One kind of data at one institution (None: the platform itself): what, what for, by what law, how long. In words.

    `count` is how many things of the kind there are about the person.
    """

    kind: str
    institution_id: UUID | None
    what: Words
    purpose: Words
    basis: Words
    kept: Words
    count: int


@dataclass(frozen=True)
class Copy:
    """One thing as the person gets it: JSON types only, and the stored files that belong to it (name, file id)."""

    kind: str
    institution_id: UUID | None
    data: Mapping[str, Any]
    files: tuple[tuple[str, UUID], ...] = ()


@dataclass(frozen=True)
class Correctable:
    """An answer that the person may ask to have corrected. `thing` is what the person knows the thing by.

    `ended`: a correction is then a mark beside the old value, which stays.
    """

    thing_id: UUID
    institution_id: UUID
    thing: str
    field: str
    label: Words
    value: str
    ended: bool
    choices: tuple[tuple[str, Words], ...] = ()


@dataclass(frozen=True)
class Fate:
    """What became of one thing when erasure was asked: erased now, or kept by `reason` until then (None: open)."""

    kind: str
    thing_id: UUID
    thing: str
    erased: bool
    reason: Words = field(default_factory=dict)
    keep_until: date | None = None


@dataclass(frozen=True)
class Circle:
    """Whom a breach touches: of one service or all, by when they applied; or a list of references."""

    service: str = ""
    since: datetime | None = None
    until: datetime | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Touched:
    """One person within a circle, and where word reaches them; `phone` is empty where only a letter does."""

    person_id: UUID
    phone: str
    reference: str
    language: str


def in_words(room: str, kind: str, institution_id: UUID | None, count: int) -> Holding:
    """A holding whose words are texts of its room: ROOM.held_KIND_what, _for, _basis, _kept."""
    what, purpose, basis, kept = (both(f"{room}.held_{kind}_{part}") for part in ("what", "for", "basis", "kept"))
    return Holding(kind, institution_id, what, purpose, basis, kept, count)


def data_of(row: object, *names: str) -> dict[str, Any]:
    """Some attributes of a row as JSON types."""
    return {name: plain(getattr(row, name)) for name in names}


class CannotCorrectError(Exception):
    """The new value is not taken; `code` names a text of the room that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Holder:
    """A room's answers about what it holds. A room overrides what it has; the rest is empty."""

    room: str

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """What the room holds about the person, in few rows."""
        return ()

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Everything, thing by thing, in constant memory; of one institution, or of all."""
        yield from ()

    def correctable(self, person_id: UUID, institution_id: UUID) -> list[Correctable]:
        """The answers that the person may ask that institution to correct."""
        return []

    def correct(self, *, actor: Actor, person_id: UUID, thing_id: UUID, field: str, value: str, reason: str) -> None:
        """Correct one answer, in the caller's transaction. Raises CannotCorrectError."""
        raise CannotCorrectError(f"{self.room}.cannot_correct")

    def erase(self, *, actor: Actor, person_id: UUID, institution_id: UUID, reason: str) -> Iterator[Fate]:
        """Erase what the law lets, and say what it keeps and until when; asked again later it goes on."""
        yield from ()

    def touched(self, institution_id: UUID, circle: Circle) -> Iterator[Touched]:
        """The people of an institution's things within a circle, each thing once."""
        yield from ()


_holders: dict[str, Holder] = {}


def register_holder(holder: Holder) -> None:
    """Let a room answer for what it holds; a room has one holder."""
    if holder.room in _holders:
        raise ValueError(f"two holders of {holder.room}")
    _holders[holder.room] = holder


def holders() -> list[Holder]:
    """Every room's holder, by the room's name."""
    return [_holders[room] for room in sorted(_holders)]


def holder(room: str) -> Holder | None:
    """The holder of a room."""
    return _holders.get(room)
