"""Pure: who may read and act on an item, which officers a name means, what the sender may still do."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from jumuishi.feedback.types import AUTHORITY_LEVEL, DESK_LEVEL, HEAD_LEVEL, State
from jumuishi.kernel.text import fold

OFFICER, HEAD = "complaints-officer", "head"
DESK = (OFFICER, HEAD)
# Who steps in where everybody at the desk is named in what was said.
DEPUTIES = ("director", "administrator", "registrar")
SETTERS = (*DESK, "director", "administrator")
_ACTING = {DESK_LEVEL: DESK, HEAD_LEVEL: (HEAD,), AUTHORITY_LEVEL: DESK}
# Shorter words of a name ("wa", "bi") would name half the house.
_SHORTEST = 3


class Held(Protocol):
    """What these rules read of an item."""

    @property
    def level(self) -> int: ...
    @property
    def owner_id(self) -> UUID | None: ...
    @property
    def unit_id(self) -> UUID | None: ...
    @property
    def barred(self) -> list[str]: ...


@dataclass(frozen=True)
class Reader:
    """An officer at work: the person, the roles of the post, the units that the person works in."""

    person_id: UUID
    roles: frozenset[str]
    units: frozenset[UUID]

    @property
    def is_desk(self) -> bool:
        """Whether everything that lies with the institution is this officer's to see."""
        return not self.roles.isdisjoint(DESK)


def may_read(item: Held, reader: Reader) -> bool:
    """The desk's people, whom it was given to, and the unit it was given to; nobody whom it names."""
    if str(reader.person_id) in item.barred:
        return False
    return reader.is_desk or _has_it(item, reader)


def may_act(item: Held, reader: Reader) -> bool:
    """As to read; but what went on to the head is the head's, or whose the head made it."""
    if not may_read(item, reader):
        return False
    return not reader.roles.isdisjoint(_ACTING[item.level]) or _has_it(item, reader)


def _has_it(item: Held, reader: Reader) -> bool:
    if item.owner_id is not None:
        return item.owner_id == reader.person_id
    return item.unit_id is not None and item.unit_id in reader.units


def meant_by(named: str, people: Iterable[tuple[UUID, str]]) -> set[UUID]:
    """Whom of these (id, name) a name in the sender's words may mean: one shared word is enough, to be safe."""
    words = {word for word in fold(named).split() if len(word) >= _SHORTEST}
    return {one for one, name in people if words & set(fold(name).split())}


def next_level(level: int, *, is_authority: bool) -> int | None:
    """Where the sender may take it on; None where nobody stands higher."""
    after = level + 1
    last = HEAD_LEVEL if is_authority else AUTHORITY_LEVEL
    return after if after <= last else None


@dataclass(frozen=True)
class Ways:
    """What the sender may do now."""

    reply: bool
    judge: bool
    reopen: bool
    escalate: bool
    close: bool


def ways_of(*, state: str, verdict: str, is_late: bool, was_reopened: bool, next_level: int | None) -> Ways:
    """After the answer: judge it, reopen once, go higher. While it is late: go higher."""
    unhappy = state == State.ANSWERED and verdict != "solved"
    open_now = state in (State.OPEN, State.ASKED)
    return Ways(
        reply=open_now,
        judge=state == State.ANSWERED and verdict == "",
        reopen=unhappy and not was_reopened,
        escalate=next_level is not None and (unhappy or (state == State.OPEN and is_late)),
        close=open_now,
    )


def deputy_for(desk: Collection[UUID], deputies: Iterable[UUID], barred: Collection[UUID]) -> UUID | None:
    """Who has it from the first, when everybody at the desk is named; None when somebody there is not."""
    if any(one not in barred for one in desk):
        return None
    return next((one for one in deputies if one not in barred), None)
