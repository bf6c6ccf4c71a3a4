"""What the accountant's pages read: an institution's bills, payments, differences and refunds, page by page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jumuishi.kernel import tenancy
from jumuishi.payments import models, queries
from jumuishi.payments.gateways import configured
from jumuishi.payments.types import Bill, Difference, DifferenceKind, Refund, RefundState

BILL_VIEWS = ("all", "number", "payment", "paid", "expired")


@dataclass(frozen=True)
class Counts:
    """How many wait: refunds and differences, how many of each are late, bills without a number, bills unpaid."""

    refunds: int
    late_refunds: int
    differences: int
    late_differences: int
    unnumbered: int
    unpaid: int


def counts(institution_id: UUID, now: datetime) -> Counts:
    """Three queries."""
    is_late = Count("id", filter=Q(due_at__lte=now))
    refunds = refunds_of(institution_id, is_open=True).order_by().aggregate(n=Count("id"), late=is_late)
    differences = differences_of(institution_id, is_open=True).order_by().aggregate(n=Count("id"), late=is_late)
    open_bills = _open_bills(models.Bill.objects.filter(institution_id=institution_id)).aggregate(
        unnumbered=Count("id", filter=Q(control_number=None)),
        unpaid=Count("id", filter=Q(control_number__isnull=False)),
    )
    return Counts(
        refunds["n"],
        refunds["late"],
        differences["n"],
        differences["late"],
        open_bills["unnumbered"],
        open_bills["unpaid"],
    )


def _open_bills(bills: QuerySet[models.Bill]) -> QuerySet[models.Bill]:
    return bills.filter(cancelled_at=None, returned_at=None, expired_at=None, replaced_by=None, paid_told=False)


def bills_of(institution_id: UUID, *, view: str = "all", text: str = "") -> QuerySet[models.Bill]:
    """Bills, newest first; `view` is one of BILL_VIEWS, `text` a control number or a receipt, spaces allowed."""
    found = models.Bill.objects.filter(institution_id=institution_id)
    if view == "number":
        found = _open_bills(found).filter(control_number=None)
    elif view == "payment":
        found = _open_bills(found).filter(control_number__isnull=False)
    elif view == "paid":
        found = found.filter(paid_told=True)
    elif view == "expired":
        found = found.filter(expired_at__isnull=False, paid_told=False, replaced_by=None)
    wanted = "".join(text.split())
    if wanted:
        receipts = models.Payment.objects.filter(institution_id=institution_id, receipt=wanted)
        found = found.filter(Q(control_number__startswith=wanted) | Q(id__in=receipts.values("bill_id")))
    return found.order_by("-issued_at", "-id")


def payments_of(institution_id: UUID, *, text: str = "") -> QuerySet[models.Payment]:
    """Payments with their bills, newest first; `text` as for bills."""
    found = models.Payment.objects.filter(institution_id=institution_id).select_related("bill")
    wanted = "".join(text.split())
    if wanted:
        found = found.filter(Q(receipt=wanted) | Q(bill__control_number__startswith=wanted))
    return found.order_by("-paid_at", "-id")


def refunds_of(institution_id: UUID, *, is_open: bool) -> QuerySet[models.RefundTask]:
    """Open refund tasks by what falls due first, or closed ones, newest first."""
    found = models.RefundTask.objects.filter(institution_id=institution_id)
    if is_open:
        return found.filter(state=RefundState.OPEN).order_by("due_at", "id")
    return found.exclude(state=RefundState.OPEN).order_by("-opened_at", "-id")


def differences_of(institution_id: UUID, *, is_open: bool) -> QuerySet[models.Difference]:
    """Differences with the gateway that nobody has explained by what falls due first, or closed ones, newest first."""
    found = models.Difference.objects.filter(institution_id=institution_id, settled_at__isnull=is_open)
    return found.order_by("due_at", "id") if is_open else found.order_by("-settled_at", "-id")


def as_refunds(rows: Iterable[models.RefundTask]) -> list[Refund]:
    """As others see them, with their payers: three queries more, however many."""
    return queries.as_refunds(rows)


def as_differences(rows: Iterable[models.Difference]) -> list[Difference]:
    """As others see them."""
    return [
        Difference(
            row.id,
            row.day,
            DifferenceKind(row.kind),
            row.receipt,
            row.control_number,
            row.ours,
            row.theirs,
            row.opened_at,
            row.due_at,
            row.late_reason,
            row.note,
            row.settled_at,
        )
        for row in rows
    ]


def days_of(institution_id: UUID, *, limit: int = 7) -> list[models.Reconciliation]:
    """The newest days compared for the code that the institution collects under."""
    with tenancy.acting_as(tenancy.Principal.system()):
        account = configured.account_of(institution_id)
        if account is None:
            return []
        return list(models.Reconciliation.objects.filter(sp_code=account.sp_code).order_by("-day")[:limit])


def with_states(rows: Iterable[models.Bill]) -> list[tuple[models.Bill, Bill]]:
    """Each row beside the bill as others see it: three queries more, however many."""
    found = list(rows)
    seen = queries.bills_of_rows(found)
    return [(row, seen[row.id]) for row in found]
