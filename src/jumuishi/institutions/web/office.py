"""The office's pages: the authority's queue, an institution's people, its calendar."""

from datetime import time
from typing import Any
from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Authority, Officer, access, actor_of
from jumuishi.identity.types import Actor, ActorKind, Invitation, Thing
from jumuishi.institutions import actions, invitations, queries
from jumuishi.institutions.models import Institution
from jumuishi.institutions.types import InstitutionError
from jumuishi.institutions.web.forms import DelegateForm, HolidayForm, StaffForm, UnitForm
from jumuishi.kernel import files, tenancy
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def _home(actor: Actor) -> UUID:
    assert actor.institution_id is not None  # noqa: S101  # Officer admits nobody without
    return actor.institution_id


def _link(request: HttpRequest, invited: Invitation) -> str:
    return request.build_absolute_uri(f"/ofisi/karibu/{invited.token}/") if invited.token else ""


@access(Authority)
def queue(request: HttpRequest) -> HttpResponse:
    """Requests to join, oldest first; approve, refuse, and invite the head of what was approved."""
    actor, lang = actor_of(request), language()
    context: dict[str, Any] = {}
    if request.method == "POST":
        do = request.POST.get("do")
        try:
            one = UUID(request.POST.get("institution", ""))
            if do == "approve":
                actions.approve(actor=actor, institution_id=one)
            elif do == "refuse":
                actions.refuse(actor=actor, institution_id=one, reason=request.POST.get("reason", ""))
            elif do == "head":
                invited = invitations.invite_head(actor=actor, institution_id=one)
                context = {"invited": True, "link": _link(request, invited)}
        except (ValueError, Institution.DoesNotExist) as error:
            raise Http404 from error
        except InstitutionError as error:
            context["message"] = t(error.code, lang)
        if not context:
            return HttpResponseRedirect(request.path)
    with tenancy.acting_as(actions.SYSTEM):
        headless = queries.without_head()
    rows = [{"row": row, "kind": t(f"institutions.kind_{row.kind}", lang)} for row in queries.asked()]
    return render(request, "institutions/queue.html", {**context, "rows": rows, "headless": headless})


@access(Authority)
def letter(request: HttpRequest, institution_id: UUID) -> HttpResponseBase:  # noqa: ARG001  # the shape of a view
    """The signed letter, as a download: never shown inside our own pages."""
    row = Institution.objects.filter(id=institution_id).first()
    if row is None or row.letter_file is None:
        raise Http404
    answer = StreamingHttpResponse(files.read(row.letter_file), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="barua-{row.slug}"'
    return answer


@access(Officer)
def people(request: HttpRequest) -> HttpResponse:
    """Staff, units, invitations; every officer may lend its own roles."""
    actor, lang = actor_of(request), language()
    home = _home(actor)
    leads = identity.may(actor, "institutions.staff.manage", Thing("institution", home, home))
    staff, units = queries.people_in(home), queries.units_of(home)
    do = request.POST.get("do", "")
    forms = {
        "staff": StaffForm(request.POST if do == "staff" else None, lang=lang, prefix="s"),
        "lend": DelegateForm(request.POST if do == "lend" else None, lang=lang, prefix="l"),
        "unit": UnitForm(request.POST if do == "unit" else None, lang=lang, prefix="u"),
    }
    forms["staff"].fields["unit"].choices = [("", ""), *((str(i), n[lang]) for i, n in units)]  # type: ignore[attr-defined]  # a ChoiceField
    forms["lend"].fields["to_person"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
        (str(one.person_id), one.name) for one in staff if one.person_id != actor.person_id
    ]
    context: dict[str, Any] = {}
    if request.method == "POST" and (do not in forms or forms[do].is_valid()):
        try:
            invited = _staff_act(request, actor, do, forms[do].cleaned_data if do in forms else {})
        except InstitutionError as error:
            context["message"] = t(error.code, lang)
        else:
            if invited is None:
                return HttpResponseRedirect(request.path)
            context = {"invited": True, "link": _link(request, invited)}
            staff = queries.people_in(home)
    context |= {"people": staff, "units": units, "leads": leads, **forms}
    return render(request, "institutions/people.html", context)


def _staff_act(request: HttpRequest, actor: Actor, do: str, given: dict[str, Any]) -> Invitation | None:
    if do == "staff":
        return invitations.invite_staff(
            actor=actor, name=given["name"], email=given["email"], roles=given["roles"].split(),
            title={"sw": given["title_sw"], "en": given["title_en"]},
            unit_id=UUID(given["unit"]) if given["unit"] else None,
        )  # fmt: skip
    if do == "unit":
        name = {"sw": given["name_sw"], "en": given["name_en"]}
        actions.add_unit(actor=actor, institution_id=_home(actor), name=name)
    elif do == "lend":
        actions.delegate(
            actor=actor, to_person=UUID(given["to_person"]), roles=given["roles"].split(),
            from_on=given["from_on"], until_on=given["until_on"],
        )  # fmt: skip
    elif do == "end":
        posts = {str(one.appointment_id): one.appointment_id for one in queries.people_in(_home(actor))}
        post = posts.get(request.POST.get("appointment", ""))
        if post is None:
            raise Http404
        actions.end_appointment(actor=actor, appointment_id=post, reason=request.POST.get("reason", ""))
    return None


@access(Officer)
def calendar(request: HttpRequest) -> HttpResponse:
    """Hours and days off: the institution's own, and for the authority the country's."""
    actor, lang = actor_of(request), language()
    home = _home(actor)
    do, message = request.POST.get("do", ""), ""
    form = HolidayForm(request.POST if do == "holiday" else None, lang=lang)
    if request.method == "POST":
        try:
            if do == "hours":
                invitations.set_hours(actor=actor, week=_week(request))
                return HttpResponseRedirect(request.path)
            if form.is_valid():
                given = form.cleaned_data
                national = actor.kind is ActorKind.AUTHORITY and request.POST.get("national") == "1"
                actions.announce_holiday(
                    actor=actor, institution_id=None if national else home, day=given["day"],
                    name={"sw": given["name_sw"], "en": given["name_en"]}, source=given["source"],
                )  # fmt: skip
                return HttpResponseRedirect(request.path)
        except InstitutionError as error:
            message = t(error.code, lang)
        except ValueError:
            message = t("institutions.err_hours", lang)
    hours = queries.working_time(home).hours
    week = [
        {"n": day, "name": t(f"institutions.day_{day}", lang), "span": spans[0] if (spans := hours.get(day)) else None}
        for day in range(7)
    ]
    context = {
        "form": form,
        "week": week,
        "message": message,
        "holidays": queries.holidays_of(home),
        "leads": identity.may(actor, "institutions.staff.manage", Thing("institution", home, home)),
        "is_authority": actor.kind is ActorKind.AUTHORITY,
    }
    return render(request, "institutions/calendar.html", context)


def _week(request: HttpRequest) -> dict[int, tuple[time, time]]:
    found: dict[int, tuple[time, time]] = {}
    for day in range(7):
        opens, closes = request.POST.get(f"opens{day}", ""), request.POST.get(f"closes{day}", "")
        if opens or closes:
            found[day] = (time.fromisoformat(opens), time.fromisoformat(closes))
    return found
