"""Reads, bulk first; each sees what the open transaction's principal may see."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from jumuishi.kernel import tenancy
from jumuishi.kernel.money import Money
from jumuishi.payments import ledger, models, rules
from jumuishi.payments.types import Bill, BillLine, MoneyState, Refund, RefundState


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
    roots = set(models.Bill.objects.filter(case_id__in=list(case_ids)).values_list("root_id", flat=True))
    found: dict[UUID, list[Bill]] = defaultdict(list)
    for debt in ledger.debts(roots).values():
        stands = debt.position()
        for bill in debt.bills:
            found[bill.case_id].append(_as_type(bill, debt, stands))
    return {case: sorted(bills, key=lambda bill: (bill.issued_at, bill.id.int)) for case, bills in found.items()}


def money_states(case_ids: Iterable[UUID]) -> dict[UUID, MoneyState]:
    """The one state of each case, `none` for one without bills."""
    wanted = list(case_ids)
    roots = set(models.Bill.objects.filter(case_id__in=wanted).values_list("root_id", flat=True))
    positions: dict[UUID, list[rules.Position]] = defaultdict(list)
    for debt in ledger.debts(roots).values():
        positions[debt.newest.case_id].append(debt.position())
    return {case: rules.state_of_case(positions[case]) for case in wanted}


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
    found = list(rows)
    names = ledger.debts({row.root_id for row in found})
    return [
        Refund(
            row.id,
            row.institution_id,
            row.person_id,
            row.case_id,
            names[row.root_id].newest.id,
            Money(row.amount, row.currency),
            row.reason,
            RefundState(row.state),
            row.owner_role,
            row.opened_at,
            row.due_at,
            names[row.root_id].newest.payer_name,
            names[row.root_id].newest.control_number or "",
        )
        for row in found
    ]


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
