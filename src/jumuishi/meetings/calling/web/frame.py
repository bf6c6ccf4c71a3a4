"""What the pages share: who may enter, an act that ends in a page again, a meeting in words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse

from jumuishi.identity import public as identity
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.calling import queries, saying
from jumuishi.meetings.calling.policies import meeting_thing
from jumuishi.meetings.models import Body, Meeting
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.meetings.web import answering
from jumuishi.meetings.web.answering import prefix


def body_here(request: HttpRequest, body_id: UUID) -> Body:
    """A body of one's institution, for whoever keeps its meetings; for everybody else it is not there."""
    actor = actor_of(request)
    found = queries.body_of(actor, body_id)
    thing = Thing("meeting_body", body_id, found.institution_id if found else None)
    if found is None or not identity.may(actor, "meetings.meeting.keep", thing):
        raise Http404
    return found


def meeting_here(request: HttpRequest, meeting_id: UUID) -> Meeting:
    """A meeting, likewise."""
    actor = actor_of(request)
    found = queries.meeting_of(actor, meeting_id)
    if found is None or not identity.may(actor, "meetings.meeting.keep", meeting_thing(found)):
        raise Http404
    return found


def head_of(meeting: Meeting, lang: str) -> dict[str, Any]:
    """What stands over every page of a meeting."""
    zone = institutions.working_time(meeting.institution_id).zone
    return {
        "id": meeting.id,
        "here": f"{prefix()}/ofisi/mabaraza/mkutano/{meeting.id}/",
        "up": f"{prefix()}/ofisi/mabaraza/{meeting.body_id}/vikao/",
        "mine": f"{prefix()}/mimi/vikao/{meeting.id}/",
        "body": meeting.body.name.get(lang, ""),
        "name": naming.name_of(meeting, lang),
        "at": say_instant(meeting.starts_at, lang, zone),
        "until": say_instant(meeting.ends_at, lang, zone),
        "place": meeting.place,
        "state": meeting.state,
        "state_name": t(f"meetings.call_state_{meeting.state}", lang),
        "openness": t("meetings.call_open" if meeting.is_public else "meetings.call_closed", lang),
        "reason": meeting.reason,
        "zone": zone,
    }


def attempt(verb: Callable[[], Any]) -> str:
    """Do it; what to tell the person when it was refused, empty when it was done."""
    try:
        verb()
    except RefusedError as error:
        return saying.refusal(error, language())
    return ""


def page(request: HttpRequest, template: str, context: dict[str, Any], message: str = "") -> HttpResponse:
    """A page of this room, kept by nobody; with a message it answers what could not be done."""
    answer = answering.page(request, f"meetings/{template}.html", context, message)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def instant(institution_id: UUID, day: str, hour: str) -> datetime | None:
    """A day and an hour as a form gives them, in the institution's time."""
    zone = ZoneInfo(institutions.working_time(institution_id).zone)
    try:
        return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=zone)
    except ValueError:
        return None


def id_in(text: str) -> UUID:
    """An id as a form gives it; one that nothing has, where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
