"""A day's list of visits, what waits and who did not come; and the desks that receive."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases.models import Case, Desk
from jumuishi.cases.policies import HEADS
from jumuishi.cases.types import CaseError
from jumuishi.cases.visits import actions, queries
from jumuishi.cases.visits.policies import desk_thing
from jumuishi.cases.web import office_page, words
from jumuishi.cases.web.ways import prefix, to
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_clock, say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE, DAYS = 50, 30
NUMBERS = (("minutes", 5, 480), ("capacity", 1, 200), ("cutoff_hours", 0, 720), ("wait_days", 1, 90),
           ("ahead_days", 1, 365))  # fmt: skip


@access(Officer)
def day(request: HttpRequest) -> HttpResponse:
    """Who comes today (or on another day), by hour; as many questions for one as for a page."""
    actor, lang = actor_of(request), language()
    zone = ZoneInfo(institutions.working_time(actor.workplace).zone)
    try:
        wanted = date.fromisoformat(request.GET.get("siku", ""))
    except ValueError:
        wanted = clock.now().astimezone(zone).date()
    begin = datetime.combine(wanted, time(), zone)
    desks = {one.id: one for one in queries.desks_of(actor.workplace)}
    page = Paginator(queries.day_list(actor, begin, begin + timedelta(days=1)), PAGE).get_page(request.GET.get("page"))
    cases = {one.id: one for one in Case.objects.filter(id__in=[one.case_id for one in page])}
    rows = [_row(one, cases.get(one.case_id), desks.get(one.desk_id), lang, zone.key) for one in page]
    context = {
        "title": say_date(wanted, lang),
        "day": wanted.isoformat(),
        "before": (wanted - timedelta(days=1)).isoformat(),
        "after": (wanted + timedelta(days=1)).isoformat(),
        "rows": rows,
        "page": page,
        "query": f"siku={wanted.isoformat()}",
        "waiting": _waiting(actor, lang),
        "figures": _figures(actor, list(desks.values()), lang) if actor.has(*HEADS) else [],
        "has_desks": bool(desks),
        "may_keep": actor.has(*HEADS),
        "n_days": DAYS,
    }
    return render(request, "cases/visits/day.html", context)


def _row(visit: Any, case: Case | None, desk: Desk | None, lang: str, zone: str) -> dict[str, Any]:
    return {
        "id": visit.id,
        "hour": say_clock(visit.starts_at, lang, zone),
        "title": case.title if case else "",
        "number": group(case.reference) if case else "",
        "service": case.service_name[lang] if case else "",
        "url": f"{prefix()}/ofisi/ombi/{visit.case_id}/",
        "desk": desk.name if desk else "",
        "what": visit.what,
        "state": visit.state,
        "state_name": t(f"cases.visit_{visit.state}", lang),
        "has_begun": visit.starts_at <= clock.now(),
    }


def _waiting(actor: Actor, lang: str) -> list[dict[str, Any]]:
    """What was asked and not chosen, by what ends first: a page of it."""
    rows = list(queries.waiting(actor)[:PAGE])
    cases = {one.id: one for one in Case.objects.filter(id__in=[one.case_id for one in rows])}
    work, names = institutions.working_time(actor.workplace), words.names_of(actor.workplace)
    return [
        {
            "url": f"{prefix()}/ofisi/ombi/{one.case_id}/miadi/",
            "title": cases[one.case_id].title if one.case_id in cases else "",
            "until": words.at(one.choose_by, lang, work),
            "owner": names.get(one.asked_by, ""),
        }
        for one in rows
    ]


def _figures(actor: Actor, desks: list[Desk], lang: str) -> list[dict[str, Any]]:
    """Who came, who did not, who did not choose, in the last days; how long the oldest wait is."""
    found = queries.figures(actor.workplace, clock.now() - timedelta(days=DAYS))
    work = institutions.working_time(actor.workplace)
    rows = []
    for desk in desks:
        one = found.get(desk.id, {})
        counts = {key: one.get(key, 0) for key in ("came", "missed", "lapsed", "waiting")}
        rows.append({"name": desk.name, **counts, "oldest": words.at(one.get("oldest"), lang, work)})
    return rows


@access(Officer)
def desks(request: HttpRequest, desk_id: UUID | None = None) -> HttpResponse:
    """The desks; whoever answers for the institution opens one, changes it or closes it."""
    actor, lang, message = actor_of(request), language(), ""
    found = next((one for one in queries.desks_of(actor.workplace) if one.id == desk_id), None)
    if not identity.may(actor, "cases.desk.keep", desk_thing(Desk(institution_id=actor.workplace))):
        raise Http404
    if desk_id is not None and found is None:
        raise Http404
    names = ("name", "place", "kind", "opens", "closes", "unit_id", *(name for name, _, _ in NUMBERS))
    typed = {name: _shown(getattr(found, name, None)) for name in names}
    typed["is_open"] = "1" if found is None or found.is_open else ""
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip() for name in (*names, "is_open")}
        try:
            actions.keep_desk(actor=actor, desk_id=desk_id, given=_read(typed, actor))
        except CaseError as error:
            message = office_page.refusal(error, lang)
        else:
            return to("/ofisi/miadi/madawati/")
    context = {
        "places": queries.desks_of(actor.workplace),
        "typed": typed,
        "found": found,
        "message": message,
        "units": [(str(key), name[lang]) for key, name in institutions.units_of(actor.workplace)],
        "numbers": [
            {"name": name, "label": t(f"cases.desk_{name}", lang), "value": typed[name]} for name, _, _ in NUMBERS
        ],
    }
    return render(request, "cases/visits/desks.html", context, status=400 if message else 200)


def _shown(value: Any) -> str:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else str(value)


def _read(typed: dict[str, str], actor: Actor) -> dict[str, Any]:
    """What was typed, by its kind; raises CaseError that names what is wrong."""
    given: dict[str, Any] = {"name": typed["name"][:80], "place": typed["place"][:120], "kind": typed["kind"]}
    if not given["name"]:
        raise CaseError("cases.desk_need_name")
    if given["kind"] not in Desk.Kind.values:
        raise CaseError("cases.desk_need_kind")
    if given["kind"] == Desk.Kind.OFFICE and not given["place"]:
        raise CaseError("cases.desk_need_place")
    for name, least, most in NUMBERS:
        if not typed[name].isdecimal() or not least <= int(typed[name]) <= most:
            raise CaseError(f"cases.desk_need_{name}")
        given[name] = int(typed[name])
    for name in ("opens", "closes"):
        try:
            given[name] = time.fromisoformat(typed[name]) if typed[name] else None
        except ValueError as error:
            raise CaseError("cases.desk_need_hours") from error
    if given["opens"] and given["closes"] and given["opens"] >= given["closes"]:
        raise CaseError("cases.desk_need_hours")
    units = {str(key): key for key, _ in institutions.units_of(actor.workplace)}
    given["unit_id"] = units.get(typed["unit_id"])
    given["is_open"] = bool(typed["is_open"])
    return given
