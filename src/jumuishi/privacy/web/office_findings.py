"""/ofisi/faragha/mifumo/: what is unusual in how the institution's data are asked for, and what it came to."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity.doors import Officer, access
from jumuishi.kernel import clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.privacy import queries
from jumuishi.privacy.actions import watching
from jumuishi.privacy.models import Finding
from jumuishi.privacy.types import PrivacyError
from jumuishi.privacy.web.office import PAGE, frame
from jumuishi.privacy.web.ways import at, at_desk, prefix, to


def _line(row: Finding, lang: str) -> dict[str, Any]:
    key = f"privacy.pattern_{row.pattern}"
    return {
        "url": f"{prefix()}/ofisi/faragha/mifumo/{row.id}/", "what": t(key, lang) if key in texts() else row.pattern,
        "client": row.client, "opened": at(row.opened_at, lang), "due": at(row.due_at, lang),
        "late": row.closed_at is None and row.due_at is not None and row.due_at < clock.now(),
        "is_open": row.closed_at is None, "closed": at(row.closed_at, lang),
    }  # fmt: skip


@access(Officer)
def listed(request: HttpRequest) -> HttpResponse:
    """Open ones by what falls due first, or all; searched by the asking system."""
    actor, lang = at_desk(request), language()
    show, q = request.GET.get("v", ""), request.GET.get("q", "").strip()[:60]
    page = Paginator(queries.findings(actor.workplace, show, q), PAGE).get_page(request.GET.get("page"))
    rows = [_line(one, lang) for one in page]
    context = {**frame(actor, "findings"), "rows": rows, "page": page, "q": q, "v": show, "query": f"v={show}&q={q}"}
    return render(request, "privacy/office_findings.html", context)


@access(Officer)
def one(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """One: what was counted, against what, some of the calls by their numbers; and its end with a reason."""
    actor, lang, error = at_desk(request), language(), ""
    found = queries.findings(actor.workplace, "all", "").filter(id=finding_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            watching.close(actor=actor, finding_id=found.id, reason=request.POST.get("reason", ""))
            return to(f"/ofisi/faragha/mifumo/{found.id}/")
        except PrivacyError as refused:
            error = t(refused.code, lang)
    counts = found.evidence["counts"]
    context = {
        **frame(actor, "findings"), "r": found, **_line(found, lang), "error": error,
        "counts": [{"label": t(f"privacy.count_{name}", lang), "n": counts[name]} for name in sorted(counts)],
        "least": found.evidence["least"], "usual": found.evidence["usual"], "messages": found.evidence["messages"],
        "since": at(found.since_at, lang), "until": at(found.until_at, lang), "by_officer": bool(found.asker),
    }  # fmt: skip
    return render(request, "privacy/office_finding.html", context, status=400 if error else 200)
