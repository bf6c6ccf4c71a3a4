"""Reads, bulk first; each sees what the open transaction's principal may see."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jumuishi.kernel import tenancy
from jumuishi.kernel.money import Money
from jumuishi.payments import ledger, models, rules
from jumuishi.payments.types import Bill, BillLine, CaseMoney, MoneyState, Payment, Refund, RefundState


def _as_type(bill: models.Bill, debt: ledger.Debt, stands: rules.Position) -> Bill:
    paid = sum(payment.amount for payment in debt.payments if payment.bill_id == bill.id)
    superseded = any(other.replaces_id == bill.id for other in debt.bills)
    return Bill(
        bill.id,
        bill.institution_id,
        bill.person_id,
        bill.case_id,
        tuple(BillLine(**line) for line in bill.lines),
        Money(bill.amount, bill.currency),
        Money(bill.asked, bill.currency),
        Money(paid, bill.currency),
        MoneyState.CANCELLED if superseded else stands.state,
        bill.control_number or "",
        bill.issued_at,
        bill.expires_at,
        bill.replaces_id,
        bill.payer_name,
    )


def bills_of_cases(case_ids: Iterable[UUID]) -> dict[UUID, list[Bill]]:
    """Each case's bills, oldest first; cases without one are left out."""
    return {case: list(money.bills) for case, money in money_of_cases(case_ids).items() if money.bills}


def money_states(case_ids: Iterable[UUID]) -> dict[UUID, MoneyState]:
    """The one state of each case, `none` for one without bills."""
    return {case: money.state for case, money in money_of_cases(case_ids).items()}


def bills_of_rows(rows: Iterable[models.Bill]) -> dict[UUID, Bill]:
    """The bills of rows that were read already, in three queries."""
    found = list(rows)
    debts = ledger.debts({row.root_id for row in found})
    positions = {root: debt.position() for root, debt in debts.items()}
    return {row.id: _as_type(row, debts[row.root_id], positions[row.root_id]) for row in found}


def debts_of(person_id: UUID) -> QuerySet[models.Bill]:
    """What a person is or was asked to pay, newest first: of each debt its newest bill, as a query to page over."""
    return models.Bill.objects.filter(person_id=person_id, replaced_by=None).order_by("-issued_at", "-id")


def bill(bill_id: UUID) -> Bill | None:
    """One bill, if the principal may see it."""
    row = models.Bill.objects.filter(id=bill_id).first()
    if row is None:
        return None
    debt = ledger.debts([row.root_id])[row.root_id]
    return _as_type(row, debt, debt.position())


def bill_by_control_number(control_number: str) -> Bill | None:
    """The bill of a control number, spaces allowed."""
    digits = "".join(control_number.split())
    found = models.Bill.objects.filter(control_number=digits).values_list("id", flat=True).first()
    return bill(found) if found else None


def refunds_of_institution(
    institution_id: UUID, *, state: RefundState = RefundState.OPEN, limit: int = 200
) -> list[Refund]:
    """Refund tasks by what falls due first."""
    rows = models.RefundTask.objects.filter(institution_id=institution_id, state=state).order_by("due_at")[:limit]
    return as_refunds(rows)


def as_refunds(rows: Iterable[models.RefundTask]) -> list[Refund]:
    """Refund tasks with their payers, in three queries more."""
    found = list(rows)
    debts = ledger.debts({row.root_id for row in found})
    return [_as_refund(row, debts[row.root_id]) for row in found]


def _as_refund(row: models.RefundTask, debt: ledger.Debt) -> Refund:
    newest = debt.newest
    return Refund(
        row.id,
        row.institution_id,
        row.person_id,
        row.case_id,
        newest.id,
        Money(row.amount, row.currency),
        row.reason,
        RefundState(row.state),
        row.owner_role,
        row.opened_at,
        row.due_at,
        newest.payer_name,
        newest.control_number or "",
        row.late_reason,
        row.settled_at,
        row.reference,
    )


def money_of_cases(case_ids: Iterable[UUID]) -> dict[UUID, CaseMoney]:
    """Everything about each case's money in four queries; a case without a bill is in state `none`."""
    wanted = list(case_ids)
    roots = set(models.Bill.objects.filter(case_id__in=wanted).values_list("root_id", flat=True))
    of_case: dict[UUID, list[ledger.Debt]] = defaultdict(list)
    for debt in ledger.debts(roots).values():
        of_case[debt.newest.case_id].append(debt)
    return {case: _case_money(of_case[case]) for case in wanted}


def _case_money(debts: list[ledger.Debt]) -> CaseMoney:
    stands = [(debt, debt.position()) for debt in debts]
    bills = [_as_type(bill, debt, position) for debt, position in stands for bill in debt.bills]
    payments = [
        Payment(one.bill_id, one.receipt, Money(one.amount, one.currency), one.paid_at, one.provider)
        for debt in debts
        for one in debt.payments
    ]
    refunds = [_as_refund(task, debt) for debt in debts for task in debt.refunds]
    return CaseMoney(
        rules.state_of_case(position for _, position in stands),
        tuple(sorted(bills, key=lambda bill: (bill.issued_at, bill.id.int))),
        tuple(sorted(payments, key=lambda payment: payment.paid_at)),
        tuple(sorted(refunds, key=lambda refund: refund.opened_at)),
    )


def unnumbered() -> QuerySet[models.Bill]:
    """Bills that wait for their control number."""
    return models.Bill.objects.filter(
        control_number=None, cancelled_at=None, returned_at=None, expired_at=None, replaced_by=None
    )


def written(bill_id: UUID) -> Bill:
    """A bill that an action of this room has just let its actor write."""
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        found = bill(bill_id)
    if found is None:
        raise LookupError(str(bill_id))
    return found


def written_state(case_id: UUID) -> MoneyState:
    """The state of a case that an action of this room has just let its actor change."""
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        return money_states([case_id])[case_id]
