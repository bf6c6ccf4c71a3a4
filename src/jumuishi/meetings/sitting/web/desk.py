"""The chair's desk, on a phone: one open item, a point of order above all, one grave act in reach of the thumb."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity.doors import KnownPerson, Officer, access
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings import matters
from jumuishi.meetings.hall import quorum, votes
from jumuishi.meetings.orders import words
from jumuishi.meetings.orders.types import Way
from jumuishi.meetings.sitting import places, queries
from jumuishi.meetings.sitting.web.common import Entered, base_of, entered, member_name, page, posted, titles
from jumuishi.meetings.sitting.web.hall import told

GRAVE = ("end_vote", "cancel_vote", "close", "end", "adjourn", "disorder", "decide")  # asked once more
OUTCOMES = ("done", "noted", "decided", "deferred", "withdrawn")


def _desk(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    seen = entered(request, meeting_id)
    if not seen.part.runs_desk:
        raise Http404
    message = ""
    if request.method == "POST" and "back" not in request.POST:
        if request.POST.get("do") in GRAVE and "sure" not in request.POST:
            return _ask(request, seen)
        answer = posted(request, seen)
        if isinstance(answer, HttpResponse):
            return answer
        message, seen = answer, entered(request, meeting_id)
    return page(request, "desk", seen, context_of(seen), message)


@access(KnownPerson)
def of_member(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The desk of the member who presides (or keeps the record for the body)."""
    return _desk(request, meeting_id)


@access(Officer)
def of_office(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The same desk for the secretary at work."""
    return _desk(request, meeting_id)


def _ask(request: HttpRequest, seen: Entered) -> HttpResponse:
    """What a grave act will do, before it does it; nothing that was typed is lost."""
    do, lang = request.POST["do"], language()
    carried = [(key, one) for key in request.POST for one in request.POST.getlist(key) if key != "csrfmiddlewaretoken"]
    context = {
        "heading": t(f"meetings.hall_sure_{do}", lang), "line": t(f"meetings.hall_means_{do}", lang),
        "reason": request.POST.get("reason", ""), "carried": carried, "here": request.path,
        "body": seen.place.meeting.body.name[lang], "base": base_of(request),
    }  # fmt: skip
    return render(request, "meetings/hall/sure.html", context)


def context_of(seen: Entered) -> dict[str, Any]:
    """What goes on, and what the desk may do now."""
    lang, place, state = language(), seen.place, seen.place.state
    named = titles(seen, lang)
    order = [key for key in (state.order or tuple(named)) if key in named]
    here = [one for one in place.members if str(one.id) in state.present]
    now = [one for one in place.items if str(one.id) == state.item]
    fixed = place.orders.order_rule if place.orders.order_fixed else None
    return {
        **told(seen, queries.drawn(place, None)),
        "code": places.code_of(place.meeting),
        "state": state,
        "items": [
            {"id": key, "title": named[key], "outcome": t(f"meetings.hall_outcome_{state.outcomes[key]}", lang)
             if key in state.outcomes else "", "may_open": state.outcomes.get(key, "deferred") == "deferred"}
            for key in order if key != state.item
        ],
        "movable": [
            {"id": key, "title": named[key]} for key in order
            if key != state.item and state.outcomes.get(key, "deferred") == "deferred"
        ] if fixed is None else [],
        "order_fixed": words.quoted(fixed, lang) if fixed else "",
        "here": [{"id": str(one.id), "name": one.name, "presides": str(one.id) == state.presiding} for one in here],
        "presiding": member_name(place.members, state.presiding) if state.presiding else "",
        "out_now": [member_name(place.members, one) for one in state.recused.get(state.item, ())],
        "interests": [
            {"who": member_name(place.members, one["member"]), "nature": one["nature"]}
            for one in state.interests if one["item"] == state.item
        ],
        "outcomes": [{"key": one, "label": t(f"meetings.hall_outcome_{one}", lang)} for one in OUTCOMES],
        "ways": [{"key": one.value, "label": t(f"meetings.hall_by_{one.value}", lang)} for one in Way],
        "decisions": [
            {"key": one, "label": words.decision_name(one, lang)} for one in place.orders.majorities
        ],
        "vote": _vote(seen) if state.vote else None,
        "acts": [{"key": one, "label": t(f"meetings.hall_act_{one}", lang)} for one in ("warned", "silenced", "out")],
        "has_seat": seen.part.member is not None,
        "paths": next(iter(matters.paths(seen.actor, place.meeting, now).values()), None),
    }  # fmt: skip


def _vote(seen: Entered) -> dict[str, Any]:
    """The open vote: how many are in, who is still to be called, how far the tellers are."""
    lang, place, state = language(), seen.place, seen.place.state
    vote = state.votes[state.vote]
    given = queries.voted(state.vote)
    waiting = [one for one in place.members if str(one.id) in vote.entitled and one.id not in given]
    return {
        "id": state.vote, "about": queries.about(state, vote), "is_tied": vote.state == "tied",
        "voted": len(given), "entitled": len(vote.entitled) + quorum.residents(place.facts, state),
        "by_name": any(one in vote.ways for one in (Way.DEVICE, Way.ROLL)),
        "waiting": [one.name for one in waiting],
        "roll": [{"id": str(one.id), "name": one.name} for one in waiting] if Way.ROLL in vote.ways else [],
        "counted": [
            {"way": t(f"meetings.hall_by_{way}", lang),
             "tellers": [member_name(place.members, one) for one in vote.tellers],
             "n": len(vote.counts.get(way, {})), "agreed": votes.agreed(vote, way) is not None}
            for way in vote.ways if way in votes.COUNTED
        ],
        "casts": seen.part.presides and vote.state == "tied",
    }  # fmt: skip
