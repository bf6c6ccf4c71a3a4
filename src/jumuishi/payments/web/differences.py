"""Differences with the gateway: tasks that an accountant closes with words."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.kernel import bounded, clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_date, say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.payments import books, models
from jumuishi.payments.actions import reconcile
from jumuishi.payments.rules import OWNER_ROLE
from jumuishi.payments.types import Difference, PaymentsError
from jumuishi.payments.web import desk


def _page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    institution, lang = desk.books_of(request), language()
    is_open = request.GET.get("v") != "closed"
    found = books.differences_of(institution, is_open=is_open)
    page = bounded.page_of(found, desk.PAGE, request.GET)
    context = {
        **desk.shared(institution, desk.DIFFERENCES),
        "rows": [_row(one, lang) for one in books.as_differences(page.object_list)],
        "page": page,
        "query": "" if is_open else "v=closed",
        "is_open": is_open,
        "may_settle": actor_of(request).has(OWNER_ROLE),
        "days": [_day(one, lang) for one in books.days_of(institution)],
        "error": error,
        "said": t("payments.noted", lang) if "done" in request.GET else "",
    }
    return render(request, "payments/differences.html", context, status=status)


def _row(one: Difference, lang: str) -> dict[str, Any]:
    def money(amount: int | None) -> str:
        return t("payments.nothing", lang) if amount is None else say_money(amount, settings.CURRENCY)

    return {
        "id": one.id,
        "day": say_date(one.day, lang, weekday=False),
        "kind": t(f"payments.difference_{one.kind}", lang),
        "do": t(f"payments.difference_{one.kind}_do", lang),
        "receipt": one.receipt,
        "control_number": group(one.control_number),
        "ours": money(one.ours),
        "theirs": money(one.theirs),
        "amounts": one.ours is not None or one.theirs is not None,
        "due": say_date(localtime(one.due_at).date(), lang, weekday=False),
        "late": one.settled_at is None and one.due_at <= clock.now(),
        "late_reason": one.late_reason,
        "note": one.note,
    }


def _day(run: models.Reconciliation, lang: str) -> str:
    day = say_date(run.day, lang, weekday=False)
    if run.answered_at is None:
        return t("payments.day_given_up" if run.given_up_at else "payments.day_waits", lang, day=day)
    return t(
        "payments.day_compared", lang, day=day, matched=run.matched, recovered=run.recovered, differing=run.differing
    )


@access(Officer)
@require_GET
def differences(request: HttpRequest) -> HttpResponse:
    """Open differences by what falls due first, and the days that were compared."""
    return _page(request)


@access(Officer)
@require_POST
def settle(request: HttpRequest, difference_id: UUID) -> HttpResponse:
    """Say what the difference was."""
    note = request.POST.get("note", "").strip()
    if not note:
        return _page(request, error=t("payments.error_note", language()), status=422)
    try:
        reconcile.settle_difference(actor=actor_of(request), difference_id=difference_id, note=note)
    except PaymentsError:
        return _page(request, error=t("payments.error_difference_closed", language()), status=409)
    return HttpResponseRedirect(f"{desk.here(desk.DIFFERENCES)}?done")


@access(Officer)
@require_POST
def explain(request: HttpRequest, difference_id: UUID) -> HttpResponse:
    """Say why a difference is late."""
    try:
        reconcile.explain_difference(
            actor=actor_of(request), difference_id=difference_id, reason=request.POST.get("reason", "")
        )
    except PaymentsError:
        return _page(request, error=t("payments.error_reason", language()), status=422)
    return HttpResponseRedirect(f"{desk.here(desk.DIFFERENCES)}?done")
