"""The committees one has a part in, their sittings, their rules; and a new sitting."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from jumuishi.cases.models import Sitting
from jumuishi.cases.sittings import planning, queries, rules
from jumuishi.cases.sittings.policies import body_thing
from jumuishi.cases.sittings.seats import seats_on
from jumuishi.cases.sittings.web.common import attempt, done, lacking, may_keep, page
from jumuishi.cases.web import words
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 25


@access(Officer)
def sittings(request: HttpRequest) -> HttpResponse:
    """Sittings of one's committees, the newest first; which rules are missing, how much waits."""
    actor, lang = actor_of(request), language()
    bodies, work = queries.bodies_of(actor), institutions.working_time(actor.workplace)
    wanted = request.GET.get("kamati", "")
    roles = [wanted] if wanted in bodies else list(bodies)
    found = Paginator(queries.sittings_of(actor, roles), PAGE).get_page(request.GET.get("page"))
    waiting = queries.waiting_by_role(actor.workplace, bodies)
    lacks = queries.figures_by_role(actor.workplace, bodies)
    context = {
        "bodies": [
            {
                "role": role,
                "name": name[lang],
                "n": waiting.get(role, 0),
                "lacks": [t(f"cases.sit_rule_{one}", lang) for one in rules.lacking(lacks.get(role, {}))],
                "keeps": may_keep(actor, role),
                "current": role == wanted,
            }
            for role, name in bodies.items()
        ],
        "rows": [_row(one, lang, work) for one in found],
        "page": found,
        "query": f"kamati={wanted}" if wanted in bodies else "",
    }
    return page(request, "list", context)


def _row(one: Sitting, lang: str, work: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name[lang],
        "at": words.at(one.starts_at, lang, work),
        "place": one.place,
        "state": t(f"cases.sit_state_{one.state}", lang),
        "n": getattr(one, "n", 0),
    }


@access(Officer)
def new(request: HttpRequest, role: str) -> HttpResponse:
    """Plan a sitting of a body: the day, the hour, the place."""
    actor, lang = actor_of(request), language()
    name = queries.bodies_of(actor).get(role)
    if name is None or not may_keep(actor, role):
        raise Http404
    given = {key: request.POST.get(key, "").strip() for key in ("day", "hour", "place")}
    message = ""
    if request.method == "POST":
        made: list[Any] = []
        starts = _instant(actor, given["day"], given["hour"])
        if starts is None:
            message = t("cases.sit_when_missing", lang)
        else:
            message = attempt(
                lambda: made.append(
                    planning.make_sitting(actor=actor, role=role, starts_at=starts, place=given["place"])
                )
            )
        if made:
            return done(request, f"/ofisi/vikao/{made[0]}/", "cases.sit_made")
    context = {
        "name": name[lang],
        "given": given,
        "lacks": lacking(actor.workplace, role, lang),
        "n": queries.waiting_tasks(actor.workplace, role).count(),
    }
    return page(request, "new", context, message)


def _instant(actor: Actor, day: str, hour: str) -> datetime | None:
    zone = ZoneInfo(institutions.working_time(actor.workplace).zone)
    try:
        return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=zone)
    except ValueError:
        return None


@access(Officer)
def body(request: HttpRequest, role: str) -> HttpResponse:
    """A body: its rules with their sources, its members, chair and secretary. Heads enter the rules."""
    actor, lang = actor_of(request), language()
    name = queries.bodies_of(actor).get(role)
    if name is None:
        raise Http404
    given = {key: request.POST.get(key, "").strip() for key in (*rules.FIGURES, "source", "checked_on")}
    message = ""
    if request.method == "POST":
        message = _enter(actor, role, given, lang)
        if not message:
            return done(request, f"/ofisi/vikao/kamati/{role}/", "cases.sit_rules_kept")
    figures = queries.figures_of(actor.workplace, role)
    today = institutions.today()
    seats = seats_on(actor.workplace, role, today)
    offices = (("chair", rules.chair_of(role)), ("secretary", rules.secretary_of(role)))
    context = {
        "role": role,
        "name": name[lang],
        "given": given,
        "rules": [_rule(one, figures, lang) for one in rules.FIGURES],
        "may_rule": identity.may(actor, "cases.body.rule", body_thing(actor.workplace, role)),
        "members": list(seats.values()),
        "offices": [
            {
                "label": t(f"cases.sit_{key}", lang),
                "names": list(institutions.members_on(actor.workplace, office, today).values()),
            }
            for key, office in offices
        ],
        "keeps": may_keep(actor, role),
    }
    return page(request, "body", context, message)


def _rule(name: str, figures: dict[str, Any], lang: str) -> dict[str, Any]:
    known = figures.get(name)
    value = known["value"] if known else None
    said = t(f"cases.sit_{'yes' if value else 'no'}", lang) if isinstance(value, bool) else value
    on = say_date(date.fromisoformat(known["checked_on"]), lang, weekday=False) if known else ""
    return {
        "key": name,
        "label": t(f"cases.sit_rule_{name}", lang),
        "value": said,
        "source": t("cases.sit_source_on", lang, source=known["source"], on=on) if known else "",
    }


def _enter(actor: Actor, role: str, given: dict[str, str], lang: str) -> str:
    """Keep the figures that were typed; what is wrong with them, empty when nothing is."""
    figures: dict[str, Any] = {}
    for name, least in (("quorum", 2), ("notice_days", 0)):
        if given[name]:
            if not given[name].isdecimal() or not least <= int(given[name]) <= 365:
                return t(f"cases.sit_bad_{name}", lang)
            figures[name] = int(given[name])
    if given["casting_vote"] in ("yes", "no"):
        figures["casting_vote"] = given["casting_vote"] == "yes"
    try:
        checked = date.fromisoformat(given["checked_on"])
    except ValueError:
        return t("cases.sit_checked_missing", lang)
    if checked > institutions.today():
        return t("cases.sit_checked_missing", lang)
    return attempt(
        lambda: planning.enter_figures(
            actor=actor, role=role, figures=figures, source=given["source"], checked_on=checked
        )
    )
