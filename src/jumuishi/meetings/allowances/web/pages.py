"""/ofisi/mabaraza/mkutano/<id>/posho/: the sheet of a meeting, agreed by two; a body's rates with their sources."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from jumuishi.channels import sheets as answers
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.spoken import say_clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.allowances import actions, reckoning
from jumuishi.meetings.minutes.source import SYSTEM, meeting_by_id
from jumuishi.meetings.minutes.web.frame import heading_of
from jumuishi.meetings.models import Body, Meeting, Rate, Sheet
from jumuishi.meetings.orders.shape import ROLES
from jumuishi.meetings.orders.words import role_name
from jumuishi.meetings.web.answering import prefix

COLUMNS = ("name", "role", "came", "left", "minutes", "late", "left_early", "way", "excused", "amount", "currency",
           "source")  # fmt: skip


def _attempt(verb: Callable[[], object]) -> str:
    try:
        verb()
    except actions.AllowanceError as error:
        return t(f"meetings.allow_no_{error.code}", language())
    return ""


def _meeting(request: HttpRequest, meeting_id: UUID) -> Meeting:
    """For who proposes and who agrees; for everybody else it is not there."""
    with tenancy.acting_as(SYSTEM):
        meeting = meeting_by_id(meeting_id)
        thing = actions.allowance_thing(meeting.institution_id, meeting.id) if meeting else None
        if meeting is None or thing is None or not identity.may(actor_of(request), "meetings.allowance.read", thing):
            raise Http404
        if meeting.state != Meeting.State.ENDED:
            raise Http404
        return meeting


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The lines; propose, agree."""
    meeting, actor, message = _meeting(request, meeting_id), actor_of(request), ""
    here = f"/ofisi/mabaraza/mkutano/{meeting_id}/posho/"
    if request.method == "POST":
        given: dict[str, Any] = {"actor": actor, "meeting_id": meeting_id}
        sha256 = request.POST.get("sha256", "")
        if request.POST.get("do") == "agree":
            message = _attempt(lambda: actions.agree(**given, sha256=sha256))
        else:
            message = _attempt(lambda: actions.propose(**given))
        if not message:
            return HttpResponseRedirect(prefix() + here)
    with tenancy.acting_as(SYSTEM):
        kept = Sheet.objects.filter(meeting=meeting).first()
        rows = kept.rows if kept else actions.rows_of(meeting)
    thing = actions.allowance_thing(meeting.institution_id, meeting.id)
    context = {
        **heading_of(meeting), "prefix": prefix(), "here": here, "message": message, "body_id": meeting.body_id,
        "rows": [_shown(one, meeting) for one in rows], "total": reckoning.total(rows), "sheet": kept,
        "may_propose": (kept is None or kept.agreed_at is None)
        and identity.may(actor, "meetings.allowance.propose", thing),
        "may_agree": kept is not None and kept.agreed_at is None and kept.proposed_by != actor.who
        and identity.may(actor, "meetings.allowance.agree", thing),
    }  # fmt: skip
    return render(request, "meetings/allowances/sheet.html", context, status=400 if message else 200)


def _shown(row: dict[str, Any], meeting: Meeting) -> dict[str, Any]:
    zone, lang = institutions.working_time(meeting.institution_id).zone, language()

    def hour(text: str) -> str:
        return say_clock(datetime.fromisoformat(text), lang, zone) if text else ""

    return {**row, "came": hour(row["came"]), "left": hour(row["left"]), "role": role_name(row["role"], lang)}


@access(Officer)
@require_GET
def file(request: HttpRequest, meeting_id: UUID, kind: str) -> HttpResponseBase:
    """The sheet that two agreed on, as CSV or a workbook."""
    meeting = _meeting(request, meeting_id)
    if kind not in ("csv", "xlsx"):
        raise Http404
    try:
        rows = actions.export(actor=actor_of(request), meeting_id=meeting_id)
    except actions.AllowanceError:
        raise Http404 from None
    head = [t(f"meetings.allow_col_{one}", language()) for one in COLUMNS]
    lines = [[_cell(one[column]) for column in COLUMNS] for one in rows]
    return answers.answer(f"posho-{meeting.number}", kind, head, lines)


def _cell(value: object) -> object:
    return t("meetings.res_yes" if value else "meetings.res_no", language()) if isinstance(value, bool) else value


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def rates(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """What a sitting is worth to each role, each amount with its source and the day from which it counts."""
    actor, lang, message = actor_of(request), language(), ""
    body = Body.objects.filter(id=body_id, institution_id=actor.workplace).first()
    thing = actions.allowance_thing(actor.workplace, body_id)
    if body is None or not identity.may(actor, "meetings.allowance.read", thing):
        raise Http404
    may_enter = identity.may(actor, "meetings.allowance.agree", thing)
    typed = {key: request.POST.get(key, "").strip() for key in ("role", "amount", "source", "from_on")}
    if request.method == "POST":
        message = _attempt(lambda: _enter(request, body_id, typed))
        if not message:
            return HttpResponseRedirect(f"{prefix()}/ofisi/mabaraza/{body_id}/posho/")
    rows = Rate.objects.filter(institution_id=actor.workplace, body=body).order_by("role", "-from_on")
    context = {
        "prefix": prefix(), "message": message, "body": body.name.get(lang, ""), "may_enter": may_enter, "typed": typed,
        "rows": [{"role": role_name(one.role, lang), "amount": one.amount, "currency": one.currency,
                  "source": one.source, "from_on": one.from_on.isoformat()} for one in rows],
        "roles": [{"key": one, "label": role_name(one, lang)} for one in ROLES],
    }  # fmt: skip
    return render(request, "meetings/allowances/rates.html", context, status=400 if message else 200)


def _enter(request: HttpRequest, body_id: UUID, typed: dict[str, str]) -> None:
    if not typed["amount"].isdecimal() or typed["role"] not in ROLES:
        raise actions.AllowanceError("bad_amount")
    try:
        day = date.fromisoformat(typed["from_on"])
    except ValueError:
        raise actions.AllowanceError("bad_day") from None
    actions.enter_rate(
        actor=actor_of(request), body_id=body_id, role=typed["role"], amount=int(typed["amount"][:10]),
        source=typed["source"], from_on=day,
    )  # fmt: skip
