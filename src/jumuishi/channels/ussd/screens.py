"""What a room brings to the phone: places with a screen each, and where an answer leads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Args: TypeAlias = Mapping[str, Any]


@dataclass
class Visit:
    """Whoever holds the phone now; places read it, and may change `lang`, `person`, `marks` and `once`.

    `phone` is +255XXXXXXXXX as the network says it. `marks` are what was shown in this session ("pin"), gone with it.
    `number` counts the answers of the session: with `session` it tells one answer from any other, and the same from
    itself when it is sent again.
    """

    phone: str
    lang: str = "sw"
    person: str = ""
    marks: set[str] = field(default_factory=set)
    session: str = ""
    number: int = 0
    # What was read for this one answer, for the place that follows; never kept.
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def once(self) -> str:
        """A key for the act that this answer leads to."""
        return f"{self.session}:{self.number}"


@dataclass(frozen=True)
class Choice:
    """A line of a list: what is handed to the place when it is chosen, and what is read."""

    key: str
    label: str


@dataclass(frozen=True)
class Screen:
    """What a place shows. `asks`: something may be typed; `zero`, `skips`, `at`, `hint`, `error` as kernel.screens."""

    head: str
    choices: tuple[Choice, ...] = ()
    asks: bool = False
    hint: str = ""
    at: str = ""
    error: str = ""
    zero: bool = False
    skips: bool = False


@dataclass(frozen=True)
class Picked:
    """A choice, by its key."""

    key: str


@dataclass(frozen=True)
class Written:
    """What was typed; None where the question was left out."""

    text: str | None


@dataclass(frozen=True)
class Go:
    """On to another place; `instead`: nobody comes back to this one."""

    name: str
    args: Args = field(default_factory=dict)
    instead: bool = False


@dataclass(frozen=True)
class Stay:
    """The same place again, with what is wrong or what was done; other args where given."""

    said: str = ""
    args: Args | None = None


@dataclass(frozen=True)
class BackTo:
    """Back to the nearest place of a name, or to the first screen where there is none."""

    name: str = ""
    said: str = ""


@dataclass(frozen=True)
class Back:
    """Back to the place before."""

    said: str = ""


@dataclass(frozen=True)
class End:
    """The session is over with these lines, the most needful first; what there is no room for is left out."""

    lines: tuple[str, ...]


Move: TypeAlias = Go | Stay | Back | BackTo | End
Said: TypeAlias = Picked | Written


class Place:
    """A place on the phone; its name is lasting, for sessions keep it."""

    name = ""
    # Whether a session that was cut off here is offered to go on: something is half done.
    goes_on = False

    def needs(self, visit: Visit, args: Args) -> str:  # noqa: ARG002  # the shape of every place
        """The mark that must be among the session's before this is shown; empty for none."""
        return ""

    def show(self, visit: Visit, args: Args) -> Screen | Move:
        """What is read here, or where it leads at once."""
        raise NotImplementedError

    def take(self, visit: Visit, args: Args, said: Said) -> Move:
        """What an answer does, and where it leads."""
        raise NotImplementedError


@dataclass(frozen=True)
class Entry:
    """A line of the first screen: its order, its text's key, the place it leads to, and for whom; None: everybody."""

    order: int
    key: str
    place: str
    wanted: Callable[[Visit], bool] | None = None


class Registry:
    """The places of all rooms, the first screen's lines, and the place that shows who holds the phone."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.entries: list[Entry] = []
        self.guard = ""

    def place(self, kind: type[Place]) -> type[Place]:
        """Register a place under its name."""
        if not kind.name or kind.name in self.places:
            raise ValueError(f"two places are called {kind.name!r}, or none is")
        self.places[kind.name] = kind()
        return kind

    def entry(
        self, order: int, key: str, *, wanted: Callable[[Visit], bool] | None = None
    ) -> Callable[[type[Place]], type[Place]]:
        """Register a place that the first screen leads to; `wanted` keeps it from who has no use for it."""

        def decorate(kind: type[Place]) -> type[Place]:
            self.entries.append(Entry(order, key, kind.name, wanted))
            self.entries.sort(key=lambda one: one.order)
            return self.place(kind)

        return decorate


REGISTRY = Registry()
place, entry = REGISTRY.place, REGISTRY.entry
