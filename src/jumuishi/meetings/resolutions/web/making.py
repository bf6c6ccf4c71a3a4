"""/ofisi/mabaraza/mkutano/<id>/maazimio/: the decisions of a meeting, and who is to carry each out."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings.minutes.queries import part_at_office
from jumuishi.meetings.minutes.source import SYSTEM
from jumuishi.meetings.minutes.web.frame import heading_of
from jumuishi.meetings.models import Body
from jumuishi.meetings.resolutions import making
from jumuishi.meetings.resolutions.types import ResolutionError
from jumuishi.meetings.resolutions.web.frame import attempt, day_of, done, page
from jumuishi.meetings.web.answering import uuid_of


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The decisions; a form for each that nobody has to do yet."""
    actor, lang, message = actor_of(request), language(), ""
    part = part_at_office(actor, meeting_id)
    if part is None:
        raise Http404
    here = f"/ofisi/mabaraza/mkutano/{meeting_id}/maazimio/"
    typed = {key: request.POST.get(key, "") for key in ("decision", "to", "due", "budget_line")}
    if request.method == "POST" and not part.keeps:
        raise Http404
    if request.method == "POST":
        kind, _, key = typed["to"].partition(":")
        decision, due = uuid_of(typed["decision"]), day_of(typed["due"])

        def make() -> Any:
            if decision is None:
                raise ResolutionError("no_decision")
            if due is None:
                raise ResolutionError("no_date")
            wanted = making.Wanted(
                owner=kind, due_on=due, budget_line=typed["budget_line"],
                unit=uuid_of(key) if kind == "unit" else None, person=uuid_of(key) if kind == "person" else None,
            )  # fmt: skip
            return making.make_resolution(actor=actor, meeting_id=meeting_id, decision=decision, wanted=wanted)

        message = attempt(make)
        if not message:
            return done(request, here, "make")
    with tenancy.acting_as(SYSTEM):
        decided = making.decided_in(part.meeting)
    home = part.meeting.institution_id
    context = {
        **heading_of(part.meeting), "here": here, "keeps": part.keeps, "rows": decided, "typed": typed,
        "is_session": part.meeting.body.what == Body.What.SESSION,
        "units": [{"key": key, "label": name[lang]} for key, name in institutions.units_of(home)],
        "people": [
            {"key": one.person_id, "label": f"{one.name}, {one.title[lang]}"} for one in institutions.people_in(home)
        ],
    }  # fmt: skip
    return page(request, "decisions", context, message)
