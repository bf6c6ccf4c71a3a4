"""What happened so far, in lines by their number; what was written wrongly is put right beside it."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from jumuishi.identity.doors import KnownPerson, Officer, access
from jumuishi.kernel.spoken import say_clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings.hall.agenda import FIXED
from jumuishi.meetings.live.lines import line
from jumuishi.meetings.live.screens import MEMBER, Happened, Names
from jumuishi.meetings.models import Event
from jumuishi.meetings.sitting import places
from jumuishi.meetings.sitting.web.common import Entered, at_desk

PAGE = 30


@access(KnownPerson)
def of_member(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """On the desk of who presides."""
    return at_desk(request, meeting_id, "record", context_of)


@access(Officer)
def of_office(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """On the secretary's desk."""
    return at_desk(request, meeting_id, "record", context_of)


def context_of(request: HttpRequest, seen: Entered) -> dict[str, Any]:
    """The newest first, a page at a time."""
    lang, place = language(), seen.place
    names = Names(
        {str(one.id): one.name for one in place.members},
        {str(one.id): (one.number, one.title, one.is_closed) for one in place.items},
    )
    with places.as_platform():
        rows = Event.objects.filter(institution_id=place.meeting.institution_id, meeting=place.meeting)
        paged = Paginator(rows.order_by("-seq"), PAGE).get_page(request.GET.get("page"))
        found = list(paged)
    return {
        "page": paged,
        "rows": [
            {
                "seq": one.seq, "at": say_clock(one.at, lang, seen.zone), "fixed": one.kind in FIXED,
                "said": line(Happened(one.seq, one.kind, one.body, one.at), names, MEMBER, lang) or one.kind,
            }
            for one in found
        ],
        "desk": request.path.removesuffix("kumbukumbu/"),
        "may_correct": place.state.phase != "ended",
    }  # fmt: skip
