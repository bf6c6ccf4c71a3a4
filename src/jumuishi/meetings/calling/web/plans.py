"""/ofisi/mabaraza/BODY/vikao/: a body's meetings, a new one, another time or place for one."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.bodies.queries import edition_on
from jumuishi.meetings.calling import planning, queries
from jumuishi.meetings.calling.web.frame import attempt, body_here, head_of, instant, meeting_here, page
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.orders.types import Kind
from jumuishi.meetings.web.answering import done, prefix

PAGE = 25
FIELDS = ("kind", "day", "hour", "until", "place", "title_sw", "title_en", "public", "reason")


@access(Officer)
def listed(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """A body's meetings, the newest first."""
    body, lang = body_here(request, body_id), language()
    zone = institutions.working_time(body.institution_id).zone
    found = Paginator(queries.meetings_of(body), PAGE).get_page(request.GET.get("page"))
    context = {
        "body": naming.body_name(body, lang),
        "here": f"{prefix()}/ofisi/mabaraza/{body.id}/vikao/",
        "rows": [_row(one, body, lang, zone) for one in found],
        "page": found,
        "query": "",
        "has_orders": edition_on(body, institutions.today()) is not None,
        "public_feed": f"{prefix()}/vikao/kalenda/baraza/{body.id}.ics" if body.is_public else "",
    }
    return page(request, "calling/list", context)


def _row(one: Meeting, body: Any, lang: str, zone: str) -> dict[str, Any]:
    one.body = body
    return {
        "url": f"{prefix()}/ofisi/mabaraza/mkutano/{one.id}/",
        "name": naming.name_of(one, lang),
        "at": say_instant(one.starts_at, lang, zone),
        "place": one.place,
        "state": t(f"meetings.call_state_{one.state}", lang),
    }


def _kinds(lang: str) -> list[tuple[str, str]]:
    return [(one.value, t(f"meetings.kind_{one.value}", lang)) for one in Kind]


@access(Officer)
def new(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Plan a meeting: its kind, when, where, open or closed."""
    body, lang, message = body_here(request, body_id), language(), ""
    given = {name: request.POST.get(name, "").strip() for name in FIELDS}
    made: list[UUID] = []
    if request.method == "POST":
        starts = instant(body.institution_id, given["day"], given["hour"])
        ends = instant(body.institution_id, given["day"], given["until"])
        if starts is None or ends is None or given["kind"] not in set(Kind):
            message = t("meetings.no_when", lang)
        else:
            message = attempt(
                lambda: made.append(
                    planning.plan_meeting(
                        actor=actor_of(request), body_id=body.id, kind=Kind(given["kind"]), starts_at=starts,
                        ends_at=ends, place=given["place"], is_public=given["public"] == "1",
                        title={"sw": given["title_sw"], "en": given["title_en"]},
                    )
                )
            )  # fmt: skip
        if made:
            return done(request, f"/ofisi/mabaraza/mkutano/{made[0]}/", "meetings.call_done_plan")
    context = {
        "body": naming.body_name(body, lang), "up": f"{prefix()}/ofisi/mabaraza/{body.id}/vikao/",
        "kinds": _kinds(lang), "given": given, "is_new": True,
    }  # fmt: skip
    return page(request, "calling/plan", context, message)


@access(Officer)
def change(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Another time or place; members who were called are told."""
    meeting, lang, message = meeting_here(request, meeting_id), language(), ""
    zone = ZoneInfo(institutions.working_time(meeting.institution_id).zone)
    starts, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    given = {
        "day": f"{starts:%Y-%m-%d}", "hour": f"{starts:%H:%M}", "until": f"{ends:%H:%M}", "place": meeting.place,
        "reason": "",
    }  # fmt: skip
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        starts_at = instant(meeting.institution_id, given["day"], given["hour"])
        ends_at = instant(meeting.institution_id, given["day"], given["until"])
        if starts_at is None or ends_at is None:
            message = t("meetings.no_when", lang)
        else:
            message = attempt(
                lambda: planning.change_meeting(
                    actor=actor_of(request), meeting_id=meeting.id, starts_at=starts_at, ends_at=ends_at,
                    place=given["place"], reason=given["reason"],
                )
            )  # fmt: skip
        if not message:
            return done(request, f"/ofisi/mabaraza/mkutano/{meeting.id}/", "meetings.call_done_change")
    m = head_of(meeting, lang)
    context = {
        "m": m, "body": m["body"], "up": m["here"], "given": given, "is_new": False,
        "is_called": meeting.state == Meeting.State.CALLED,
    }  # fmt: skip
    return page(request, "calling/plan", context, message)
