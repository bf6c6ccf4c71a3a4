"""The accountant's list: what must go back, by what falls due first."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.public import must
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.payments import public
from jumuishi.payments.types import PaymentsError, Refund
from jumuishi.payments.web.desk import PATH


def _here(lang: str) -> str:
    return f"/en{PATH}" if lang == "en" else PATH


def _row(refund: Refund, actor: Actor, lang: str) -> dict[str, Any]:
    key = f"payments.reason_{refund.reason}"
    return {
        "id": refund.id,
        "payer": refund.payer_name,
        "control_number": refund.control_number,
        "amount": str(refund.amount),
        "reason": t(key, lang) if key in texts() else refund.reason,
        "due": say_date(localtime(refund.due_at).date(), lang),
        "late": refund.due_at <= clock.now(),
        "mine": refund.person_id == actor.person_id,
    }


def _page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    actor, lang = actor_of(request), language()
    institution = actor.institution_id
    if institution is None:
        raise NotAllowedError("payments.refund.list")
    must(actor, "payments.refund.list", Thing("institution", institution, institution))
    context = {
        "rows": [_row(refund, actor, lang) for refund in public.open_refunds(institution)],
        "here": _here(lang),
        "error": error,
        "said": t("payments.settled", lang) if "done" in request.GET else "",
    }
    return render(request, "payments/refunds.html", context, status=status)


@access(Officer)
@require_GET
def refunds(request: HttpRequest) -> HttpResponse:
    """Open refund tasks of the officer's institution."""
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
        return _page(request, error=t(f"payments.error_{error.code}", language()), status=409)
    return HttpResponseRedirect(f"{_here(language())}?done")
