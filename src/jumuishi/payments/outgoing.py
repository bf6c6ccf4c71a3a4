"""What we ask of the gateway. It may be away: a bill then waits, with its owner and clock, and is asked for again.

No transaction is open while we wait for an answer: what is known is read in one, what was learnt is written in another.
"""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from jumuishi.kernel import clock
from jumuishi.payments import ledger, models, rules
from jumuishi.payments.gateways import configured, gepg_codes
from jumuishi.payments.gateways.protocol import Account, BillRequest, Exchange, GatewayAwayError
from jumuishi.payments.types import BillLine

SILENCE = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=1)


def is_away() -> bool:
    """Whether the gateway did not answer lately: a bill that it did not take waits for its next try."""
    with transaction.atomic():
        unanswered = models.Bill.objects.filter(attempts__gt=0, control_number=None, refusal_code="")
        tried = unanswered.filter(next_attempt_at__gt=clock.now())
        return tried.exists()


def submit(bill_id: UUID) -> bool:
    """Ask for a bill's control number, unless it has one or needs none any more; False when the gateway is away."""
    with transaction.atomic():
        request = _request(bill_id)
    gateway = configured.gateway()
    if request is None:
        return True
    exchange = _exchanged("gepgBillSubReq", bill_id, lambda: gateway.submit(request) if gateway else None)
    waiting = models.Bill.objects.filter(id=bill_id, control_number=None, cancelled_at=None, returned_at=None)
    now = clock.now()
    with transaction.atomic():
        bill = waiting.first()
        if bill is None:
            return exchange is not None
        if exchange is None:
            again = now + timedelta(seconds=rules.wait_before_attempt(bill.attempts + 1))
            waiting.update(attempts=bill.attempts + 1, next_attempt_at=again)
        elif exchange.code in gepg_codes.ACCEPTED:
            # The number comes by callback; when it does not, we ask again.
            waiting.update(attempts=0, sent_at=bill.sent_at or now, next_attempt_at=now + SILENCE, refusal_code="")
        else:
            waiting.update(refusal_code=exchange.code[:8], next_attempt_at=now + LONGEST_WAIT, number_due_at=now)
    return exchange is not None


def _request(bill_id: UUID) -> BillRequest | None:
    bill = models.Bill.objects.filter(id=bill_id).first()
    if bill is None or bill.control_number or bill.cancelled_at or bill.returned_at or bill.expired_at:
        return None
    account = configured.account_of(bill.institution_id)
    if account is None or models.Bill.objects.filter(replaces_id=bill_id).exists():
        models.Bill.objects.filter(id=bill_id).update(next_attempt_at=clock.now() + LONGEST_WAIT)
        return None
    lines = [BillLine(**line) for line in bill.lines]
    return BillRequest(
        bill.id,
        account,
        rules.remaining_lines(lines, bill.amount - bill.asked),
        bill.asked,
        bill.currency,
        bill.partial,
        str(bill.person_id),
        bill.payer_name,
        bill.phone,
        bill.description,
        bill.issued_at,
        bill.expires_at,
    )


def withdraw(bill_id: UUID) -> None:
    """Take back a bill that was cancelled or replaced. Should that fail, money on it still counts or goes back."""
    with transaction.atomic():
        bill = models.Bill.objects.filter(id=bill_id).first()
        account = configured.account_of(bill.institution_id) if bill else None
    gateway = configured.gateway()
    if bill is None or account is None or gateway is None or not (bill.sent_at or bill.control_number):
        return
    reason = bill.return_reason or "replaced"
    exchange = _exchanged(
        "gepgBillCanclReq", bill_id, lambda: gateway.cancel(bill_id=bill_id, account=account, reason=reason)
    )
    if exchange is None or exchange.code not in gepg_codes.GONE:
        raise GatewayAwayError("the job is tried again")


def reconcile(run_id: UUID, account: Account) -> None:
    """Ask for a day's payments."""
    with transaction.atomic():
        run = models.Reconciliation.objects.get(id=run_id)
    gateway = configured.gateway()
    exchange = _exchanged(
        "gepgSpReconcReq",
        None,
        lambda: gateway.reconcile(number=run.number, account=account, day=run.day) if gateway else None,
    )
    if exchange is not None and exchange.code == gepg_codes.OK:
        with transaction.atomic():
            models.Reconciliation.objects.filter(id=run_id).update(sent_at=clock.now())


def open_run(sp_code: str, day: date) -> models.Reconciliation:
    """The comparison of a day for a service provider code; a number is given once."""
    with transaction.atomic():
        found = models.Reconciliation.objects.filter(sp_code=sp_code, day=day).first()
        if found is not None:
            return found
        count = models.Reconciliation.objects.filter(day=day).count()
        return models.Reconciliation.objects.create(
            number=int(day.strftime("%Y%m%d")) * 1000 + count + 1, sp_code=sp_code, day=day, requested_at=clock.now()
        )


def _exchanged(kind: str, bill_id: UUID | None, ask: Callable[[], Exchange | None]) -> Exchange | None:
    """One request with what was said kept; None when there was no answer that can be trusted."""
    reference = str(bill_id or "")
    try:
        exchange = ask()
    except GatewayAwayError as error:
        with transaction.atomic():
            models.GatewayMessage.objects.create(
                direction="out",
                kind=kind,
                bill_reference=reference,
                body=str(error).encode(),
                answer_code="away",
                at=clock.now(),
            )
        return None
    if exchange is not None:
        with transaction.atomic():
            models.GatewayMessage.objects.bulk_create(
                models.GatewayMessage(
                    direction=direction,
                    kind=kind,
                    bill_reference=reference,
                    body=body,
                    answer_code=exchange.code,
                    at=clock.now(),
                )
                for direction, body in (("out", exchange.sent), ("ack", exchange.received))
            )
    return exchange


def expirable(limit: int = 200) -> list[UUID]:
    """Bills whose time ran out with something missing."""
    with transaction.atomic():
        bills = models.Bill.objects.filter(
            expires_at__lte=clock.now(), expired_at=None, cancelled_at=None, returned_at=None, paid_told=False
        ).order_by("expires_at")[:limit]
        debts = ledger.debts({bill.root_id for bill in bills})
        return [bill.id for bill in bills if debts[bill.root_id].newest.id == bill.id]
