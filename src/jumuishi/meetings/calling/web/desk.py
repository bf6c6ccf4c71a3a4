"""The secretary's page of one meeting: its agenda, the call, who apologised; and what its buttons do."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings import matters
from jumuishi.meetings.calling import agenda, calls, planning, queries, rules, saying
from jumuishi.meetings.calling.in_force import orders_of
from jumuishi.meetings.calling.web.frame import attempt, head_of, id_in, meeting_here, page
from jumuishi.meetings.models import Item, Meeting
from jumuishi.meetings.orders import words
from jumuishi.meetings.orders.types import Kind, Orders, RefusedError
from jumuishi.meetings.questions.queries import counts
from jumuishi.meetings.web.answering import done

TYPED = ("reason", "title_sw", "title_en", "section", "decision", "ordered_by")
ASKED = ("call", "urgent", "cancel")


def agenda_of(
    items: list[Item], orders: Orders | None, lang: str, paths: Mapping[UUID, matters.Paths] | None = None
) -> list[dict[str, Any]]:
    """The agenda by its sections, in words; a section that nothing is in yet is there too, without a number."""
    known = list(orders.order) if orders else []
    found: dict[str, dict[str, Any]] = {
        one.key: {"key": one.key, "n": "", "name": one.name[lang], "items": [], "comes": one.comes} for one in known
    }
    for item in items:
        section = found.setdefault(item.section, {"key": item.section, "n": "", "name": item.section, "items": []})
        section["n"] = item.number.partition(".")[0]
        if item.thing == agenda.SECTION:
            section["own"] = item.id
        else:
            section["items"].append(item_words(item, lang) | {"paths": (paths or {}).get(item.thing_id or item.id)})
    return list(found.values())


def item_words(item: Item, lang: str) -> dict[str, Any]:
    """An item as a page shows it."""
    return {
        "id": item.id,
        "number": item.number,
        "title": item.title.get(lang, ""),
        "is_closed": item.is_closed,
        "is_late": item.late_at is not None,
        "decision": words.decision_name(item.decision, lang) if item.decision else "",
    }


def _orders(meeting: Meeting) -> Orders | None:
    try:
        return orders_of(meeting, institutions.today())[1]
    except RefusedError:
        return None


def _when_to_call(meeting: Meeting, orders: Orders | None, zone: str, lang: str) -> tuple[str, str]:
    """Until when the notice is in time; or why it can't be served in the usual way."""
    if meeting.state != Meeting.State.PLANNED:
        return "", ""
    if orders is None:
        return "", words.refusal(RefusedError("not_entered", missing="orders"), lang)
    works = institutions.working_time(meeting.institution_id)
    try:
        _, until = rules.check_notice(orders, Kind(meeting.kind), meeting.starts_at, clock.now(), works)
    except RefusedError as error:
        return "", saying.refusal(error, lang)
    return say_instant(until, lang, zone), ""


def context_of(meeting: Meeting, lang: str, actor: Actor) -> dict[str, Any]:
    """All that the page says."""
    m, orders, items = head_of(meeting, lang), _orders(meeting), queries.items_of(meeting)
    until, why_not = _when_to_call(meeting, orders, m["zone"], lang)
    notices = queries.notices_of(meeting)
    lines = queries.served(notices[0]) if notices else []
    ahead = meeting.state in queries.AHEAD
    roles = orders.emergency.roles if orders and orders.emergency else ()
    can_order = []
    if why_not and roles:
        members = queries.members_of(meeting.body, institutions.today())
        can_order = [{"id": one.id, "name": one.name} for one in members if one.role in roles]
    asked, unanswered = counts(meeting)
    return {
        "m": m,
        "asked": asked,
        "unanswered": unanswered,
        "sections": agenda_of(items, orders, lang, matters.paths(actor, meeting, items)),
        "n": len(items),
        "choices": [{"key": one.key, "name": one.name[lang]} for one in orders.order] if orders else [],
        "decisions": [(one, words.decision_name(one, lang)) for one in orders.majorities] if orders else [],
        "may_arrange": meeting.state == Meeting.State.PLANNED,
        "may_add": ahead and orders is not None,
        "may_change": ahead,
        "call_until": until,
        "why_not": why_not,
        "can_order": can_order,
        "apologies": [
            {"name": one.member.name, "reason": one.reason, "at": say_instant(one.at, lang, m["zone"])}
            for one in queries.apologies_of(meeting)
        ],
        "served": sum(line.at is not None for line in lines),
        "members_called": len(lines),
        "is_called": bool(notices),
    }


