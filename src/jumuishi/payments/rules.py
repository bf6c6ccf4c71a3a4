"""What the facts about a debt come to. Pure: no ORM, no I/O; facts are a set: order and repetition change nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jumuishi.payments.types import BillLine, MoneyState, WrongBillError

OWNER_ROLE = "accountant"
# Who is shown what an accountant leaves undone.
ESCALATION_ROLES = ("head", "director")


@dataclass(frozen=True)
class Issued:
    """A bill was made, for a debt of `amount`; `replaces` is the bill whose debt it carries on."""

    bill: UUID
    amount: int
    replaces: UUID | None = None


@dataclass(frozen=True)
class Numbered:
    """The gateway named the bill."""

    bill: UUID
    number: str


@dataclass(frozen=True)
class Paid:
    """Money arrived; the gateway's receipt is its name, so that hearing of it twice is hearing of it once."""

    bill: UUID
    receipt: str
    amount: int


@dataclass(frozen=True)
class Expired:
    """The time to pay the bill ran out."""

    bill: UUID


@dataclass(frozen=True)
class Cancelled:
    """The bill is asked no more."""

    bill: UUID


@dataclass(frozen=True)
class Returned:
    """All that was or will be paid must go back: the case was refused or withdrawn."""

    bill: UUID


@dataclass(frozen=True)
class Refunded:
    """Money went back, under the accountant's own task."""

    bill: UUID
    task: UUID
    amount: int


Fact = Issued | Numbered | Paid | Expired | Cancelled | Returned | Refunded


@dataclass(frozen=True)
class Position:
    """Where a debt stands, in whole units: due, held (paid less given back), and owed back to the payer."""

    state: MoneyState
    due: int
    paid: int
    refunded: int
    owed_back: int

    @property
    def held(self) -> int:
        """What the institution holds now."""
        return self.paid - self.refunded

    @property
    def missing(self) -> int:
        """What is still to be paid."""
        return max(0, self.due - self.held)


# What a case's state is when its debts differ: what needs somebody most comes first.
PRECEDENCE = (
    MoneyState.REFUND_DUE,
    MoneyState.OVERPAID,
    MoneyState.PART_PAID,
    MoneyState.WAITING_PAYMENT,
    MoneyState.WAITING_NUMBER,
    MoneyState.EXPIRED,
    MoneyState.PAID,
    MoneyState.REFUNDED,
    MoneyState.CANCELLED,
    MoneyState.NONE,
)


def position(facts: Iterable[Fact]) -> Position:
    """Where one debt stands, from every fact about its bills in any order, repeated or not.

    The debt is what its newest bill says; money on any of its bills counts. Expiry and cancellation count for
    the newest bill only: an older one is beside the point once it was replaced.
    """
    known = set(facts)
    issued = {f.bill: f for f in known if isinstance(f, Issued)}
    if not issued:
        return Position(MoneyState.NONE, 0, 0, 0, 0)
    replaced = {f.replaces for f in issued.values()}
    newest = max((bill for bill in issued if bill not in replaced), key=lambda bill: bill.int)
    due = issued[newest].amount
    paid = sum({f.receipt: f.amount for f in known if isinstance(f, Paid)}.values())
    refunded = sum({f.task: f.amount for f in known if isinstance(f, Refunded)}.values())
    numbered = any(isinstance(f, Numbered) and f.bill == newest for f in known)
    expired = Expired(newest) in known
    given_up = Cancelled(newest) in known or any(isinstance(f, Returned) for f in known)
    state, owed_back = _verdict(
        due=due, paid=paid, refunded=refunded, numbered=numbered, expired=expired, given_up=given_up
    )
    return Position(state, 0 if given_up else due, paid, refunded, owed_back)


def _verdict(
    *, due: int, paid: int, refunded: int, numbered: bool, expired: bool, given_up: bool
) -> tuple[MoneyState, int]:
    held = paid - refunded
    if given_up or (expired and held < due):
        if held > 0:
            return MoneyState.REFUND_DUE, held
        if refunded > 0:
            return MoneyState.REFUNDED, 0
        return (MoneyState.CANCELLED if given_up else MoneyState.EXPIRED), 0
    if held > due:
        return MoneyState.OVERPAID, held - due
    if held == due:
        return MoneyState.PAID, 0
    if held > 0:
        return MoneyState.PART_PAID, 0
    return (MoneyState.WAITING_PAYMENT if numbered else MoneyState.WAITING_NUMBER), 0


def state_of_case(positions: Iterable[Position]) -> MoneyState:
    """The one state of a case that may have several debts."""
    found = {p.state for p in positions}
    return next((state for state in PRECEDENCE if state in found), MoneyState.NONE)


def check_bill(lines: Iterable[BillLine], expires_at: datetime, now: datetime) -> int:
    """The sum of the lines, in whole units; raises WrongBillError."""
    listed = list(lines)
    if not listed or any(line.amount <= 0 for line in listed):
        raise WrongBillError("a bill needs lines, each of a positive amount")
    if expires_at <= now:
        raise WrongBillError("a bill cannot have expired before it is issued")
    return sum(line.amount for line in listed)


def remaining_lines(lines: Iterable[BillLine], held: int) -> tuple[BillLine, ...]:
    """What is left of the lines once `held` has paid them off in order: the gateway wants items that add up."""
    left, found = held, []
    for line in lines:
        covered = min(left, line.amount)
        left -= covered
        if line.amount > covered:
            found.append(BillLine(line.fee, line.label, line.amount - covered))
    return tuple(found)


def wait_before_attempt(attempts: int) -> int:
    """Seconds to wait after so many failed attempts: 10, 20, 40, and never more than five minutes."""
    return int(min(300, 5 * 2 ** min(attempts, 10)))
