"""Refunds: what must go back, by what falls due first, late ones with why; and what went back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from jumuishi.channels import sheets
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.kernel import bounded, clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.payments import books, public
from jumuishi.payments.actions.export import export_refunds
from jumuishi.payments.rules import OWNER_ROLE
from jumuishi.payments.types import PaymentsError, Refund, RefundState
from jumuishi.payments.web import desk, sheet


def _row(refund: Refund, actor: Actor, lang: str) -> dict[str, Any]:
    is_open = refund.state is RefundState.OPEN
    settled = localtime(refund.settled_at).date() if refund.settled_at else None
    return {
        "id": refund.id,
        "payer": refund.payer_name,
        "control_number": group(refund.control_number),
        "amount": str(refund.amount),
        "reason": public.refund_reason(refund.reason, lang),
        "due": say_date(localtime(refund.due_at).date(), lang, weekday=False),
        "late": is_open and refund.due_at <= clock.now(),
        "late_reason": refund.late_reason,
        "mine": refund.person_id == actor.person_id,
        "state": t(f"payments.refund_{refund.state}", lang),
        "settled": say_date(settled, lang, weekday=False) if settled else "",
        "reference": refund.reference,
    }


def _page(
    request: HttpRequest, *, error: str = "", status: int = 200, typed: tuple[UUID, str] | None = None
) -> HttpResponse:
    institution, actor, lang = desk.books_of(request), actor_of(request), language()
    is_open = request.GET.get("v") != "closed"
    page = bounded.page_of(books.refunds_of(institution, is_open=is_open), desk.PAGE, request.GET)
    rows = [_row(refund, actor, lang) for refund in books.as_refunds(page.object_list)]
    for row in rows:
        row["typed"] = typed[1] if typed and typed[0] == row["id"] else ""
    context = {
        **desk.shared(institution, desk.REFUNDS),
        "rows": rows,
        "page": page,
        "query": "" if is_open else "v=closed",
        "is_open": is_open,
        "may_settle": actor.has(OWNER_ROLE),
        "months": sheet.months(),
        "error": error,
        "said": t("payments.settled", lang) if "done" in request.GET else "",
    }
    return render(request, "payments/refunds.html", context, status=status)


@access(Officer)
@require_GET
def refunds(request: HttpRequest) -> HttpResponse:
    """Refund tasks of the officer's institution."""
    return _page(request)


@access(Officer)
@require_POST
def settle(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """The money went back, under the reference that the form gives."""
    reference = request.POST.get("reference", "").strip()
    if not reference:
        return _page(request, error=t("payments.error_reference", language()), status=422)
    try:
        public.settle_refund(actor=actor_of(request), refund_id=refund_id, reference=reference)
    except PaymentsError as error:
        said = t(f"payments.error_{error.code}", language())
        return _page(request, error=said, status=409, typed=(refund_id, reference))
    return HttpResponseRedirect(f"{desk.here(desk.REFUNDS)}?done")


@access(Officer)
@require_POST
def explain(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """Say why a refund is late; the payer reads it."""
    try:
        public.explain_refund(actor=actor_of(request), refund_id=refund_id, reason=request.POST.get("reason", ""))
    except PaymentsError:
        return _page(request, error=t("payments.error_reason", language()), status=422)
    return HttpResponseRedirect(f"{desk.here(desk.REFUNDS)}?done")


@access(Officer)
@require_GET
def refunds_sheet(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """A month's refunds as a file; that they were taken out is journalled."""
    desk.books_of(request)
    month = sheet.month_of(request.GET.get("mwezi", ""))
    return sheets.answer(f"marejesho-{month:%Y-%m}", kind, *export_refunds(actor=actor_of(request), month=month))
