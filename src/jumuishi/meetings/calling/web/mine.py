"""/mimi/vikao/: a member's own meetings, the notice of one, receipt, apology; the address of one's calendar."""

import json
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from jumuishi.identity import public as identity
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.spoken import say_bytes, say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.calling import feeds, queries, serving
from jumuishi.meetings.calling.in_force import orders_of
from jumuishi.meetings.calling.models import Apology, Service
from jumuishi.meetings.calling.platform import as_system
from jumuishi.meetings.calling.web.desk import agenda_of
from jumuishi.meetings.calling.web.frame import attempt, head_of, page
from jumuishi.meetings.models import Meeting, Member
from jumuishi.meetings.orders.types import Rule
from jumuishi.meetings.orders.words import quoted
from jumuishi.meetings.papers import queries as papers
from jumuishi.meetings.papers.words import paper_words
from jumuishi.meetings.sitting.places import state_of
from jumuishi.meetings.web.answering import done, prefix

PAGE = 20


@access(KnownPerson)
def listed(request: HttpRequest) -> HttpResponse:
    """The meetings of the bodies one sits in, the newest first; what waits for one's word says so."""
    who, lang = actor_of(request).who, language()
    with as_system():
        seats = queries.seats_of(who, institutions.today())
        rows = queries.of_members(seats).order_by("-starts_at", "id") if seats else Meeting.objects.none()
        found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        zones = {one: institutions.working_time(one).zone for one in {row.institution_id for row in found}}
        lines = [_row(one, zones[one.institution_id], lang) for one in found]
    context = {
        "rows": lines, "page": found, "query": "", "seats": [naming.body_name(one.body, lang) for one in seats],
        "has_feed": feeds.has_feed(who), "here": f"{prefix()}/mimi/vikao/",
    }  # fmt: skip
    return page(request, "calling/mine", context)


def _row(one: Any, zone: str, lang: str) -> dict[str, Any]:
    newest = next((service for told in one.called_by for service in told.mine), None)
    waits = one.state == Meeting.State.CALLED and newest is not None and newest.acknowledged_at is None
    return {
        "url": f"{prefix()}/mimi/vikao/{one.id}/", "name": naming.name_of(one, lang), "place": one.place,
        "at": say_instant(one.starts_at, lang, zone), "waits": waits,
        "state": t(f"meetings.call_state_{one.state}", lang),
    }  # fmt: skip


def entered(request: HttpRequest, meeting_id: UUID) -> tuple[Meeting, Member]:
    """The meeting and one's own seat; for whoever is no member, and before members were called, it is not there."""
    try:
        meeting, member = serving.seat_in(actor_of(request), meeting_id)
    except NotAllowedError:
        raise Http404 from None
    if meeting.called_at is None:
        raise Http404
    return meeting, member


def newest_of(meeting: Meeting, member: Member) -> Service | None:
    """The newest notice that the member was sent: read as the system."""
    rows = Service.objects.filter(notice__meeting=meeting, member=member).select_related("notice__ordered_by")
    return rows.order_by("-notice__sequence").first()


@access(KnownPerson)
def one(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The notice and the agenda; that they were before the member's eyes is kept."""
    meeting, member = entered(request, meeting_id)
    return page(request, "calling/notice", context_of(actor_of(request), meeting, member))


def context_of(actor: Actor, meeting: Meeting, member: Member) -> dict[str, Any]:
    """All that the page says."""
    lang = language()
    with as_system():
        service = newest_of(meeting, member)
        items = queries.items_of(meeting)
        _, orders = orders_of(meeting, institutions.today())
        apology = Apology.objects.filter(meeting=meeting, member=member, withdrawn_at=None).first()
        m = head_of(meeting, lang)
        readable = papers.readable(papers.papers_of(meeting), meeting, member)
    mine = str(member.id)
    said = {UUID(one["item"]) for one in state_of(meeting).interests if one["member"] == mine}
    if service is not None and service.opened_at is None:
        serving.open_notice(actor=actor, service_id=service.id)
    told = service.notice if service else None
    sections = [one for one in agenda_of(items, orders, lang) if one["items"] or one.get("own")]
    for section in sections:
        for item in section["items"]:
            own = [one for one in readable if one.item_id == item["id"]]
            item["papers"] = [paper_words(one, lang, f"{m['mine']}nyaraka/") for one in own]
            item["is_mine"] = item["id"] in said
    return {
        "m": m,
        "once": new_id(),
        "has_papers": bool(readable),
        "size": say_bytes(sum(one.size for one in readable), lang),
        "member": member.name,
        "sections": sections,
        "is_ahead": meeting.state == Meeting.State.CALLED,
        "waits": service is not None and service.acknowledged_at is None and meeting.state == Meeting.State.CALLED,
        "got_at": say_instant(service.acknowledged_at, lang, m["zone"]) if service and service.acknowledged_at else "",
        "has_proof": service is not None and service.journal_id is not None,
        "what": t(f"meetings.call_what_{told.what}", lang) if told else "",
        "told_at": say_instant(told.at, lang, m["zone"]) if told else "",
        "why": told.reason if told else "",
        "ordered_by": told.ordered_by.name if told and told.ordered_by else "",
        "rule": quoted(Rule(**told.rule), lang) if told and told.rule else "",
        "apology": apology.reason if apology else "",
    }


@access(KnownPerson)
@require_POST
def act(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """I have it; I will not come, because; I will come after all."""
    meeting, member = entered(request, meeting_id)
    actor, do, reason = actor_of(request), request.POST.get("do", ""), request.POST.get("reason", "").strip()
    if do == "got":
        with as_system():
            service = newest_of(meeting, member)
        if service is None:
            raise Http404
        message = attempt(lambda: serving.acknowledge(actor=actor, service_id=service.id))
    elif do == "apologise":
        message = attempt(lambda: serving.apologise(actor=actor, meeting_id=meeting.id, reason=reason))
    elif do == "come":
        message = attempt(lambda: serving.withdraw_apology(actor=actor, meeting_id=meeting.id))
    else:
        raise Http404
    if message:
        return page(request, "calling/notice", context_of(actor, meeting, member) | {"typed": reason}, message)
    return done(request, f"/mimi/vikao/{meeting.id}/", f"meetings.call_done_{do}")


@access(KnownPerson)
def proof(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The receipt that one acknowledged the notice, as a file that is checked without us."""
    meeting, member = entered(request, meeting_id)
    with as_system():
        service = newest_of(meeting, member)
        found = serving.proof_of(service) if service else None
    if found is None:
        raise Http404
    answer = HttpResponse(json.dumps(found, indent=1), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="taarifa-{meeting.number}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@access(KnownPerson)
@require_POST
def calendar(request: HttpRequest) -> HttpResponse:
    """Make the secret address of one's calendar, shown this once; or take it back."""
    actor, here = actor_of(request), f"{prefix()}/mimi/vikao/"
    if request.POST.get("do") == "end":
        feeds.end_feed(actor=actor)
        return done(request, "/mimi/vikao/", "meetings.call_done_feed_end")
    token = feeds.make_feed(actor=actor)
    link = identity.link_to(f"/vikao/kalenda/{token}.ics", language())
    return page(request, "calling/feed", {"link": link, "here": here})
