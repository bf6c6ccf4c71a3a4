"""Agents: with whom we agreed, for which service, the most they may ask, where that is written."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jumuishi.cases.helping import agreeing
from jumuishi.cases.helping.models import Agreement
from jumuishi.cases.helping.policies import agreement_thing
from jumuishi.cases.helping.web.counter import uuid_of, words
from jumuishi.cases.types import CaseError
from jumuishi.cases.web.ways import says, to
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_date, say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services

PAGE = 20
TYPED = ("agent", "service", "most", "source", "from_on", "until_on")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@access(Officer)
def agreements(request: HttpRequest) -> HttpResponse:
    """The agreements, those that stand first; a form for another one."""
    actor, lang = actor_of(request), language()
    identity.must(actor, "cases.agreement.keep", agreement_thing(Agreement(institution_id=actor.workplace)))
    typed = {name: request.POST.get(name, "").strip()[:200] for name in TYPED}
    wrong: dict[str, str] = {}
    if request.method == "POST":
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
                agreeing.make_agreement(
                    actor=actor, agent_id=agent, service=typed["service"], most=int(digits), source=typed["source"],
                    from_on=since, until_on=until,
                )  # fmt: skip
                return to("/ofisi/mawakala/?done=1")
            except CaseError as error:
                wrong[_where(error.code)] = words(error, lang)
    rows = Agreement.objects.filter(institution_id=actor.workplace).order_by("-ended_at", "-made_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    ours = {one.service: one.name[lang] for one in services.offerings_of(actor.workplace)}
    every = {one.id: one.name[lang] for one in institutions.approved() if one.id != actor.workplace}
    context = {
        "typed": typed | {"from_on": typed["from_on"] or institutions.today().isoformat()},
        "wrong": wrong,
        "errors": [{"label": t(f"cases.agents_{name}", lang), "text": text, "url": f"#f-{name}"}
                   for name, text in wrong.items()],
        "done": request.GET.get("done") == "1",
        "agents": sorted(((str(key), name) for key, name in every.items()), key=lambda one: one[1]),
        "services": sorted(ours.items(), key=lambda one: one[1]),
        "page": page,
        "rows": [
            {"id": one.id, "agent": every.get(one.agent_id, ""), "source": one.source, "is_open": one.ended_at is None,
             "service": ours.get(one.service, one.service) or t("cases.agents_all", lang),
             "most": say_money(one.most, settings.CURRENCY), "from": say_date(one.from_on, lang, weekday=False),
             "until": say_date(one.until_on, lang, weekday=False) if one.until_on else ""}
            for one in page
        ],
    }  # fmt: skip
    return render(request, "cases/helping/agreements.html", context, status=400 if wrong else 200)


def _where(code: str) -> str:
    return {"cases.agents_source_missing": "source", "cases.agents_days": "until_on"}.get(code, "agent")


@access(Officer)
@require_POST
def end(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """End an agreement."""
    try:
        agreeing.end_agreement(actor=actor_of(request), agreement_id=agreement_id)
    except CaseError as error:
        return says(request, error.code, 409, "/ofisi/mawakala/")
    return to("/ofisi/mawakala/?done=1")
