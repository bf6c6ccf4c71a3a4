"""Agents: with whom we agreed, what waits for a second person, where each agreement is written; a form for another."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases.helping import agreeing, outlets, telling
from jumuishi.cases.helping.models import Agreement
from jumuishi.cases.helping.policies import agreement_thing
from jumuishi.cases.helping.web import agreed
from jumuishi.cases.helping.web.counter import uuid_of, words
from jumuishi.cases.types import CaseError
from jumuishi.cases.web.ways import to
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import fold, t
from jumuishi.services import public as services

PAGE = 20
BACK = "/ofisi/mawakala/"
TYPED = {"agent": 40, "service": 40, "most": 20, "source": 200, "from_on": 10, "until_on": 10, "outlets": 8000}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _keeper(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    identity.must(actor, "cases.agreement.keep", agreement_thing(Agreement(institution_id=actor.workplace)))
    return actor


@access(Officer)
def agreements(request: HttpRequest) -> HttpResponse:
    """Those that wait first, then those that stand; narrowed by state, by the agent's name, by where it is written."""
    actor, lang = _keeper(request), language()
    sought, state = request.GET.get("q", "").strip()[:60], request.GET.get("hali", "")
    state = state if state in agreed.GROUPS else ""
    rows = _found(actor, sought, state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": agreed.lines(page, lang),
        "page": page,
        "sought": sought,
        "state": state,
        "states": [
            ("", t("cases.agents_any", lang)),
            *((one, t(f"cases.agents_{one}", lang)) for one in agreed.GROUPS),
        ],
        "query": urlencode({key: value for key, value in (("q", sought), ("hali", state)) if value}),
        "done": request.GET.get("done") == "1",
    }
    return render(request, "cases/helping/agreements.html", context)


def _found(actor: Actor, sought: str, state: str) -> QuerySet[Agreement]:
    rows = Agreement.objects.filter(institution_id=actor.workplace)
    if state:
        rows = rows.filter(agreed.group(state, institutions.today()))
    for word in fold(sought).split()[:4]:
        named = [one.id for one in institutions.approved(text=word)]
        rows = rows.filter(Q(agent_id__in=named) | Q(source__icontains=word))
    order = Case(
        When(ended_at=None, approved_at=None, then=Value(0)), When(ended_at=None, then=Value(1)), default=Value(2),
        output_field=IntegerField(),
    )  # fmt: skip
    return rows.order_by(order, "-made_at", "-id")


@access(Officer)
def new(request: HttpRequest) -> HttpResponse:
    """Write one: it counts once somebody else approved it."""
    actor, lang = _keeper(request), language()
    typed = {name: request.POST.get(name, "").strip()[:most] for name, most in TYPED.items()}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        made = _made(actor, typed, wrong, lang)
        if made is not None:
            return to(f"{BACK}{made}/?done=1")
    ours = {one.service: one.name[lang] for one in services.offerings_of(actor.workplace)}
    every = {str(one.id): one.name[lang] for one in institutions.approved() if one.id != actor.workplace}
    context = {
        "typed": typed | {"from_on": typed["from_on"] or institutions.today().isoformat()},
        "wrong": wrong,
        "errors": [{"label": t(f"cases.agents_{name}", lang), "text": text, "url": f"#f-{name}"}
                   for name, text in wrong.items()],
        "agents": sorted(every.items(), key=lambda one: one[1]),
        "services": sorted(ours.items(), key=lambda one: one[1]),
    }  # fmt: skip
    return render(request, "cases/helping/agreement_new.html", context, status=400 if wrong else 200)


def _made(actor: Actor, typed: dict[str, str], wrong: dict[str, str], lang: str) -> UUID | None:
    agent, since = uuid_of(typed["agent"]), _day(typed["from_on"]) or institutions.today()
    until, digits = _day(typed["until_on"]), typed["most"].replace(",", "").replace(" ", "")
    if agent is None:
        wrong["agent"] = t("cases.agents_choose", lang)
    elif not (digits.isascii() and digits.isdigit() and len(digits) < 9):
        wrong["most"] = t("cases.err_integer", lang)
    elif typed["until_on"] and until is None:
        wrong["until_on"] = t("cases.agents_days", lang)
    else:
        try:
            return agreeing.propose_agreement(
                actor=actor, agent_id=agent, service=typed["service"], most=int(digits), source=typed["source"],
                from_on=since, until_on=until, spots=outlets.spots(typed["outlets"]),
            )  # fmt: skip
        except CaseError as error:
            wrong[_where(error.code)] = words(error, lang)
    return None


def _where(code: str) -> str:
    if "outlet" in code:
        return "outlets"
    return {
        "cases.agents_source_missing": "source",
        "cases.agents_days": "until_on",
        "cases.not_offered": "service",
    }.get(code, "agent")


@access(Officer)
def agreement(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """One of them: what it says, who wrote and who approved it. `do` is approve, refuse, end, end_on (`last`)."""
    actor, lang = _keeper(request), language()
    row = Agreement.objects.filter(id=agreement_id, institution_id=actor.workplace).first()
    if row is None:
        raise Http404
    typed, wrong = {"reason": request.POST.get("reason", "")[:300], "last": request.POST.get("last", "")[:10]}, ""
    if request.method == "POST":
        try:
            _act(actor, row.id, request.POST.get("do", ""), typed)
            return to(f"{BACK}{row.id}/?done=1")
        except CaseError as error:
            wrong = words(error, lang)
    may = telling.second_people(row) if row.approved_at is None and row.ended_at is None else {}
    context: dict[str, Any] = {
        "a": agreed.whole(row, lang),
        "typed": typed,
        "error": wrong,
        "done": request.GET.get("done") == "1",
        "is_second": actor.person_id in may,
        "seconds": ", ".join(may.values()),
        "today": institutions.today().isoformat(),
    }
    return render(request, "cases/helping/agreement.html", context, status=400 if wrong else 200)


def _act(actor: Actor, agreement_id: UUID, do: str, typed: dict[str, str]) -> None:
    if do == "approve":
        agreeing.approve_agreement(actor=actor, agreement_id=agreement_id)
    elif do == "refuse":
        agreeing.refuse_agreement(actor=actor, agreement_id=agreement_id, reason=typed["reason"])
    elif do == "end_on":
        last = _day(typed["last"])
        if last is None:
            raise CaseError("cases.agents_last_day")
        agreeing.end_agreement(actor=actor, agreement_id=agreement_id, last_on=last)
    elif do == "end":
        agreeing.end_agreement(actor=actor, agreement_id=agreement_id)
    else:
        raise CaseError("cases.refused")
