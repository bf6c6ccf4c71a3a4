"""/ofisi/mabaraza/mihtasari/: meetings that have ended, and with whom the minutes of each lie since when."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from jumuishi.channels.context import add_desk
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_date, say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.minutes import sending
from jumuishi.meetings.minutes.web.frame import page
from jumuishi.meetings.models import Meeting, Minutes

PAGE = 25


def may_read(request: HttpRequest) -> bool:
    """Whether whoever asks keeps or answers for minutes where they work."""
    actor = actor_of(request)
    if actor.institution_id is None:
        return False
    return identity.may(actor, "meetings.minutes.read", Thing("minutes", actor.institution_id, actor.institution_id))


add_desk(38, "meetings.minutes_desk", "/ofisi/mabaraza/mihtasari/", may_read, group="work")


@access(Officer)
@require_GET
def minutes(request: HttpRequest) -> HttpResponse:
    """The newest meeting first; as many queries for one as for a full page."""
    if not may_read(request):
        raise Http404
    actor, lang = actor_of(request), language()
    zone = institutions.working_time(actor.workplace).zone
    rows = Meeting.objects.filter(institution_id=actor.workplace, state=Meeting.State.ENDED)
    rows = rows.select_related("body", "edition")
    found = Paginator(rows.order_by("-starts_at", "id"), PAGE).get_page(request.GET.get("page"))
    meetings = list(found.object_list)
    kept = {one.meeting_id: one for one in Minutes.objects.filter(meeting__in=meetings).defer("paragraphs")}
    unsent = set(sending.unsent().filter(meeting__in=meetings).values_list("meeting_id", flat=True))

    def shown(one: Meeting) -> dict[str, Any]:
        row = kept.get(one.id)
        waits = row is not None and row.state != Minutes.State.CONFIRMED
        waits = waits or (one.id in unsent and sending.names_somebody(one))
        return {
            "id": one.id,
            "body": one.body.name.get(lang, ""),
            "number": one.number,
            "day": say_date(one.starts_at.astimezone(ZoneInfo(zone)).date(), lang, weekday=False),
            "state": t(f"meetings.minutes_state_{row.state if row else 'none'}", lang),
            "owner": t(f"meetings.minutes_owner_{row.state}", lang) if row and waits else "",
            "since": say_instant(row.waits_since, lang, zone) if row and waits else "",
        }

    context = {"rows": [shown(one) for one in meetings], "page": found, "query": ""}
    return page(request, "list", context)
