"""The office's pages of documents: what the institution issued, and taking one of them back."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render

from jumuishi.documents import actions, public, queries
from jumuishi.documents.policies import may_revoke, may_suspend
from jumuishi.documents.types import DocumentState, Issued, NoSuchDocumentError
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Thing
from jumuishi.kernel import bounded
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 30
_STANDING = (DocumentState.ISSUED, DocumentState.SUSPENDED, DocumentState.EXPIRED)


@access(Officer)
def issued(request: HttpRequest) -> HttpResponse:
    """What the institution issued, newest first, or the one with a number."""
    lang, q = language(), request.GET.get("q", "").strip()[:40]
    rows = queries.issued_by(actor_of(request).workplace, q)
    page = bounded.page_of(rows, PAGE, request.GET)
    shown = [
        {"number": row.number, "groups": group(row.number), "title": row.title[lang], "holder": row.holder,
         "day": public.day(row.issued_at, lang), **_state(queries.as_issued(row), lang)}
        for row in page.object_list
    ]  # fmt: skip
    return render(request, "documents/issued.html", {"rows": shown, "page": page, "q": q, "query": f"q={q}"})


@access(Officer)
def document(request: HttpRequest, number: str) -> HttpResponse:
    """One document, and taking it back for a reason. That it was looked at is on the record."""
    actor, lang = actor_of(request), language()
    found = _open(request, number)
    thing = Thing("document", found.id, found.institution_id, found.person_id)
    context: dict[str, Any] = {}
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()
        if reason:
            actions.revoke(actor=actor, number=number, reason=reason)
            return HttpResponseRedirect(request.path)
        context["error"] = t("documents.need_reason", lang)
    facts = [
        (t("documents.title", lang), found.title[lang]),
        (t("documents.number", lang), group(found.number)),
        (t("documents.holder", lang), found.holder),
        (t("documents.issued", lang), public.day(found.issued_at, lang)),
        (
            t("documents.until", lang),
            public.day(found.valid_until, lang) if found.valid_until else t("documents.no_end", lang),
        ),
    ]
    if found.ended_at is not None:
        stopped = found.state is DocumentState.SUSPENDED
        since = "documents.suspended_on" if stopped else "documents.revoked_on"
        facts.append((t(since, lang), public.day(found.ended_at, lang)))
        if stopped:
            until = found.suspended_until
            end = public.day(until, lang) if until else t("documents.until_lifted", lang)
            facts.append((t("documents.suspended_until", lang), end))
        facts.append((t("documents.reason", lang), found.end_reason))
    context |= {
        "heading": f"{found.title[lang]} {group(found.number)}",
        "facts": facts,
        "pdf": "pdf/",
        "may_revoke": found.state in _STANDING and may_revoke(actor, thing),
        "may_suspend": found.state is DocumentState.ISSUED and may_suspend(actor, thing),
        "may_lift": found.state is DocumentState.SUSPENDED and may_suspend(actor, thing),
        **_state(found, lang),
    }
    return render(request, "documents/document.html", context, status=422 if "error" in context else 200)


@access(Officer)
def pdf(request: HttpRequest, number: str) -> StreamingHttpResponse:
    """The signed PDF; the look is on the record."""
    try:
        found, chunks = public.open_pdf(actor=actor_of(request), number=number)
    except NoSuchDocumentError as error:
        raise Http404 from error
    answer = StreamingHttpResponse(chunks, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.key}-{found.number}.pdf"'
    return answer


def _open(request: HttpRequest, number: str) -> Issued:
    actor = actor_of(request)
    try:
        row = queries.visible(number)
    except NoSuchDocumentError as error:
        raise Http404 from error
    thing = Thing("document", row.id, row.institution_id, row.person_id)
    identity.must(actor, "documents.document.read", thing)
    identity.looked(actor, thing, "document")
    return queries.as_issued(row)


def _state(found: Issued, lang: str) -> dict[str, Any]:
    return {"state": t(f"documents.result_{found.state.value}", lang), "good": found.state is DocumentState.ISSUED}
