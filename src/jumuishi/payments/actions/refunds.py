"""Money that goes back."""

from uuid import UUID

from jumuishi.identity.public import action, must, record
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell
from jumuishi.payments import events, ledger, models
from jumuishi.payments.types import BillStateError, RefundState

SYSTEM = tenancy.Principal.system()


@action("payments.refund.open")
def open_refund(*, actor: Actor, case_id: UUID, reason: str) -> None:
    """Nothing paid for this case may be kept, now or when it arrives late: the case was refused or withdrawn."""
    bills = list(models.Bill.objects.filter(case_id=case_id).order_by("root_id"))
    if not bills:
        raise BillStateError("the case has no bill")
    for bill in bills:
        must(actor, "payments.refund.open", ledger.thing_of(bill))
    for root in dict.fromkeys(bill.root_id for bill in bills):
        with tenancy.acting_as(SYSTEM):
            debt = ledger.locked(root)
            models.Bill.objects.filter(id=debt.newest.id, returned_at=None).update(
                returned_at=clock.now(), return_reason=reason[:200], next_attempt_at=None
            )
        record(actor, ledger.thing_of(debt.newest), after={"returned": True, "reason": reason})
        with tenancy.acting_as(SYSTEM):
            ledger.settle_position(actor, root, reason)


@action("payments.refund.settle")
def settle_refund(*, actor: Actor, refund_id: UUID, reference: str) -> None:
    """The accountant has given the money back, under the reference of that transfer."""
    task = models.RefundTask.objects.filter(id=refund_id).first()
    if task is None:
        raise NotAllowedError("payments.refund.settle")
    must(actor, "payments.refund.settle", Thing("refund", task.id, task.institution_id, task.person_id))
    if not reference.strip():
        raise BillStateError("a refund needs the reference of its transfer")
    with tenancy.acting_as(SYSTEM):
        debt = ledger.locked(task.root_id)
        task = next(one for one in debt.refunds if one.id == refund_id)  # as it is now that nobody else may change it
        if task.state != RefundState.OPEN:
            raise BillStateError("the refund is not open")
        task.state, task.reference = RefundState.SETTLED, reference.strip()[:60]
        task.settled_at, task.settled_by = clock.now(), actor.person_id
        task.save()
    record(
        actor,
        Thing("refund", task.id, task.institution_id, task.person_id),
        before={"state": RefundState.OPEN},
        after={"state": task.state, "amount": task.amount, "reference": task.reference},
    )
    with tenancy.acting_as(SYSTEM):
        ledger.settle_position(actor, task.root_id, "")
        tell(
            events.RefundSettled(
                task.id, debt.newest.id, task.case_id, task.institution_id, task.person_id, task.amount
            )
        )


@action("payments.refund.explain")
def explain_refund(*, actor: Actor, refund_id: UUID, reason: str) -> None:
    """Say why a refund is late; the payer reads it. Raises NotAllowedError, BillStateError when it is not late."""
    task = models.RefundTask.objects.filter(id=refund_id).first()
    if task is None:
        raise NotAllowedError("payments.refund.settle")
    thing = Thing("refund", task.id, task.institution_id, task.person_id)
    must(actor, "payments.refund.settle", thing)
    if not reason.strip() or task.state != RefundState.OPEN or task.due_at > clock.now():
        raise BillStateError("not late, or nothing said")
    before = task.late_reason
    with tenancy.acting_as(SYSTEM):
        models.RefundTask.objects.filter(id=refund_id).update(late_reason=reason.strip()[:500])
    record(actor, thing, before={"reason": before}, after={"reason": reason.strip()[:500]})
