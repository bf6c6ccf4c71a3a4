"""The tellers' table: each writes what he or she counted, neither sees the other's figures before both agree."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from jumuishi.identity.doors import KnownPerson, Officer, access
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.hall import quorum, votes
from jumuishi.meetings.sitting import queries
from jumuishi.meetings.sitting.web.common import Entered, entered, member_name, page, posted


def _table(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    seen = entered(request, meeting_id)
    message = ""
    if request.method == "POST":
        if request.POST.get("do") != "count":
            raise Http404
        answer = posted(request, seen)
        if isinstance(answer, HttpResponse):
            return answer
        message, seen = answer, entered(request, meeting_id)
    return page(request, "tellers", seen, context_of(seen), message)


@access(KnownPerson)
def of_member(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """For a member who counts."""
    return _table(request, meeting_id)


@access(Officer)
def of_office(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """For an officer who counts."""
    return _table(request, meeting_id)


def context_of(seen: Entered) -> dict[str, Any]:
    """What is counted, whether it is this one's to count, and who has voted by name and is not counted again."""
    lang, place, state = language(), seen.place, seen.place.state
    vote = state.votes.get(state.vote)
    if vote is None or not votes.is_teller(vote, seen.part.teller):
        return {"vote": None}
    given = queries.voted(state.vote)
    by_name = [one.name for one in place.members if one.id in given]
    return {
        "vote": {
            "id": state.vote, "about": queries.about(state, vote),
            "most": len(vote.entitled) + quorum.residents(place.facts, state) - len(by_name),
        },
        "ways": [
            {"key": way, "label": t(f"meetings.hall_by_{way}", lang),
             "mine": vote.counts.get(way, {}).get(seen.part.teller), "agreed": votes.agreed(vote, way) is not None}
            for way in vote.ways if way in votes.COUNTED
        ],
        "by_name": by_name,
        "tellers": [member_name(place.members, one) for one in vote.tellers],
        "choices": [
            {"key": one, "label": t(f"meetings.hall_choice_{one}", lang)} for one in ("for", "against", "abstain")
        ],
    }  # fmt: skip
