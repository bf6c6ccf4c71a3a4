"""The face: ask for money, ask what became of it, give it back. What arrives is told by events (events.py)."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from jumuishi.identity.types import Actor
from jumuishi.kernel.text import t, texts
from jumuishi.payments import queries
from jumuishi.payments.actions import accounts, arrivals, issue, refunds
from jumuishi.payments.forgetting import forget_case
from jumuishi.payments.queries import bills_of_rows, debts_of
from jumuishi.payments.types import Bill, BillLine, BillStateError, CaseMoney, MoneyState, Refund

__all__ = [
    "bill_by_control_number",
    "bills_of_cases",
    "bills_of_rows",
    "cancel_bill",
    "debts_of",
    "expire_bill",
    "explain_refund",
    "forget_case",
    "issue_bill",
    "money_of_cases",
    "money_state",
    "money_states",
    "open_refund",
    "open_refunds",
    "refund_reason",
    "reissue_bill",
    "set_collection_account",
    "settle_refund",
    "state_words",
]


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
    idempotency_key: str,
    description: str = "",
    partial: bool = False,
) -> Bill:
    """Ask a payer for the fees of a case; the control number follows by event.

    The same key for the same case is the same bill. Raises NotAllowedError, CannotCollectError, WrongBillError.
    """
    bill_id = issue.issue_bill(
        actor=actor,
        institution_id=institution_id,
        person_id=person_id,
        case_id=case_id,
        lines=lines,
        expires_at=expires_at,
        payer_name=payer_name,
        phone=phone,
        description=description,
        partial=partial,
        idempotency_key=idempotency_key,
    )
    return queries.written(bill_id)


def cancel_bill(*, actor: Actor, bill_id: UUID, reason: str) -> Bill:
    """Ask no more; what was paid, or still arrives, goes back. Raises NotAllowedError, BillStateError."""
    issue.cancel_bill(actor=actor, bill_id=bill_id, reason=reason)
    return queries.written(bill_id)


def expire_bill(*, actor: Actor, bill_id: UUID) -> None:
    """The time to pay ran out: money that still comes counts all the same. Nothing happens when it is paid or noted."""
    with suppress(BillStateError):
        arrivals.expire_bill(actor=actor, bill_id=bill_id)


def reissue_bill(*, actor: Actor, bill_id: UUID, expires_at: datetime) -> Bill:
    """A new bill, with a new control number, for what is missing. Raises NotAllowedError, BillStateError."""
    return queries.written(issue.reissue_bill(actor=actor, bill_id=bill_id, expires_at=expires_at))


def bills_of_cases(case_ids: Iterable[UUID]) -> dict[UUID, list[Bill]]:
    """Each case's bills, oldest first, as far as the transaction's principal may see them."""
    return queries.bills_of_cases(case_ids)


def money_of_cases(case_ids: Iterable[UUID]) -> dict[UUID, CaseMoney]:
    """All of each case's money: state, bills, payments, refunds, as far as the transaction's principal may see it."""
    return queries.money_of_cases(case_ids)


def bill_by_control_number(control_number: str) -> Bill | None:
    """The bill of a control number, as far as the transaction's principal may see it."""
    return queries.bill_by_control_number(control_number)


def money_states(case_ids: Iterable[UUID]) -> dict[UUID, MoneyState]:
    """Where the money of each case stands."""
    return queries.money_states(case_ids)


def money_state(case_id: UUID) -> MoneyState:
    """Where the money of one case stands."""
    return queries.money_states([case_id])[case_id]


def open_refund(*, actor: Actor, case_id: UUID, reason: str) -> MoneyState:
    """The case was refused or withdrawn: all that was paid, or still arrives, goes back.

    Raises NotAllowedError, BillStateError (no bill). Where there is money the accountant's task opens: event RefundDue.
    """
    refunds.open_refund(actor=actor, case_id=case_id, reason=reason)
    return queries.written_state(case_id)


def settle_refund(*, actor: Actor, refund_id: UUID, reference: str) -> None:
    """The accountant gave the money back under this reference. Raises NotAllowedError, BillStateError."""
    refunds.settle_refund(actor=actor, refund_id=refund_id, reference=reference)


def open_refunds(institution_id: UUID) -> list[Refund]:
    """The institution's open refund tasks by what falls due first."""
    return queries.refunds_of_institution(institution_id)


def state_words(state: MoneyState, language: str) -> str:
    """Where money stands, in words."""
    return t(f"payments.state_{state.value}", language)


def refund_reason(reason: str, language: str) -> str:
    """Why money goes back, in words; a reason without words of its own is given as it is."""
    key = f"payments.reason_{reason}"
    return t(key, language) if key in texts() else reason


def explain_refund(*, actor: Actor, refund_id: UUID, reason: str) -> None:
    """The accountant says why a refund is late. Raises NotAllowedError, BillStateError."""
    refunds.explain_refund(actor=actor, refund_id=refund_id, reason=reason)


def set_collection_account(
    *, actor: Actor, institution_id: UUID, sp_code: str, sub_sp_code: str, system_id: str, gfs_code: str
) -> None:
    """Note the codes under which the gateway knows an institution. Raises NotAllowedError."""
    accounts.set_account(
        actor=actor,
        institution_id=institution_id,
        sp_code=sp_code,
        sub_sp_code=sub_sp_code,
        system_id=system_id,
        gfs_code=gfs_code,
    )