@access(Officer)
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting as its secretary sees it."""
    return page(
        request, "calling/meeting", context_of(meeting_here(request, meeting_id), language(), actor_of(request))
    )


@access(Officer)
@require_POST
def act(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """What a button of the page asks for; a grave one is asked once more first."""
    found, lang, post = meeting_here(request, meeting_id), language(), request.POST
    do, typed = post.get("do", ""), {name: post.get(name, "").strip() for name in TYPED}
    if "back" in post:
        return page(request, "calling/meeting", context_of(found, lang, actor_of(request)) | {"typed": typed})
    if do in ASKED and "sure" not in post and (do != "cancel" or typed["reason"]):
        return _ask(request, found, do, typed, lang)
    message = attempt(_verb(request, found, do, typed))
    if message:
        found.refresh_from_db()
        context = context_of(found, lang, actor_of(request)) | {"typed": typed, "failed": do}
        return page(request, "calling/meeting", context, message)
    return done(request, f"/ofisi/mabaraza/mkutano/{meeting_id}/", f"meetings.call_done_{do}")


def _verb(request: HttpRequest, found: Meeting, do: str, typed: dict[str, str]) -> Callable[[], Any]:
    actor, id_, item = actor_of(request), found.id, id_in(request.POST.get("item", ""))
    title = {"sw": typed["title_sw"], "en": typed["title_en"]}
    verbs: dict[str, Callable[[], Any]] = {
        "fill": lambda: agenda.fill_agenda(actor=actor, meeting_id=id_),
        "up": lambda: agenda.move_item(actor=actor, meeting_id=id_, item_id=item, up=True),
        "down": lambda: agenda.move_item(actor=actor, meeting_id=id_, item_id=item, up=False),
        "drop": lambda: agenda.drop_item(actor=actor, meeting_id=id_, item_id=item),
        "close": lambda: agenda.close_item(actor=actor, meeting_id=id_, item_id=item, is_closed=True),
        "open": lambda: agenda.close_item(actor=actor, meeting_id=id_, item_id=item, is_closed=False),
        "add": lambda: agenda.add_item(
            actor=actor, meeting_id=id_, section=typed["section"], title=title, decision=typed["decision"],
            is_closed="closed" in request.POST,
        ),
        "call": lambda: calls.call_members(actor=actor, meeting_id=id_),
        "urgent": lambda: calls.call_urgently(
            actor=actor, meeting_id=id_, ordered_by=id_in(typed["ordered_by"]), reason=typed["reason"]
        ),
        "cancel": lambda: planning.cancel_meeting(actor=actor, meeting_id=id_, reason=typed["reason"]),
    }  # fmt: skip
    if do not in verbs:
        raise Http404
    return verbs[do]


def _ask(request: HttpRequest, found: Meeting, do: str, typed: dict[str, str], lang: str) -> HttpResponse:
    m = head_of(found, lang)
    n = len(queries.members_of(found.body, institutions.today()))
    context = {
        "m": m,
        "heading": t(f"meetings.call_ask_{do}", lang),
        "lines": [t(f"meetings.call_means_{do}", lang, n=n), *([typed["reason"]] if typed["reason"] else [])],
        "yes": t(f"meetings.call_yes_{do}", lang),
        "carried": [("do", do), *((key, value) for key, value in typed.items() if value)],
    }
    return page(request, "calling/confirm", context)
