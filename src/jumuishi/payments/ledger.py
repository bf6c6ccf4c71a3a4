"""The facts of a debt as the tables hold them, and what follows from them: its refund task and what is told."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from jumuishi.identity.public import record
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.events import tell
from jumuishi.payments import events, models, options, rules
from jumuishi.payments.types import MoneyState, RefundState


@dataclass
class Debt:
    """A bill, those that replaced it, their payments and refunds."""

    bills: list[models.Bill] = field(default_factory=list)
    payments: list[models.Payment] = field(default_factory=list)
    refunds: list[models.RefundTask] = field(default_factory=list)

    @property
    def newest(self) -> models.Bill:
        """The bill that counts now."""
        replaced = {bill.replaces_id for bill in self.bills}
        return next(bill for bill in self.bills if bill.id not in replaced)

    def facts(self) -> Iterable[rules.Fact]:
        """Everything that is known about the debt."""
        for bill in self.bills:
            yield rules.Issued(bill.id, bill.amount, bill.replaces_id)
            if bill.control_number:
                yield rules.Numbered(bill.id, bill.control_number)
            if bill.expired_at:
                yield rules.Expired(bill.id)
            if bill.cancelled_at:
                yield rules.Cancelled(bill.id)
            if bill.returned_at:
                yield rules.Returned(bill.id)
        for payment in self.payments:
            yield rules.Paid(payment.bill_id, payment.receipt, payment.amount)
        for task in self.refunds:
            if task.state == RefundState.SETTLED:
                yield rules.Refunded(task.root_id, task.id, task.amount)

    def position(self) -> rules.Position:
        """Where the debt stands."""
        return rules.position(self.facts())


def debts(roots: Iterable[UUID]) -> dict[UUID, Debt]:
    """The debts of these roots, in three queries however many there are."""
    wanted = list(roots)
    found: dict[UUID, Debt] = defaultdict(Debt)
    for bill in models.Bill.objects.filter(root_id__in=wanted).order_by("issued_at", "id"):
        found[bill.root_id].bills.append(bill)
    for payment in models.Payment.objects.filter(bill__root_id__in=wanted).select_related("bill"):
        found[payment.bill.root_id].payments.append(payment)
    for task in models.RefundTask.objects.filter(root_id__in=wanted):
        found[task.root_id].refunds.append(task)
    return dict(found)


def locked(root_id: UUID) -> Debt:
    """A debt that nobody else may change until the transaction ends."""
    models.Bill.objects.select_for_update().get(id=root_id)
    return debts([root_id])[root_id]


def visible_bill(verb: str, bill_id: UUID) -> models.Bill:
    """The bill, if the transaction's principal sees it; raises NotAllowedError: absent and hidden look alike."""
    found = models.Bill.objects.filter(id=bill_id).first()
    if found is None:
        raise NotAllowedError(verb)
    return found


def thing_of(bill: models.Bill) -> Thing:
    """A bill as policy and journal see it."""
    return Thing("bill", bill.id, bill.institution_id, bill.person_id)


def settle_position(actor: Actor, root_id: UUID, reason: str) -> rules.Position:
    """Bring the refund task in line with the facts and tell what became true; the debt must be locked."""
    debt = debts([root_id])[root_id]
    now, newest = debt.position(), debt.newest
    _align_task(actor, debt, now, reason)
    if now.state in (MoneyState.PAID, MoneyState.OVERPAID) and not newest.paid_told:
        models.Bill.objects.filter(id=newest.id).update(paid_told=True)
        late = newest.expired_at is not None
        tell(events.BillPaid(newest.id, newest.case_id, newest.institution_id, newest.person_id, late))
    return now


def _align_task(actor: Actor, debt: Debt, now: rules.Position, reason: str) -> None:
    newest = debt.newest
    task = next((task for task in debt.refunds if task.state == RefundState.OPEN), None)
    if now.owed_back == (task.amount if task else 0):
        return
    if task is not None and now.owed_back == 0:
        task.state = RefundState.WITHDRAWN
        task.save(update_fields=["state"])
        record(
            actor,
            _task_thing(task),
            before={"amount": task.amount},
            after={"state": task.state},
            verb="payments.refund.withdraw",
        )
        return
    before = None
    if task is None:
        at = clock.now()
        due = institutions.working_time(newest.institution_id).add(at, options.refund_within())
        task = models.RefundTask(
            institution_id=newest.institution_id,
            person_id=newest.person_id,
            case_id=newest.case_id,
            root_id=newest.root_id,
            currency=newest.currency,
            reason=reason[:200],
            owner_role=rules.OWNER_ROLE,
            opened_at=at,
            due_at=due,
        )
    else:
        before = {"amount": task.amount}
    task.amount = now.owed_back
    task.save()
    record(
        actor,
        _task_thing(task),
        before=before,
        after={"amount": task.amount, "reason": task.reason},
        verb="payments.refund.open",
    )
    tell(events.RefundDue(task.id, newest.id, task.case_id, task.institution_id, task.person_id, task.amount))


def _task_thing(task: models.RefundTask) -> Thing:
    return Thing("refund", task.id, task.institution_id, task.person_id)
