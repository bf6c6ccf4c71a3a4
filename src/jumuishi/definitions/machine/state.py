"""Where a case stands: one frozen value, plain JSON both ways, enough to go on with after any restart.

Instants are aware datetimes in UTC. Persons and institutions are opaque strings: ids of natural persons, never of
accounts or appointments. `visit` counts the stages entered, so that each entry of a stage has a number of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from jumuishi.definitions.machine.codec import from_data, to_data

WITHDRAWN = "withdrawn"
MERGED = "merged"
"""The stage of a case that its applicant withdrew: it needs no stage of that name in the definition."""


@dataclass(frozen=True)
class Clock:
    """A wait with an end: `n` `unit` since an instant is `at`; `escalate` is told once when it is past."""

    since: datetime
    n: int
    unit: str
    at: datetime
    escalate: str | None = None
    told: bool = False


@dataclass(frozen=True)
class Parties:
    """The natural persons on the applicant's side: none of them ever decides."""

    applicant: str | None = None
    helpers: tuple[str, ...] = ()
    relatives: tuple[str, ...] = ()

    def includes(self, person: str) -> bool:
        """Whether the person is applicant, helper or relative."""
        return person == self.applicant or person in self.helpers or person in self.relatives


@dataclass(frozen=True)
class Deed:
    """Who acted at a stage, and for whom where the role was lent; `what` is the action's or the review's id.

    `together`: the members of a committee who decided; `person` is then the one who confirmed that they did.
    """

    stage: str
    visit: int
    person: str
    what: str
    at: datetime
    on_behalf_of: str | None = None
    together: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """The natural persons whom two-person rules count: a committee's members, or actor and lender."""
        return self.together or tuple(filter(None, (self.person, self.on_behalf_of)))


@dataclass(frozen=True)
class Task:
    """The open task of a task stage."""

    role: str
    due: Clock | None = None


@dataclass(frozen=True)
class Seat:
    """One counting review of this visit: open while `passed` is None and it was not withdrawn."""

    review: str
    role: str
    institution: str
    due: Clock | None = None
    passed: bool | None = None
    by: str | None = None
    at: datetime | None = None
    reason: str = ""
    withdrawn: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody may still give it."""
        return self.passed is None and not self.withdrawn


@dataclass(frozen=True)
class Wait:
    """What the applicant is asked: names of fields, the officer's message, until when."""

    fields: tuple[str, ...]
    message: str = ""
    expires: Clock | None = None


@dataclass(frozen=True)
class Line:
    """One fee of a bill: the amount still owed when it was issued, in the currency's smallest unit in use."""

    fee: str
    amount: int


@dataclass(frozen=True)
class Bill:
    """What is to be paid at a payment stage, and what of it has come in."""

    stage: str
    visit: int
    lines: tuple[Line, ...]
    expires: Clock | None = None
    paid: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The sum of its lines."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True)
class Issued:
    """A document as it was issued; `valid_until` is its last valid day (ISO), None without end."""

    document: str
    visit: int
    claims: Mapping[str, Any]
    valid_until: str | None
    at: datetime


@dataclass(frozen=True)
class Pause:
    """A stretch that the promise does not count."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True)
class Promised:
    """The promise to the applicant: `due_at` is None while paused; `stopped_at` is set at the end of the case."""

    since: datetime
    n: int
    unit: str
    due_at: datetime | None
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    told: bool = False

    @property
    def is_paused(self) -> bool:
        """Whether a pause is open."""
        return bool(self.pauses) and self.pauses[-1].end is None


@dataclass(frozen=True)
class CaseState:
    """A case: in exactly one stage, with at most the one open thing that this stage has.

    `priced_at`: when fees that hang on the day were last asked for, while what was asked for stands.
    """

    stage: str
    visit: int
    entered_at: datetime
    submitted_at: datetime
    door: str
    parties: Parties
    answers: Mapping[str, Any]
    promise: Promised
    calculated: Mapping[str, Any] = field(default_factory=dict)
    awaited: tuple[str, ...] = ()
    task: Task | None = None
    seats: tuple[Seat, ...] = ()
    needed: int = 0
    wait: Wait | None = None
    bill: Bill | None = None
    late_bill: Bill | None = None
    paid: Mapping[str, int] = field(default_factory=dict)
    receipts: tuple[str, ...] = ()
    priced_at: datetime | None = None
    issued: tuple[Issued, ...] = ()
    deeds: tuple[Deed, ...] = ()
    outcome: Literal["granted", "refused", "lapsed", "withdrawn"] | None = None
    ended_at: datetime | None = None
    appeal: Clock | None = None

    @property
    def is_ended(self) -> bool:
        """Whether the case stands at an end (an appeal or late money may still open it)."""
        return self.outcome is not None

    def to_data(self) -> dict[str, Any]:
        """As JSON types."""
        data: dict[str, Any] = to_data(self)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "CaseState":
        """From the JSON types of to_data; raises KeyError, TypeError or ValueError on anything else."""
        return from_data(cls, data)
