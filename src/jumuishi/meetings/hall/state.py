"""How a meeting stands: the fold of its events. Frozen; goes to JSON and comes back the same."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Seat:
    """A member in office: the name, and the body's word for the role."""

    name: str
    role: str


@dataclass(frozen=True)
class Matter:
    """An item of the agenda as the hall needs it; `decision` is the kind that its motions ask for."""

    number: str
    is_closed: bool = False
    decision: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of the body and the agenda, whatever happens in the hall.

    `seats` is how many the body has by law, None where nobody entered it; `members` those in office, by id; `items` in
    the agenda's order, by id. At an assembly residents count and vote too; `is_public`: outsiders see the meeting.
    """

    members: Mapping[str, Seat]
    items: Mapping[str, Matter]
    seats: int | None = None
    is_assembly: bool = False
    is_public: bool = False


@dataclass(frozen=True)
class Ask:
    """Somebody who asked for the floor: speech, question, order, information or reply."""

    ask: str
    member: str
    item: str
    what: str


@dataclass(frozen=True)
class Floor:
    """Who speaks, since when; `seconds` by the rule, None without a limit."""

    ask: str
    member: str
    item: str
    what: str
    since: str
    seconds: int | None = None

    def spoke(self, at: datetime) -> int:
        """For how many seconds until now."""
        return max(0, int((at - datetime.fromisoformat(self.since)).total_seconds()))


@dataclass(frozen=True)
class Motion:
    """A motion: `state` is moved, withdrawn, carried or lost; `seconded` a member or empty."""

    item: str
    member: str
    lines: tuple[str, ...]
    decision: str
    state: str = "moved"
    seconded: str = ""
    is_closed: bool = False


@dataclass(frozen=True)
class Amendment:
    """Lines `first` to `last` of a motion, and what comes in their place; states as a motion's, or taken."""

    motion: str
    member: str
    first: int
    last: int
    text: str
    state: str = "moved"

    def meets(self, first: int, last: int) -> bool:
        """Whether it touches these lines; two that put lines in at one place do as well."""
        if self.last < self.first or last < first:
            return self.first <= last + 1 and first <= self.last + 1
        return self.first <= last and first <= self.last


@dataclass(frozen=True)
class Question:
    """An instant question, and whether it was answered."""

    member: str
    item: str
    text: str
    is_answered: bool = False


@dataclass(frozen=True)
class Vote:
    """A vote: `state` is open, tied, ended or cancelled.

    `counts` is by way and teller; `tally` (for, against, abstain) once the ballots are in; `roll` while it is tied.
    """

    item: str
    about: Mapping[str, str]
    decision: str
    ways: tuple[str, ...]
    entitled: tuple[str, ...] = ()
    tellers: tuple[str, ...] = ()
    counts: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    tally: Mapping[str, int] = field(default_factory=dict)
    roll: tuple[Mapping[str, str], ...] = ()
    state: str = "open"
    result: str = ""
    is_closed: bool = False


@dataclass(frozen=True)
class State:
    """A meeting so far. `phase` is before, open, adjourned or ended; ids everywhere are texts."""

    seq: int = 0
    phase: str = "before"
    presiding: str = ""
    present: Mapping[str, str] = field(default_factory=dict)  # member: way
    excused: tuple[str, ...] = ()
    out: tuple[str, ...] = ()  # sent out of the hall
    silenced: tuple[str, ...] = ()  # until the item ends
    guests: tuple[Mapping[str, str], ...] = ()
    residents: int = 0
    has_quorum: bool = False
    interests: tuple[Mapping[str, str], ...] = ()  # member, item, nature
    recused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # item: members
    item: str = ""
    outcomes: Mapping[str, str] = field(default_factory=dict)  # item: outcome
    order: tuple[str, ...] = ()
    is_closed: bool = False
    asks: tuple[Ask, ...] = ()
    floor: Floor | None = None
    paused: Floor | None = None  # whose speech a point of order interrupts; `seconds` is what is left
    spoken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # "item member": asks
    motions: Mapping[str, Motion] = field(default_factory=dict)
    amendments: Mapping[str, Amendment] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    votes: Mapping[str, Vote] = field(default_factory=dict)
    decisions: int = 0

    @property
    def vote(self) -> str:
        """The vote that is going on, open or tied; empty when none is."""
        return next((key for key, one in self.votes.items() if one.state in ("open", "tied")), "")

    def is_out(self, member: str, item: str) -> bool:
        """Whether a member is recused for an item."""
        return member in self.recused.get(item, ())

    @property
    def out_now(self) -> frozenset[str]:
        """Members who are recused for the item that is open."""
        return frozenset(self.recused.get(self.item, ()))


def to_json(state: State) -> dict[str, Any]:
    """The state in JSON types; what is as at the start is left out."""
    empty = asdict(State())
    return {key: _plain(value) for key, value in asdict(state).items() if value != empty[key]}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def from_json(found: Mapping[str, Any]) -> State:
    """The state that `to_json` wrote; nothing at all is a meeting that has not begun."""
    given = dict(found)
    for key in ("excused", "out", "silenced", "guests", "interests", "order"):
        given[key] = tuple(given.get(key, ()))
    for key in ("recused", "spoken"):
        given[key] = {one: tuple(many) for one, many in given.get(key, {}).items()}
    given["asks"] = tuple(Ask(**one) for one in given.get("asks", ()))
    for key in ("floor", "paused"):
        given[key] = Floor(**given[key]) if given.get(key) else None
    given["motions"] = {
        key: Motion(**{**one, "lines": tuple(one["lines"])}) for key, one in given.get("motions", {}).items()
    }
    given["amendments"] = {key: Amendment(**one) for key, one in given.get("amendments", {}).items()}
    given["questions"] = {key: Question(**one) for key, one in given.get("questions", {}).items()}
    given["votes"] = {key: _vote(one) for key, one in given.get("votes", {}).items()}
    return State(**given)


def _vote(one: Mapping[str, Any]) -> Vote:
    lists = {key: tuple(one[key]) for key in ("ways", "entitled", "tellers", "roll")}
    return Vote(**{**one, **lists})
