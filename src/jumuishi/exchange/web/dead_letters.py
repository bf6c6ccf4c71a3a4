"""/ofisi/mifumo/mizigo/ujumbe/: messages that need a person: sent again, or closed with a reason."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from jumuishi.exchange.courier import dead
from jumuishi.exchange.courier.carrying import queries
from jumuishi.exchange.courier.tables import DeadLetter
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.web import words
from jumuishi.exchange.web.forms import ReasonForm
from jumuishi.exchange.web.frame import PAGE, answer, keeper, refuse, to
from jumuishi.identity.doors import FreshAccount, Officer, access
from jumuishi.identity.public import looked
from jumuishi.identity.types import Thing
from jumuishi.kernel import bounded
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts


@access(Officer)
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """The list: open ones, or those that ended."""
    actor, lang = keeper(request), language()
    text, is_ended = request.GET.get("q", "").strip()[:80], request.GET.get("hali") == "mwisho"
    page = bounded.page_of(queries.dead_letters(actor.workplace, text, is_ended=is_ended), PAGE, request.GET)
    given = {name: one for name, one in (("q", text), ("hali", "mwisho" if is_ended else "")) if one}
    context = {
        "page": page, "rows": [_line(one, lang) for one in page.object_list], "text": text, "is_ended": is_ended,
        "query": urlencode(given),
    }  # fmt: skip
    return answer(request, "dead_letters", "carry", context)


@access(Officer)
@require_GET
def letter(request: HttpRequest, dead_id: UUID) -> HttpResponse:
    """One of them. Its subject may be a person's number, so that reading it is written down as a look."""
    row = _found(request, dead_id)
    looked(keeper(request), Thing("dead_letter", row.id, row.institution_id), "dead letter")
    return answer(request, "dead_letter", "carry", {"row": _line(row, language()), "letter": row})


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def resend(request: HttpRequest, dead_id: UUID) -> HttpResponse:
    """What trying again means, and doing it."""
    row, error = _found(request, dead_id), ""
    if request.method == "POST":
        try:
            dead.resend(actor=keeper(request), dead_id=row.id)
            return to(f"mizigo/ujumbe/{row.id}/")
        except ExchangeRefusedError as found:
            error = t(found.key, language())
    return answer(request, "dead_resend", "carry", {"row": _line(row, language()), "letter": row, "error": error})


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, dead_id: UUID) -> HttpResponse:
    """What closing means, and doing it with a reason."""
    row = _found(request, dead_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, lang=language())
    if request.method == "POST" and form.is_valid():
        try:
            dead.close(actor=keeper(request), dead_id=row.id, reason=form.cleaned_data["reason"])
            return to(f"mizigo/ujumbe/{row.id}/")
        except ExchangeRefusedError as error:
            refuse(form, error)
    return answer(request, "dead_close", "carry", {"row": _line(row, language()), "letter": row, "form": form})


def _found(request: HttpRequest, dead_id: UUID) -> DeadLetter:
    row = queries.dead_letter(keeper(request).workplace, dead_id)
    if row is None:
        raise Http404
    return row


def _line(row: DeadLetter, lang: str) -> dict[str, Any]:
    key = f"exchange.dead_reason_{row.reason}"
    known = key in texts() and row.reason != "other"
    end = {"closed": t("exchange.dead_closed", lang, words=row.words), "resent": t("exchange.dead_was_resent", lang)}
    return {
        "id": row.id, "type": row.type, "subject": row.subject, "source": row.source, "destination": row.destination,
        "reason": t(key, lang) if known else t("exchange.dead_reason_other", lang, reason=row.reason),
        "since": words.at(row.made_at, lang), "direction": t(f"exchange.dead_{row.direction}", lang),
        "ended": words.at(row.ended_at, lang), "end": end.get(row.end, ""), "stops": row.stops and row.ended_at is None,
    }  # fmt: skip
