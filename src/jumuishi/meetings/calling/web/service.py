"""The secretary's page of a notice: what was sent to each member, what came of it, who is to be served by when."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.calling import queries, saying, serving
from jumuishi.meetings.calling.web.frame import attempt, head_of, id_in, meeting_here, page
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.orders.types import Rule
from jumuishi.meetings.orders.words import quoted
from jumuishi.meetings.web.answering import done

PAGE = 50


@access(Officer)
def notice(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The newest notice, or an earlier one by its number, line by line; who is not served yet comes first."""
    found = meeting_here(request, meeting_id)
    return page(request, "calling/service", _context(request, found))


@access(Officer)
@require_POST
def act(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Given by hand, or sent again to whom it has not reached."""
    found, actor, do = meeting_here(request, meeting_id), actor_of(request), request.POST.get("do", "")
    how, service = request.POST.get("how", "").strip(), id_in(request.POST.get("service", ""))
    if do == "hand":
        message = attempt(lambda: serving.give_by_hand(actor=actor, meeting_id=found.id, service_id=service, how=how))
    elif do == "again":
        message = attempt(lambda: serving.send_again(actor=actor, meeting_id=found.id))
    else:
        raise Http404
    if message:
        return page(request, "calling/service", _context(request, found) | {"wrong": service}, message)
    return done(request, f"/ofisi/mabaraza/mkutano/{found.id}/wito/", f"meetings.call_done_{do}")


def _context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    lang, notices, now = language(), queries.notices_of(meeting), clock.now()
    if not notices:
        raise Http404
    asked = request.GET.get("taarifa", "")
    m, told = head_of(meeting, lang), next((one for one in notices if str(one.sequence) == asked), notices[0])
    lines = sorted(queries.served(told), key=lambda one: one.at is not None)
    shown = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    owner = identity.people([told.by]).get(told.by)
    open_ones = sum(one.at is None for one in lines)
    return {
        "m": m,
        "what": t(f"meetings.call_what_{told.what}", lang),
        "at": say_instant(told.at, lang, m["zone"]),
        "serve_by": say_instant(told.serve_by, lang, m["zone"]),
        "is_past": now > told.serve_by,
        "rule": quoted(Rule(**told.rule), lang) if told.rule else "",
        "ordered_by": told.ordered_by.name if told.ordered_by else "",
        "reason": told.reason,
        "owner": owner.name if owner else "",
        "left": open_ones,
        "n": len(lines),
        "rows": [_line(one, told.serve_by, m["zone"], lang) for one in shown],
        "page": shown,
        "query": f"taarifa={told.sequence}" if told is not notices[0] else "",
        "may_serve": meeting.state == Meeting.State.CALLED and told is notices[0],
        "item": f"{told.item.number} {told.item.title.get(lang, '')}" if told.item else "",
        "before": [
            {
                "what": t(f"meetings.call_what_{one.what}", lang),
                "at": say_instant(one.at, lang, m["zone"]),
                "url": f"{m['here']}wito/?taarifa={one.sequence}",
            }
            for one in notices
            if one is not told
        ],
    }


def _line(one: queries.Served, serve_by: Any, zone: str, lang: str) -> dict[str, Any]:
    return {
        "id": one.service.id,
        "name": one.member.name,
        "seat": one.member.seat,
        "sent": [saying.sent_words("sms", one.sms, lang), saying.sent_words("mail", one.mail, lang)],
        "how": saying.how_words(one, lang),
        "at": say_instant(one.at, lang, zone) if one.at else "",
        "is_served": one.at is not None,
        "is_late": one.at is not None and one.at > serve_by,
    }
