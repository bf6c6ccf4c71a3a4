"""Background and timed entries; each may run twice, and a day late."""

from contextlib import suppress
from datetime import timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet

from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.kernel.due import due
from jumuishi.kernel.events import tell
from jumuishi.kernel.jobs import every, job
from jumuishi.payments import events, models, outgoing, queries, rules
from jumuishi.payments.actions import arrivals
from jumuishi.payments.actions import reconcile as reconciling
from jumuishi.payments.gateways import configured
from jumuishi.payments.types import BillStateError, RefundState

RECONCILED_DAYS = 7
M = TypeVar("M", bound=Model)


@job("payments.bill.submit")
def submit(*, bill_id: str) -> None:
    """Ask the gateway for a control number; while it is away the bill's place is in the queue (catch_up)."""
    if not outgoing.is_away():
        outgoing.submit(UUID(bill_id))


@job("payments.bill.withdraw")
def withdraw(*, bill_id: str) -> None:
    """Take a bill back from the gateway."""
    outgoing.withdraw(UUID(bill_id))


@every(15, "payments.bills.catch_up")
def catch_up() -> None:
    """Ask again for the control numbers that did not come."""
    with transaction.atomic():
        waiting = models.Bill.objects.filter(
            due("next_attempt_at", outgoing.LONGEST_WAIT),
            control_number=None,
            cancelled_at=None,
            returned_at=None,
            expired_at=None,
        )
        ids = list(waiting.order_by("next_attempt_at").values_list("id", flat=True)[:100])
    for bill_id in ids:
        if not outgoing.submit(bill_id):
            return  # it is away for the others too: each would wait for an answer as long as this one did


@every(15, "payments.bills.expire")
def expire() -> None:
    """Note which bills ran out of time."""
    for bill_id in outgoing.expirable():
        with suppress(BillStateError):  # paid meanwhile
            arrivals.expire_bill(actor=Actor.system(), bill_id=bill_id)


@every(300, "payments.waits.escalate")
def escalate() -> None:
    """Tell of waits that are past their time, once a day each until somebody acts."""
    now = clock.now()
    with transaction.atomic():
        for task in _untold(models.RefundTask.objects.filter(state=RefundState.OPEN, due_at__lte=now)):
            tell(events.RefundOverdue(task.id, task.case_id, task.institution_id, task.owner_role))
        for row in _untold(models.Difference.objects.filter(settled_at=None, due_at__lte=now)):
            tell(events.DifferenceOverdue(row.id, row.institution_id, row.owner_role))
        for bill in _untold(queries.unnumbered().filter(number_due_at__lte=now)):
            tell(events.NumberOverdue(bill.id, bill.case_id, bill.institution_id, rules.OWNER_ROLE))


def _untold(rows: QuerySet[M]) -> list[M]:
    """Those not told of within a day, marked as told now."""
    now = clock.now()
    found = list(rows.exclude(escalated_at__gt=now - timedelta(days=1)))
    rows.filter(pk__in=[row.pk for row in found]).update(escalated_at=now)
    return found


@every(900, "payments.days.reconcile")
def reconcile() -> None:
    """Ask for the payments of each past day, until its answer came."""
    if configured.gateway() is None:
        return
    now = clock.now()
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    with transaction.atomic():
        accounts = {
            row.sp_code: configured.account_of(row.institution_id) for row in models.CollectionAccount.objects.all()
        }
    default = configured.default_account()
    if default is not None:
        accounts.setdefault(default.sp_code, default)
    for code, account in accounts.items():
        for back in range(1, RECONCILED_DAYS + 1):
            run = outgoing.open_run(code, today - timedelta(days=back))
            silent = run.sent_at is None or run.sent_at < now - timedelta(hours=1)
            if account is not None and run.answered_at is None and silent:
                outgoing.reconcile(run.id, account)
    with transaction.atomic():
        given_up = models.Reconciliation.objects.filter(
            answered_at=None, given_up_at=None, day__lt=today - timedelta(days=RECONCILED_DAYS)
        )
        ids = list(given_up.values_list("id", flat=True)[:50])
    for run_id in ids:
        reconciling.give_up(actor=Actor.system(), run_id=run_id)
