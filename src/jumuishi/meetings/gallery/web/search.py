"""/vikao/tafuta/: what was decided and written down, by words."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jumuishi.identity.doors import Everyone, access
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings.gallery import queries, searching
from jumuishi.meetings.gallery.web import words

PAGE = 20


@access(Everyone)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Meetings in whose agenda, motions, decisions or confirmed minutes each word stands."""
    lang, text = language(), request.GET.get("q", "").strip()[:80]
    with queries.as_visitor():
        page = Paginator(searching.found(text), PAGE).get_page(request.GET.get("page"))
        rows = [words.row_of(one, lang, queries.zone()) for one in page]
    context = {"q": text, "query": urlencode({"q": text}), "page": page, "rows": rows}
    return render(request, "meetings/gallery/search.html", context)
