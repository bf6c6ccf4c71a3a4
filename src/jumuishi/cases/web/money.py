"""What an applicant sees of the case's money: how to pay, what arrived, what goes back."""

from typing import Any

from jumuishi.cases.actions.money import bill_to_renew
from jumuishi.cases.models import Case
from jumuishi.cases.web.words import at
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime
from jumuishi.payments import public as payments
from jumuishi.payments.types import OWED, Bill, Refund, RefundState


def money_of(case: Case, lang: str, work: WorkingTime) -> dict[str, Any]:
    """For cases/money.html: `bill` to be paid, `renew`, `receipts`, `refunds`; all empty for a case without fees."""
    found = payments.money_of_cases([case.id])[case.id]
    owed = [one for one in found.bills if one.state in OWED]
    return {
        "bill": _bill(owed[-1], case, lang, work) if owed else None,
        "renew": not owed and bool(found.bills) and bill_to_renew(case) is not None,
        "receipts": [
            t(
                "cases.money_receipt",
                lang,
                amount=str(one.amount),
                receipt=one.receipt,
                at=at(one.paid_at, lang, work),
            )
            for one in found.payments
        ],
        "refunds": [_refund(one, lang, work) for one in found.refunds if one.state is not RefundState.WITHDRAWN],
    }


def _bill(bill: Bill, case: Case, lang: str, work: WorkingTime) -> dict[str, Any]:
    paid = bill.paid.amount
    return {
        "control_number": group(bill.control_number),
        "waiting": "" if bill.control_number else t("cases.number_coming", lang, at=at(bill.issued_at, lang, work)),
        "amount": say_money(bill.asked.amount - paid, bill.amount.currency),
        "paid": t("cases.pay_still", lang, paid=str(bill.paid)) if paid else "",
        "expires": at(bill.expires_at, lang, work),
        "reopens": bool(case.outcome),
    }


def _refund(refund: Refund, lang: str, work: WorkingTime) -> dict[str, Any]:
    if refund.state is RefundState.SETTLED:
        when = at(refund.settled_at, lang, work)
        line = t("cases.money_went_back", lang, amount=str(refund.amount), reference=refund.reference, at=when)
        return {"headline": line, "lines": []}
    key = "cases.money_back_late" if refund.due_at <= clock.now() else "cases.money_back_by"
    lines = [t(key, lang, at=at(refund.due_at, lang, work), reason=payments.refund_reason(refund.reason, lang))]
    if refund.late_reason:
        lines.append(t("cases.money_back_why", lang, why=refund.late_reason))
    return {"headline": t("cases.money_back", lang, amount=str(refund.amount)), "lines": lines}
