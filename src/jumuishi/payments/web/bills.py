"""The accountant's books: bills and what was paid on them, and the payments as they came."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from jumuishi.channels import sheets
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.kernel import bounded
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_date, say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.payments import books, models
from jumuishi.payments.actions.export import export_payments
from jumuishi.payments.types import Bill, MoneyState
from jumuishi.payments.web import desk, sheet


@access(Officer)
@require_GET
def bills(request: HttpRequest) -> HttpResponse:
    """Bills of the institution: searched by control number or receipt, filtered by where they stand."""
    institution, lang = desk.books_of(request), language()
    asked = request.GET.get("v", "all")
    view, text = (asked if asked in books.BILL_VIEWS else "all"), request.GET.get("q", "").strip()[:60]
    page = bounded.page_of(books.bills_of(institution, view=view, text=text), desk.PAGE, request.GET)
    context = {
        **desk.shared(institution, desk.BILLS),
        "rows": [_bill(row, bill, lang) for row, bill in books.with_states(page.object_list)],
        "page": page,
        "query": urlencode({"v": view, "q": text}),
        "q": text,
        "views": [
            {"key": key, "label": t(f"payments.view_{key}", lang), "current": key == view} for key in books.BILL_VIEWS
        ],
    }
    return render(request, "payments/bills.html", context)


def _bill(row: models.Bill, bill: Bill, lang: str) -> dict[str, Any]:
    waits = bill.state is MoneyState.WAITING_NUMBER
    key = f"payments.code_{row.refusal_code}"
    return {
        "description": row.description,
        "payer": row.payer_name,
        "control_number": group(bill.control_number),
        "amount": str(bill.asked),
        "paid": str(bill.paid) if bill.paid.amount else "",
        "state": t(f"payments.state_{bill.state}", lang),
        "late": waits and row.escalated_at is not None,
        "refusal": (t(key, lang) if key in texts() else row.refusal_code) if waits and row.refusal_code else "",
        "attempts": row.attempts if waits else 0,
        "issued": say_date(localtime(row.issued_at).date(), lang, weekday=False),
        "expires": say_date(localtime(row.expires_at).date(), lang, weekday=False),
    }


@access(Officer)
@require_GET
def payments(request: HttpRequest) -> HttpResponse:
    """Payments as the gateway told them, newest first."""
    institution, lang = desk.books_of(request), language()
    text = request.GET.get("q", "").strip()[:60]
    page = bounded.page_of(books.payments_of(institution, text=text), desk.PAGE, request.GET)
    context = {
        **desk.shared(institution, desk.PAYMENTS),
        "rows": [_payment(row, lang) for row in page.object_list],
        "page": page,
        "query": urlencode({"q": text}),
        "q": text,
        "months": sheet.months(),
    }
    return render(request, "payments/payments.html", context)


def _payment(row: models.Payment, lang: str) -> dict[str, Any]:
    at = localtime(row.paid_at)
    return {
        "receipt": row.receipt,
        "amount": say_money(row.amount, row.currency),
        "payer": row.bill.payer_name,
        "control_number": group(row.bill.control_number or ""),
        "description": row.bill.description,
        "at": f"{say_date(at.date(), lang, weekday=False)}, {at:%H:%M}",
        "by": ", ".join(filter(None, (row.provider, row.channel))),
        "recovered": row.found_by != "callback",
    }


@access(Officer)
@require_GET
def payments_sheet(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """A month's payments as a file; that they were taken out is journalled."""
    desk.books_of(request)
    month = sheet.month_of(request.GET.get("mwezi", ""))
    return sheets.answer(f"malipo-{month:%Y-%m}", kind, *export_payments(actor=actor_of(request), month=month))
