"""Ask for money, ask anew, ask no more."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from jumuishi.identity.public import action, must, principal_of, record
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, jobs, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.payments import ledger, models, options, rules
from jumuishi.payments.types import BillLine, BillStateError, CannotCollectError, MoneyState

SYSTEM = tenancy.Principal.system()


def issue_bill(
    *,
    actor: Actor,
    institution_id: UUID,
    person_id: UUID,
    case_id: UUID,
    lines: list[BillLine],
    expires_at: datetime,
    payer_name: str,
    phone: str,
    description: str,
    partial: bool,
    idempotency_key: str,
) -> UUID:
    """The id of the bill; the same key for the same case is the same bill."""
    thing = Thing("bill", case_id, institution_id, person_id)
    must(actor, "payments.bill.issue", thing)
    key = idempotency_key[:200]
    first = _bill_of_key(institution_id, case_id, key)
    if first is not None:
        return first
    try:
        return _issue(
            actor=actor,
            institution_id=institution_id,
            case_id=case_id,
            key=key,
            person_id=person_id,
            lines=lines,
            expires_at=expires_at,
            payer_name=payer_name,
            phone=phone,
            description=description,
            partial=partial,
        )
    except IntegrityError:
        first = _bill_of_key(institution_id, case_id, key)
        if first is None:
            raise
        return first


def _must_collect(institution_id: UUID) -> None:
    with tenancy.acting_as(SYSTEM):
        approved = institutions.may_collect_money(institution_id)
    if not approved:
        raise CannotCollectError(str(institution_id))


def _bill_of_key(institution_id: UUID, case_id: UUID, key: str) -> UUID | None:
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        found = models.Bill.objects.filter(institution_id=institution_id, case_id=case_id, idempotency_key=key)
        return found.values_list("id", flat=True).first()


@action("payments.bill.issue")
def _issue(
    *,
    actor: Actor,
    institution_id: UUID,
    case_id: UUID,
    key: str,
    person_id: UUID,
    lines: list[BillLine],
    expires_at: datetime,
    payer_name: str,
    phone: str,
    description: str,
    partial: bool,
) -> UUID:
    now = clock.now()
    amount = rules.check_bill(lines, expires_at, now)
    _must_collect(institution_id)
    bill_id = new_id()
    bill = models.Bill(
        id=bill_id,
        root_id=bill_id,
        person_id=person_id,
        lines=[{"fee": line.fee, "label": line.label, "amount": line.amount} for line in lines],
        amount=amount,
        asked=amount,
        currency=options.currency(),
        partial=partial,
        payer_name=payer_name[:120],
        phone=phone,
        description=(description or ", ".join(line.label for line in lines))[:200],
        issued_at=now,
        expires_at=expires_at,
        next_attempt_at=now,
        number_due_at=now + options.number_within(),
        institution_id=institution_id,
        case_id=case_id,
        idempotency_key=key,
    )
    _write(actor, bill)
    return bill_id


@action("payments.bill.reissue")
def reissue_bill(*, actor: Actor, bill_id: UUID, expires_at: datetime) -> UUID:
    """A new bill for what is missing of the same debt; the old control number is given up, money on it still counts."""
    bill = ledger.visible_bill("payments.bill.reissue", bill_id)
    must(actor, "payments.bill.reissue", ledger.thing_of(bill))
    _must_collect(bill.institution_id)
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        debt = ledger.locked(bill.root_id)
        old, stands = debt.newest, debt.position()
        if old.id != bill_id or stands.due == 0 or stands.missing == 0:
            raise BillStateError("only the newest bill of a debt that is not paid, cancelled or given back")
        listed = [BillLine(**line) for line in old.lines]
        rules.check_bill(listed, expires_at, now)
        new = models.Bill(
            institution_id=old.institution_id,
            person_id=old.person_id,
            case_id=old.case_id,
            root_id=old.root_id,
            replaces=old,
            idempotency_key=f"reissue:{old.id}",
            lines=old.lines,
            amount=old.amount,
            asked=stands.missing,
            currency=old.currency,
            partial=old.partial,
            payer_name=old.payer_name,
            phone=old.phone,
            description=old.description,
            issued_at=now,
            expires_at=expires_at,
            next_attempt_at=now,
            number_due_at=now + options.number_within(),
        )
    _write(actor, new)
    with tenancy.acting_as(SYSTEM):
        ledger.settle_position(actor, new.root_id, "")
        if old.control_number and not old.expired_at:
            jobs.later_by_name("payments.bill.withdraw", bill_id=str(old.id))
    return new.id


@action("payments.bill.cancel")
def cancel_bill(*, actor: Actor, bill_id: UUID, reason: str) -> None:
    """Ask no more; what was paid, or arrives all the same, goes back."""
    bill = ledger.visible_bill("payments.bill.cancel", bill_id)
    must(actor, "payments.bill.cancel", ledger.thing_of(bill))
    with tenancy.acting_as(SYSTEM):
        debt = ledger.locked(bill.root_id)
        if debt.newest.id != bill_id:
            raise BillStateError("the bill was replaced")
        before = debt.position().state
        models.Bill.objects.filter(id=bill_id, cancelled_at=None).update(
            cancelled_at=clock.now(), return_reason=reason[:200], next_attempt_at=None
        )
        jobs.later_by_name("payments.bill.withdraw", bill_id=str(bill_id))
    record(actor, ledger.thing_of(bill), before={"state": before}, after={"cancelled": True, "reason": reason})
    with tenancy.acting_as(SYSTEM):
        ledger.settle_position(actor, bill.root_id, reason)


def _write(actor: Actor, bill: models.Bill) -> None:
    with tenancy.acting_as(SYSTEM):
        bill.save(force_insert=True)
        jobs.later_by_name("payments.bill.submit", bill_id=str(bill.id))
    with tenancy.acting_as(principal_of(actor)):
        record(
            actor,
            ledger.thing_of(bill),
            after={
                "case": bill.case_id,
                "amount": bill.amount,
                "asked": bill.asked,
                "currency": bill.currency,
                "lines": bill.lines,
                "expires_at": bill.expires_at,
                "state": MoneyState.WAITING_NUMBER,
                "replaces": bill.replaces_id,
            },
        )
