"""What a case does with its money: it takes what was paid, and asks anew when the time to pay ran out."""

from uuid import UUID

from jumuishi.cases import engine
from jumuishi.cases.actions.things import SYSTEM, case_thing, locked, run
from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError
from jumuishi.definitions.machine import types as d
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.payments import public as payments
from jumuishi.payments.types import OWED, Bill, CannotCollectError, MoneyState


@identity.action("cases.money.arrived")
def money_arrived(*, actor: Actor, case_id: UUID, bill: Bill) -> None:
    """A bill is paid: tell the machine, fee by fee. The same bill again changes nothing.

    What the case has no use for goes back: a bill of fees that were paid on another one, and one still open for them.
    """
    case = locked(case_id, None)
    identity.must(actor, "cases.clock.turn", case_thing(case))
    receipt = str(bill.id)
    if receipt in engine.state_of(case).receipts:
        identity.record(actor, case_thing(case), after={"sent_again": receipt})
        return
    amounts: dict[str, int] = {}
    for line in bill.lines:
        amounts[line.fee] = amounts.get(line.fee, 0) + line.amount
    outcome = run(case, d.Pay(amounts, receipt), actor=actor, said={"pay": amounts, "receipt": receipt})
    with tenancy.acting_as(SYSTEM):
        if any(isinstance(one, d.Refund) and one.reason == "paid_twice" for one in outcome.effects):
            payments.cancel_bill(actor=actor, bill_id=bill.id, reason="paid_twice")
        elif outcome.state.bill is None:
            for other in payments.bills_of_cases([case_id])[case_id]:
                if other.id != bill.id and other.state in OWED:
                    payments.cancel_bill(actor=actor, bill_id=other.id, reason="paid_twice")


def bill_to_renew(case: Case) -> Bill | None:
    """The bill whose time ran out while the case would still take its money; None when there is none."""
    if engine.state_of(case).late_bill is None:
        return None
    bills = payments.bills_of_cases([case.id]).get(case.id, [])
    return bills[-1] if bills and bills[-1].state in RENEWABLE else None


# Its time ran out with nothing or not all of it paid; what was paid goes back unless the rest is asked anew.
RENEWABLE = (MoneyState.EXPIRED, MoneyState.REFUND_DUE, MoneyState.REFUNDED)


@identity.action("cases.money.renew")
def renew_bill(*, actor: Actor, case_id: UUID) -> None:
    """A new control number for a bill whose time ran out, for as long as the first one had; asked twice, given once.

    Raises CaseError when there is no such bill, or the institution may not collect.
    """
    case = locked(case_id, None)
    identity.must(actor, "cases.money.renew", case_thing(case))
    with tenancy.acting_as(SYSTEM):
        bill = bill_to_renew(case)
        if bill is None:
            if any(one.state in OWED for one in payments.bills_of_cases([case_id]).get(case_id, [])):
                identity.record(actor, case_thing(case), after={"sent_again": True})
                return
            raise CaseError("cases.nothing_to_renew")
        until = clock.now() + (bill.expires_at - bill.issued_at)
        try:
            new = payments.reissue_bill(actor=Actor.system(), bill_id=bill.id, expires_at=until)
        except CannotCollectError as error:
            raise CaseError("cases.cannot_collect") from error
    identity.record(actor, case_thing(case), after={"bill": new.id, "replaces": bill.id, "expires_at": until})
