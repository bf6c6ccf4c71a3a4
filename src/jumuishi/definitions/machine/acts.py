"""What may happen to a case, who does it and when, and how the machine says no."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from jumuishi.definitions.machine.life import Earlier
from jumuishi.definitions.machine.state import Parties
from jumuishi.definitions.values import Place
from jumuishi.kernel.worktime import WorkingTime

Places: TypeAlias = Callable[[str], Place | None]
"""Finds a place by its code; None where there is none."""


def any_place(code: str) -> Place:
    """A place of which only the code is known: for stories and checks, where no table of places is at hand."""
    return Place(code=code, name=code)


@dataclass(frozen=True)
class Acting:
    """Who acts: the natural person, for which institution, in which of the service's roles.

    Roles are those held there at this moment, by delegation too; `on_behalf_of` is then the person who delegated.
    `together`: the members of a committee who decided at its sitting; they are the ones who act then, and `person` only
    says that they did so.
    """

    person: str
    institution: str = ""
    roles: frozenset[str] = frozenset()
    on_behalf_of: str | None = None
    together: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """The natural persons who decide: members together, or the one at the keys and the one who lent the role."""
        return self.together or tuple(filter(None, (self.person, self.on_behalf_of)))


@dataclass(frozen=True)
class Context:
    """What the machine must be told: the moment, the institution, its settings, working times, places, and who acts.

    `settings` has the plain value of each setting (an institution's id for type institution). `working_times` has those
    of other institutions that review, by id; where one is absent the institution's own is taken. `actor` is None for
    what happens by itself. `earlier` has, by number, the applicant's documents that the answers name (see life.py).
    """

    now: datetime
    institution: str
    settings: Mapping[str, Any]
    working_time: WorkingTime = field(default_factory=WorkingTime)
    working_times: Mapping[str, WorkingTime] = field(default_factory=dict)
    places: Places = any_place
    actor: Acting | None = None
    earlier: Mapping[str, Earlier] = field(default_factory=dict)

    def working_time_of(self, institution: str) -> WorkingTime:
        """The working time that a due date in that institution is counted in."""
        return self.working_times.get(institution, self.working_time)


class Refused(Exception):
    """The act is not possible: nothing changed.

    `code` is a bare word, `key` the text that tells the person, `values` what fills it. Code `answers` carries
    values["errors"], a tuple of forms.Error.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    @property
    def key(self) -> str:
        """The text's key in texts.csv."""
        return f"definitions.refused_{self.code}"


@dataclass(frozen=True)
class Submit:
    """Hand in an application: the first act of a case. `answers` are canonical JSON data, as from answers_data."""

    answers: Mapping[str, Any]
    door: str
    parties: Parties = field(default_factory=Parties)


@dataclass(frozen=True)
class Do:
    """An officer's action at a task; `visit` is the one the officer saw (None: whatever stands now)."""

    action: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    reason: str = ""
    visit: int | None = None


@dataclass(frozen=True)
class GiveReview:
    """One review's result."""

    review: str
    passed: bool
    reason: str = ""
    visit: int | None = None


@dataclass(frozen=True)
class Answer:
    """The applicant answers a request: changed and new fields as canonical JSON data; null clears a field."""

    changes: Mapping[str, Any]
    visit: int | None = None


@dataclass(frozen=True)
class Supply:
    """Somebody brings to a counter what the door could not carry."""

    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Pay:
    """Money came in, by fee; `receipt` names this payment and is taken once."""

    amounts: Mapping[str, int]
    receipt: str


@dataclass(frozen=True)
class Elapse:
    """A time passed: `what` is expires, due, review:ID or promise."""

    what: str
    visit: int | None = None


@dataclass(frozen=True)
class Withdraw:
    """The applicant takes the application back."""

    visit: int | None = None


@dataclass(frozen=True)
class Merge:
    """An officer ends a case because another one of the same applicant goes on for both; `into` names that one."""

    into: str
    reason: str
    visit: int | None = None


@dataclass(frozen=True)
class Appeal:
    """The applicant appeals against an end."""

    reason: str
    visit: int | None = None


@dataclass(frozen=True)
class Disclose:
    """A natural person is known to be a relative of the applicant from now on, and decides nothing more."""

    person: str


@dataclass(frozen=True)
class Correct:
    """The person had a wrong answer corrected, outside of any request: changed fields as canonical JSON data."""

    changes: Mapping[str, Any]


Act: TypeAlias = (
    Submit | Do | GiveReview | Answer | Supply | Pay | Elapse | Withdraw | Merge | Appeal | Disclose | Correct
)
