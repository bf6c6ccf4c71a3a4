"""/vikao/: bodies that meet in the open, the next meetings; each body's own pages."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jumuishi.identity.doors import Everyone, access
from jumuishi.institutions import public as institutions
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings import naming
from jumuishi.meetings.gallery import atom, queries, shown
from jumuishi.meetings.gallery.web import words
from jumuishi.meetings.models import Body

PAGE, NEXT = 20, 5


@access(Everyone)
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Bodies by name, ward or institution; what meets next, where nothing was searched."""
    lang, text = language(), request.GET.get("q", "").strip()[:80]
    with queries.as_visitor():
        page = Paginator(queries.bodies(text), PAGE).get_page(request.GET.get("page"))
        homes = institutions.institutions({one.institution_id for one in page})
        first = not text and page.number == 1
        coming = list(queries.ahead(queries.meetings())[:NEXT]) if first else []
    return render(
        request,
        "meetings/gallery/list.html",
        {
            "q": text,
            "query": urlencode({"q": text}) if text else "",
            "page": page,
            "bodies": [words.body_of(one, homes, lang) for one in page],
            "coming": [words.row_of(one, lang, queries.zone()) for one in coming],
        },
    )


@access(Everyone)
@require_GET
def one(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """A body: what comes, what was, who sits in it, by which orders."""
    lang = language()
    with queries.as_visitor():
        body = _body(body_id)
        rows = queries.meetings(body.id)
        coming = list(queries.ahead(rows)[:PAGE])
        page = Paginator(queries.behind(rows), PAGE).get_page(request.GET.get("page"))
        context = _frame(body, lang) | {
            "coming": [words.row_of(each, lang, queries.zone()) for each in coming],
            "page": page,
            "past": [words.row_of(each, lang, queries.zone()) for each in page],
            "count": queries.members(body).count(),
            "sections": shown.sections(shown.OF_BODY, body, lang),
        }
    return render(request, "meetings/gallery/body.html", context)


@access(Everyone)
@require_GET
def members(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Who sits in it, by seat and ward."""
    lang = language()
    with queries.as_visitor():
        body = _body(body_id)
        page = Paginator(queries.members(body), 50).get_page(request.GET.get("page"))
        rows = []
        for each in page:
            place = institutions.place(each.place) if each.place else None
            seat = ", ".join(
                filter(None, (words.named("role", each.role, lang), each.seat, place.name if place else ""))
            )
            rows.append({"name": each.name, "seat": seat})
        context = _frame(body, lang) | {"page": page, "rows": rows}
    return render(request, "meetings/gallery/members.html", context)


@access(Everyone)
@require_GET
def news(request: HttpRequest, body_id: UUID) -> HttpResponse:  # noqa: ARG001  # a view's shape
    """What is new of a body, for programs that follow it."""
    lang = language()
    with queries.as_visitor():
        body = _body(body_id)
        rows = list(queries.meetings(body.id).order_by("-starts_at")[:30])
        found = atom.feed(body, rows, lang)
    answer = HttpResponse(found, content_type="application/atom+xml; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=900"
    return answer


def _body(body_id: UUID) -> Body:
    body = queries.body(body_id)
    if body is None:
        raise Http404
    return body


def _frame(body: Body, lang: str) -> dict[str, Any]:
    homes = institutions.institutions([body.institution_id])
    return {"body": body, "name": naming.in_lang(body.name, lang), "said": words.body_of(body, homes, lang)}
