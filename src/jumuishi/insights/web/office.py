"""The head's figures: what is open, due, late and why; how long things take, by service, unit and officer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from jumuishi.cases import public as cases
from jumuishi.channels import sheets
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor, Thing
from jumuishi.insights import queries, rules
from jumuishi.insights.models import Figure
from jumuishi.insights.policies import HEADS
from jumuishi.insights.web import words
from jumuishi.institutions import public as institutions
from jumuishi.kernel import bounded, clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services

LATE_SHOWN = 10
KINDS = (rules.SERVICE, rules.UNIT, rules.OFFICER)


def _span(request: HttpRequest) -> int:
    asked = request.GET.get("siku", "")
    return int(asked) if asked.isdigit() and int(asked) in rules.SPANS else rules.SPANS[0]


def _figures(actor: Actor, span: int) -> list[Figure]:
    home = actor.workplace
    identity.must(actor, "insights.figures.read", Thing("figures", home, home))
    everybody = identity.may(actor, "insights.officers.read", Thing("figures", home, home))
    return queries.figures(home, span, officer=actor.person_id, all_officers=everybody)


def _people(home: UUID) -> dict[UUID, str]:
    return {one.person_id: one.name for one in institutions.people_in(home)}


def _namer(home: UUID, people: dict[UUID, str], lang: str) -> Callable[[Figure], str]:
    """What a figure's service, unit or officer is called."""
    known: dict[tuple[str, str], str] = {(rules.OFFICER, ""): t("insights.nobody", lang)}
    known |= {(rules.SERVICE, one.service): one.name[lang] for one in services.offerings_of(home)}
    known |= {(rules.UNIT, str(key)): name[lang] for key, name in institutions.units_of(home)}
    known |= {(rules.OFFICER, str(key)): name for key, name in people.items()}
    return lambda one: (
        known.get((one.kind, one.key)) or (one.key if one.kind == rules.SERVICE else t("insights.left", lang))
    )


@access(Officer)
def dashboard(request: HttpRequest) -> HttpResponse:
    """As many questions for one case as for a million: figures were worked out before, counts of now have a bound."""
    actor, lang, span = actor_of(request), language(), _span(request)
    people, now = _people(actor.workplace), clock.now()
    rows, name = _figures(actor, span), _namer(actor.workplace, people, lang)
    work = institutions.working_time(actor.workplace)
    local = now.astimezone(ZoneInfo(work.zone))
    tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    pulse, computed = cases.pulse(actor.workplace, now, tomorrow), queries.computed_at(rows)
    context = {
        "load": [
            {"n": bounded.said(n), "label": t(f"insights.load_{key}", lang), "query": query, "late": is_late and n > 0}
            for key, n, query, is_late in (
                ("open", pulse.open, "v=all", False),
                ("today", pulse.today, "v=all&due=today", False),
                ("late", pulse.late, "v=all&due=late", True),
                ("silent", pulse.silent, "v=all&due=late", True),
            )
        ],
        "late": [
            {
                "id": one.case_id,
                "number": group(one.reference),
                "service": one.service_name[lang],
                "stage": one.stage_name[lang],
                "who": people.get(one.officer) if one.officer else t("insights.nobody", lang),
                "due": say_instant(one.due_at, lang, work.zone),
                "reason": one.reason,
            }
            for one in cases.late_tasks(actor.workplace, now, LATE_SHOWN)
        ],
        "more_late": pulse.late > LATE_SHOWN,
        "spans": [{"n": n, "label": t(f"insights.span_{n}", lang), "current": n == span} for n in rules.SPANS],
        "span": span,
        "tables": [
            {
                "kind": kind,
                "title": t(f"insights.by_{kind}", lang),
                "rows": [_row(one, name(one), lang) for one in rows if one.kind == kind],
            }
            for kind in KINDS
        ],
        "only_mine": not actor.has(*HEADS),
        "computed": say_instant(computed, lang, work.zone) if computed else "",
    }
    return render(request, "insights/dashboard.html", context)


def _row(one: Figure, name: str, lang: str) -> dict[str, Any]:
    return {
        "name": name,
        "query": f"v=all&s={one.key}" if one.kind == rules.SERVICE else "",
        "opened": one.opened,
        "done": one.done,
        "kept": words.kept(one.done, one.late, lang),
        "late": one.late,
        "explained": one.explained,
        "median": words.wait(one.median, lang),
        "p90": words.wait(one.p90, lang),
        "open_now": one.open_now,
        "late_now": one.late_now,
    }


@access(Officer)
def take_out(request: HttpRequest) -> StreamingHttpResponse:
    """The same figures as a file; waits in whole hours."""
    actor, lang, span = actor_of(request), language(), _span(request)
    name = _namer(actor.workplace, _people(actor.workplace), lang)
    head = ("kind", "name", "opened", "done", "late", "explained", "median", "p90", "open_now", "late_now")
    rows = [
        (t(f"insights.by_{one.kind}", lang), name(one), one.opened, one.done, one.late, one.explained, one.median,
         one.p90, one.open_now, one.late_now)
        for one in _figures(actor, span)
    ]  # fmt: skip
    titles = [t(f"insights.col_{one}", lang) for one in head]
    kind = sheets.kind_of(request.GET.get("aina", ""))
    return sheets.answer(f"takwimu-{span}-{clock.now():%Y-%m-%d}", kind, titles, rows)
