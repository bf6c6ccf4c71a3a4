"""What the shell around the machine has to do after an act, in this order; visits tell one entry from the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from jumuishi.definitions.machine.state import CaseState, Line

RefundReason: TypeAlias = Literal["refused", "withdrawn", "lapsed", "paid_twice"]


@dataclass(frozen=True)
class OpenTask:
    """Put a task before the holders of a role, but for those who may not act (not_by, and the applicant's side)."""

    visit: int
    stage: str
    role: str
    due_at: datetime | None
    escalate: str | None
    not_persons: tuple[str, ...]


@dataclass(frozen=True)
class CloseTask:
    """The task is done or no longer needed."""

    visit: int
    stage: str


@dataclass(frozen=True)
class OpenReview:
    """Ask an institution for one review."""

    visit: int
    stage: str
    review: str
    role: str
    institution: str
    due_at: datetime | None
    escalate: str | None
    not_persons: tuple[str, ...]


@dataclass(frozen=True)
class CloseReview:
    """The review was given."""

    visit: int
    stage: str
    review: str
    passed: bool


@dataclass(frozen=True)
class WithdrawReview:
    """The review is no longer needed."""

    visit: int
    stage: str
    review: str


@dataclass(frozen=True)
class AskApplicant:
    """Let the applicant change or give these fields until then."""

    visit: int
    stage: str
    fields: tuple[str, ...]
    message: str
    expires_at: datetime | None


@dataclass(frozen=True)
class StopAsking:
    """The applicant answered, or may no longer."""

    visit: int
    stage: str


@dataclass(frozen=True)
class AwaitAtCounter:
    """These fields are awaited at a counter; an empty list ends it."""

    fields: tuple[str, ...]


@dataclass(frozen=True)
class IssueBill:
    """Bill the applicant, at one control number."""

    visit: int
    stage: str
    lines: tuple[Line, ...]
    expires_at: datetime | None

    @property
    def total(self) -> int:
        """The sum of its lines."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True)
class CancelBill:
    """The bill of that visit must not be paid any more; money that comes all the same is told by Pay."""

    visit: int
    stage: str


@dataclass(frozen=True)
class Refund:
    """Give money back: a task of the system, with owner and clock. Reasons: refused, withdrawn, lapsed, paid_twice."""

    reason: RefundReason
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class IssueDocument:
    """Issue a document; `valid_until` is its last valid day (ISO), None without end; null claims are left out.

    `earlier` is the number of the one it follows, empty for a new one; `is_in_place`: that one is then replaced by it.
    """

    visit: int
    document: str
    claims: Mapping[str, Any]
    valid_until: str | None
    earlier: str = ""
    is_in_place: bool = False


@dataclass(frozen=True)
class Message:
    """Tell the applicant that the case was submitted, or entered an applicant, payment or end stage."""

    visit: int
    stage: str
    kind: Literal["submitted", "applicant", "payment", "end"]


@dataclass(frozen=True)
class ClockChanged:
    """The promise: started, paused, resumed, stopped, late; or any due time moved (`what` as in Elapse)."""

    what: str
    change: Literal["started", "paused", "resumed", "stopped", "late", "moved"]
    due_at: datetime | None
    visit: int


@dataclass(frozen=True)
class Escalate:
    """A task or review is late: tell this role and let it reassign; it does not act."""

    visit: int
    stage: str
    what: str
    role: str


@dataclass(frozen=True)
class Ended:
    """The case is at an end; `appeal_until` is set where it may be appealed against."""

    visit: int
    stage: str
    outcome: str
    appeal_until: datetime | None


Effect: TypeAlias = (
    OpenTask
    | CloseTask
    | OpenReview
    | CloseReview
    | WithdrawReview
    | AskApplicant
    | StopAsking
    | AwaitAtCounter
    | IssueBill
    | CancelBill
    | Refund
    | IssueDocument
    | Message
    | ClockChanged
    | Escalate
    | Ended
)


@dataclass(frozen=True)
class Outcome:
    """The new state, and what is to be done for it."""

    state: CaseState
    effects: tuple[Effect, ...]
