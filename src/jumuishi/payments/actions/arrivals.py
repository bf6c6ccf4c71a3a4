"""What the gateway tells us: a bill has its number, money has arrived; and what the clock tells: time ran out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jumuishi.identity.public import action, record
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, jobs
from jumuishi.kernel.events import tell
from jumuishi.payments import events, ledger, models
from jumuishi.payments.types import BillStateError, MoneyState


@dataclass(frozen=True)
class Arrival:
    """Money as a gateway reports it; `receipt` is the gateway's own name for it, `amount` in whole units."""

    receipt: str
    transaction_reference: str
    amount: int
    currency: str
    paid_at: datetime
    channel: str = ""
    provider: str = ""
    found_by: str = "callback"


@action("payments.bill.number")
def take_number(*, actor: Actor, bill_id: UUID, control_number: str) -> None:
    """The gateway named a bill. Raises BillStateError when it has a name, given while we waited for the lock."""
    root = models.Bill.objects.values_list("root_id", flat=True).get(id=bill_id)
    ledger.locked(root)
    bill = models.Bill.objects.get(id=bill_id)
    if bill.control_number is not None:
        raise BillStateError("the bill has its number")
    _name_bill(bill, control_number)
    record(actor, ledger.thing_of(bill), after={"control_number": control_number})


def _name_bill(bill: models.Bill, control_number: str) -> None:
    bill.control_number, bill.next_attempt_at, bill.refusal_code = control_number, None, ""
    bill.save(update_fields=["control_number", "next_attempt_at", "refusal_code"])
    superseded = models.Bill.objects.filter(replaces_id=bill.id).exists()
    if bill.cancelled_at or superseded:
        jobs.later_by_name("payments.bill.withdraw", bill_id=str(bill.id))
        return
    tell(
        events.ControlNumberReceived(
            bill.id, bill.case_id, bill.institution_id, bill.person_id, control_number, bill.asked
        )
    )


@action("payments.payment.take")
def take_payment(*, actor: Actor, bill_id: UUID, control_number: str, arrival: Arrival) -> None:
    """Money arrived on a bill; the caller has made sure that this is news. A number not heard of yet is taken too."""
    root = models.Bill.objects.values_list("root_id", flat=True).get(id=bill_id)
    before = ledger.locked(root).position()
    bill = models.Bill.objects.get(id=bill_id)
    if control_number and not bill.control_number:
        _name_bill(bill, control_number)
    payment = models.Payment.objects.create(
        bill=bill,
        institution_id=bill.institution_id,
        person_id=bill.person_id,
        receipt=arrival.receipt,
        transaction_reference=arrival.transaction_reference,
        amount=arrival.amount,
        currency=arrival.currency,
        paid_at=arrival.paid_at,
        received_at=clock.now(),
        channel=arrival.channel[:60],
        provider=arrival.provider[:60],
        found_by=arrival.found_by,
    )
    record(
        actor,
        Thing("payment", payment.id, payment.institution_id, payment.person_id),
        before={"state": before.state},
        after={"bill": bill.id, "case": bill.case_id, "receipt": payment.receipt, "amount": payment.amount},
    )
    after = ledger.settle_position(actor, root, "paid_too_much" if before.state is MoneyState.PAID else "not_kept")
    if after.state is MoneyState.PART_PAID:
        tell(events.BillPartPaid(bill.id, bill.case_id, bill.institution_id, bill.person_id, after.held, after.missing))


@action("payments.bill.expire")
def expire_bill(*, actor: Actor, bill_id: UUID) -> None:
    """The time to pay ran out; part of the money goes back unless the rest still comes or the bill is issued anew.

    Raises BillStateError when that is no longer so: paid, cancelled, replaced or noted while we waited for the lock.
    """
    bill = models.Bill.objects.get(id=bill_id)
    debt = ledger.locked(bill.root_id)
    before, newest = debt.position(), debt.newest
    if newest.id != bill_id or newest.expired_at or before.missing == 0:
        raise BillStateError("nothing to expire")
    models.Bill.objects.filter(id=bill_id).update(expired_at=clock.now(), next_attempt_at=None)
    record(actor, ledger.thing_of(bill), before={"state": before.state}, after={"expired": True})
    ledger.settle_position(actor, bill.root_id, "expired_part_paid")
    tell(events.BillExpired(bill.id, bill.case_id, bill.institution_id, bill.person_id))
