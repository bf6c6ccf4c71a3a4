"""Who is there: members by name on the desk, guests, and residents at an assembly."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from jumuishi.identity.doors import KnownPerson, Officer, access
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import fold, t
from jumuishi.meetings.hall.state import State
from jumuishi.meetings.models import Member
from jumuishi.meetings.orders import words
from jumuishi.meetings.sitting import queries
from jumuishi.meetings.sitting.web.common import Entered, at_desk, titles
from jumuishi.meetings.sitting.web.hall import quorum_words

PAGE = 40


@access(KnownPerson)
def of_member(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Who is there, on the desk of who presides."""
    return at_desk(request, meeting_id, "attendance", attendance_of)


@access(Officer)
def of_office(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Who is there, on the secretary's desk."""
    return at_desk(request, meeting_id, "attendance", attendance_of)


def attendance_of(request: HttpRequest, seen: Entered) -> dict[str, Any]:
    """Members by name, a page at a time, each with where he or she is; guests and residents."""
    lang, place, state = language(), seen.place, seen.place.state
    wanted = fold(request.GET.get("q", ""))
    found = [one for one in place.members if wanted in fold(f"{one.name} {one.seat}")]
    paged = Paginator(found, PAGE).get_page(request.GET.get("page"))
    item, now = state.item, queries.drawn(place, None)
    return {
        "page": paged,
        "q": request.GET.get("q", ""),
        "query": f"q={request.GET['q']}" if request.GET.get("q") else "",
        "rows": [
            {
                "id": str(one.id), "name": one.name, "role": words.role_name(one.role, lang), "seat": one.seat,
                "way": _way(state, one, lang),
                "excused": str(one.id) in state.excused, "out": state.is_out(str(one.id), item),
                "presides": str(one.id) == state.presiding,
            }
            for one in paged
        ],
        "now": now,
        "quorum": quorum_words(now),
        "guests": state.guests,
        "is_assembly": place.facts.is_assembly,
        "residents": state.residents,
        "item": item,
        "item_title": titles(seen, lang).get(item, ""),
        "may_be_far": place.orders.remote is True,
        "is_over": state.phase == "ended",
        "desk": request.path.removesuffix("mahudhurio/"),
    }  # fmt: skip


def _way(state: State, member: Member, lang: str) -> str:
    way = state.present.get(str(member.id))
    return t(f"meetings.hall_way_{way}", lang) if way else ""
