"""Facts about money, in the past tense. All amounts are whole units of the bill's currency."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from jumuishi.kernel.events import Event


@dataclass(frozen=True)
class ControlNumberReceived(Event):
    """The gateway named a bill: the payer can be told where to pay."""

    name: ClassVar[str] = "payments.bill.numbered"
    bill_id: UUID
    case_id: UUID
    institution_id: UUID
    person_id: UUID
    control_number: str
    amount: int


@dataclass(frozen=True)
class BillPaid(Event):
    """All that is due on a bill's debt is held; `late` when its time had already run out."""

    name: ClassVar[str] = "payments.bill.paid"
    bill_id: UUID
    case_id: UUID
    institution_id: UUID
    person_id: UUID
    late: bool


@dataclass(frozen=True)
class BillPartPaid(Event):
    """Some of what is due arrived; `missing` is still to be paid."""

    name: ClassVar[str] = "payments.bill.part_paid"
    bill_id: UUID
    case_id: UUID
    institution_id: UUID
    person_id: UUID
    paid: int
    missing: int


@dataclass(frozen=True)
class BillExpired(Event):
    """The time to pay ran out before all was paid."""

    name: ClassVar[str] = "payments.bill.expired"
    bill_id: UUID
    case_id: UUID
    institution_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class RefundDue(Event):
    """Money must go back: a task waits for the institution's accountant."""

    name: ClassVar[str] = "payments.refund.due"
    refund_id: UUID
    bill_id: UUID
    case_id: UUID
    institution_id: UUID
    person_id: UUID
    amount: int


@dataclass(frozen=True)
class RefundSettled(Event):
    """The accountant gave the money back."""

    name: ClassVar[str] = "payments.refund.settled"
    refund_id: UUID
    bill_id: UUID
    case_id: UUID
    institution_id: UUID
    person_id: UUID
    amount: int


@dataclass(frozen=True)
class RefundOverdue(Event):
    """A refund task is past its time; told again each day until somebody acts."""

    name: ClassVar[str] = "payments.refund.overdue"
    refund_id: UUID
    case_id: UUID
    institution_id: UUID
    owner_role: str


@dataclass(frozen=True)
class NumberOverdue(Event):
    """A bill has waited too long for its control number; told again each day until it has one."""

    name: ClassVar[str] = "payments.bill.number_overdue"
    bill_id: UUID
    case_id: UUID
    institution_id: UUID
    owner_role: str


@dataclass(frozen=True)
class DifferenceOverdue(Event):
    """Nobody has said what a difference with the gateway was, and its time is over; told again each day."""

    name: ClassVar[str] = "payments.difference.overdue"
    difference_id: UUID
    institution_id: UUID
    owner_role: str
