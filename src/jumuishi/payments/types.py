"""What crosses this room's wall. No Django."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from jumuishi.kernel.money import Money


class MoneyState(StrEnum):
    """Where the money of a case stands; each case is in exactly one.

    `overpaid`: all that is due is kept and a surplus must go back. `refund_due`: nothing may be kept, and what was paid
    must go back. `refunded`: it went back. `cancelled`: asked no more, nothing held.
    """

    NONE = "none"
    WAITING_NUMBER = "waiting_number"
    WAITING_PAYMENT = "waiting_payment"
    PART_PAID = "part_paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"


# The states in which a bill asks for money.
OWED = (MoneyState.WAITING_NUMBER, MoneyState.WAITING_PAYMENT, MoneyState.PART_PAID)


class RefundState(StrEnum):
    """A refund task is open until the money went back, or until it no longer has to."""

    OPEN = "open"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class DifferenceKind(StrEnum):
    """How a day's money differs: the gateway knows a payment that we cannot place, or not one that we hold; the two
    name different amounts; or the gateway never said what the day held."""

    UNKNOWN = "unknown"
    ABSENT = "absent"
    AMOUNT = "amount"
    SILENT = "silent"


@dataclass(frozen=True)
class BillLine:
    """One fee of a bill: its key in the definition, what the payer reads, whole units of the bill's currency."""

    fee: str
    label: str
    amount: int


@dataclass(frozen=True)
class Bill:
    """A bill as others see it; `amount` is the whole debt, `asked` what this bill asks of it, `paid` what arrived."""

    id: UUID
    institution_id: UUID
    person_id: UUID
    case_id: UUID
    lines: tuple[BillLine, ...]
    amount: Money
    asked: Money
    paid: Money
    state: MoneyState
    control_number: str
    issued_at: datetime
    expires_at: datetime
    replaces_id: UUID | None
    payer_name: str


@dataclass(frozen=True)
class Payment:
    """Money that arrived on a bill; `receipt` is the gateway's name for it."""

    bill_id: UUID
    receipt: str
    amount: Money
    paid_at: datetime
    provider: str


@dataclass(frozen=True)
class Refund:
    """Money that must go back: an entry in the accountant's list."""

    id: UUID
    institution_id: UUID
    person_id: UUID
    case_id: UUID
    bill_id: UUID
    amount: Money
    reason: str
    state: RefundState
    owner_role: str
    opened_at: datetime
    due_at: datetime
    payer_name: str
    control_number: str
    late_reason: str = ""
    settled_at: datetime | None = None
    reference: str = ""


@dataclass(frozen=True)
class CaseMoney:
    """All that is known of a case's money: its one state, and bills, payments and refunds, each oldest first."""

    state: MoneyState
    bills: tuple[Bill, ...]
    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]


@dataclass(frozen=True)
class Difference:
    """What a comparison with the gateway found, for an accountant to explain; an amount is None where it is unknown."""

    id: UUID
    day: date
    kind: DifferenceKind
    receipt: str
    control_number: str
    ours: int | None
    theirs: int | None
    opened_at: datetime
    due_at: datetime
    late_reason: str
    note: str
    settled_at: datetime | None


class PaymentsError(Exception):
    """Base of this room's refusals; `code` is stable, and names a text "payments.error_<code>"."""

    code = "payments"


class CannotCollectError(PaymentsError):
    """The institution is not approved to collect money."""

    code = "cannot_collect"


class WrongBillError(PaymentsError):
    """The bill asked for cannot be: no lines, an amount that is not positive, an expiry in the past."""

    code = "wrong_bill"


class BillStateError(PaymentsError):
    """The bill or the refund is in no state for this act (already paid, already replaced, nothing to give back)."""

    code = "bill_state"
