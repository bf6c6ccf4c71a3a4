"""The desk's inbox: what people say, by what falls due first; searched, filtered, paged."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jumuishi.feedback import queries
from jumuishi.feedback.actions.things import reader_of, terms_of
from jumuishi.feedback.models import Item
from jumuishi.feedback.types import Kind
from jumuishi.feedback.web import ways
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import bounded, clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime


def tomorrow_of(now: datetime, work: WorkingTime) -> datetime:
    """When the institution's own day ends."""
    local = now.astimezone(ZoneInfo(work.zone)) + timedelta(days=1)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def wanted_of(request: HttpRequest, *, is_desk: bool) -> queries.Wanted:
    """What the address asks for."""
    given = request.GET
    view, state, kind = given.get("v", ""), given.get("s", "open"), given.get("k", "")
    return queries.Wanted(
        view=view if is_desk and view in queries.VIEWS else ("desk" if is_desk else "mine"),
        state=state if state in queries.STATES else "open",
        kind=kind if kind in list(Kind) else "",
        service=given.get("huduma", "")[:40],
        text=given.get("q", "").strip()[:60],
    )


def address(wanted: queries.Wanted, **changes: str) -> str:
    """The address's query for what is wanted."""
    asked = {"v": wanted.view, "s": wanted.state, "k": wanted.kind, "huduma": wanted.service, "q": wanted.text}
    return urlencode({key: value for key, value in {**asked, **changes}.items() if value})


def _row(item: Item, lang: str, work: WorkingTime, names: dict[Any, str], units: dict[Any, str]) -> dict[str, Any]:
    late = item.state == "open" and item.due_at < clock.now()
    return {
        "url": f"{ways.prefix()}/ofisi/mrejesho/{item.id}/",
        "number": group(item.reference),
        "kind": t(f"feedback.kind_{item.kind}", lang),
        "service": item.service_name.get(lang, "") if item.service_name else "",
        "clock": ways.clock_words(item, lang, work) or ways.state_words(item, lang),
        "due": ways.at(item.due_at, lang, work)
        if item.state in ("open", "asked")
        else ways.at(item.answered_at, lang, work),
        "late": late,
        "reason": item.late_reason,
        "asks_reason": late and not item.late_reason,
        "owner": names.get(item.owner_id, "") or units.get(item.unit_id, ""),
        "level": t(f"feedback.level_{item.level}", lang) if item.level > 1 else "",
        "abuse": bool(item.abuse_by) and item.state in ("open", "asked"),
        "verdict": t(f"feedback.entry_{item.verdict}", lang) if item.verdict else "",
    }


@access(Officer)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, its figures and filters; as many queries for one row as for a full page."""
    actor, lang, now = actor_of(request), language(), clock.now()
    home, reader = actor.workplace, reader_of(actor)
    work = institutions.working_time(home)
    tomorrow = tomorrow_of(now, work)
    wanted = wanted_of(request, is_desk=reader.is_desk)
    loads = queries.load(home, reader, wanted.view, now, tomorrow)
    page = bounded.page_of(queries.inbox(home, reader, wanted, now, tomorrow), queries.PAGE, request.GET)
    names = {one.person_id: one.name for one in institutions.people_in(home)}
    units = {unit: name[lang] for unit, name in institutions.units_of(home)}
    context = {
        "rows": [_row(one, lang, work, names, units) for one in page.object_list],
        "page": page,
        "query": address(wanted),
        "export": address(wanted),
        "wanted": wanted,
        "is_desk": reader.is_desk,
        "is_narrowed": bool(wanted.text or wanted.kind or wanted.service or wanted.state != "open"),
        "wider": address(queries.Wanted(view=wanted.view)),
        "has_terms": terms_of(home) is not None,
        "load": [
            {
                "n": loads[state],
                "label": t(f"feedback.load_{state}", lang),
                "css": "late" if state == "late" and loads[state] else "",
                "current": state == wanted.state,
                "query": address(wanted, s=state),
            }
            for state in ("late", "today", "open", "asked")
        ],
        "views": _picks("view", queries.VIEWS if reader.is_desk else ("mine",), wanted.view, lang),
        "states": _picks("filter", queries.STATES, wanted.state, lang),
        "kinds": _picks("kind", tuple(Kind), wanted.kind, lang),
        "services": [
            {"key": key, "label": name.get(lang, key), "current": key == wanted.service}
            for key, name in queries.services_named(home, reader)
        ],
    }
    return render(request, "feedback/inbox.html", context)


def _picks(what: str, keys: tuple[str, ...], chosen: str, lang: str) -> list[dict[str, Any]]:
    return [{"key": str(key), "label": t(f"feedback.{what}_{key}", lang), "current": key == chosen} for key in keys]
