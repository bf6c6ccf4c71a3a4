"""The office's calendar: hours and days off."""

from datetime import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import ActorKind, Thing
from jumuishi.institutions import holidays, invitations, queries
from jumuishi.institutions.types import InstitutionError
from jumuishi.institutions.web.forms import HolidayForm
from jumuishi.institutions.web.ways import back_here, told
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


@access(Officer)
def calendar(request: HttpRequest) -> HttpResponse:
    """Hours and days off: the institution's own, and for the authority the country's."""
    actor, lang = actor_of(request), language()
    home = actor.workplace
    do, message = request.POST.get("do", ""), ""
    form = HolidayForm(request.POST if do == "holiday" else None, lang=lang)
    if request.method == "POST":
        try:
            if do == "hours":
                invitations.set_hours(actor=actor, week=_week(request))
                return back_here(request, "institutions.told_kept")
            if form.is_valid():
                given = form.cleaned_data
                national = actor.kind is ActorKind.AUTHORITY and request.POST.get("national") == "1"
                holidays.announce_holiday(
                    actor=actor, institution_id=None if national else home, day=given["day"],
                    name={"sw": given["name_sw"], "en": given["name_en"]}, source=given["source"],
                )  # fmt: skip
                return back_here(request, "institutions.told_kept")
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
        "told": told(request),
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
