"""/vikao/MEETING/nyaraka/: the papers that the public may read, and each to download."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jumuishi.identity.doors import Everyone, access
from jumuishi.kernel import files
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings import naming
from jumuishi.meetings.gallery import queries
from jumuishi.meetings.gallery.papers import link_of
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.papers.queries import open_to_all
from jumuishi.meetings.papers.web.sending import ranged

PAGE = 25


def _meeting(meeting_id: UUID) -> Meeting:
    found = queries.meeting(meeting_id)
    if found is None:
        raise Http404
    return found


@access(Everyone)
@require_safe
def papers(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """All of them, in the order of the agenda."""
    lang = language()
    with queries.as_visitor():
        meeting = _meeting(meeting_id)
        found = Paginator(open_to_all(meeting), PAGE).get_page(request.GET.get("page"))
        context = {
            "meeting": meeting, "title": naming.title_of(meeting, lang), "body": naming.body_name(meeting.body, lang),
            "links": [link_of(meeting, one, lang) for one in found], "page": found, "query": "",
        }  # fmt: skip
    return render(request, "meetings/gallery/papers.html", context)


@access(Everyone)
@require_safe
def file(request: HttpRequest, meeting_id: UUID, paper_id: UUID) -> HttpResponseBase:
    """One of them; asked anew each time, for it is away as soon as its item is closed."""
    with queries.as_visitor():
        found = open_to_all(_meeting(meeting_id)).filter(id=paper_id).first()
    if found is None:
        raise Http404
    return ranged(request, found.sha256, files.path_of(found.file_id), "application/pdf")
