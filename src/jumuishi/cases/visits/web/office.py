"""The officers' side of one case: ask for a visit, choose an hour for whoever calls, end it, write down who came."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import queries as cases
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.models import Case, Visit
from jumuishi.cases.policies import HEADS
from jumuishi.cases.types import CaseError
from jumuishi.cases.visits import actions, queries
from jumuishi.cases.visits.web.hours import choices, in_words, parsed
from jumuishi.cases.web import office_page
from jumuishi.cases.web.ways import prefix, to
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language


def id_of(text: str) -> UUID:
    """An id as a form sends it; nobody's where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@access(Officer)
def visits(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case's visits, and what may be done with them; the look is journalled."""
    actor, lang, message = actor_of(request), language(), ""
    case = Case.objects.filter(id=case_id, institution_id=actor.workplace).first()
    if case is None:
        raise Http404
    identity.must(actor, "cases.case.read", case_thing(case))
    identity.looked(actor, case_thing(case), "visits")
    if request.method == "POST":
        try:
            _verb(request, actor, case)()
        except CaseError as error:
            message = office_page.refusal(error, lang)
        else:
            if request.POST.get("list"):
                return to(f"/ofisi/miadi/?siku={request.POST['list'][:10]}")
            return to(f"/ofisi/ombi/{case_id}/miadi/")
    context = _context(request, actor, case, lang) | {"message": message}
    return render(request, "cases/visits/office.html", context, status=400 if message else 200)


def _verb(request: HttpRequest, actor: Actor, case: Case) -> Callable[[], Any]:
    post = request.POST
    visit_id, note = id_of(post.get("visit", "")), post.get("why", "")
    if post.get("do") != "ask" and not Visit.objects.filter(id=visit_id, case_id=case.id).exists():
        raise Http404

    def book() -> None:
        starts = parsed(post.get("at", ""))
        if starts is None:
            raise CaseError("cases.visit_choose_hour")
        actions.book_visit(actor=actor, visit_id=visit_id, starts_at=starts)

    def ask() -> None:
        task = next((one for one in cases.open_tasks_here(actor, case) if actor.has(one.role, *HEADS)), None)
        if task is None:
            raise CaseError("cases.not_of_role")
        desk_id = id_of(post.get("desk", ""))
        actions.ask_visit(actor=actor, task_id=task.id, desk_id=desk_id, what=post.get("what", ""))

    verbs: dict[str, Callable[[], Any]] = {
        "ask": ask,
        "book": book,
        "cancel": lambda: actions.cancel_visit(actor=actor, visit_id=visit_id, reason=note),
        "came": lambda: actions.close_visit(actor=actor, visit_id=visit_id, came=True, note=note),
        "missed": lambda: actions.close_visit(actor=actor, visit_id=visit_id, came=False, note=note),
    }
    if post.get("do") not in verbs:
        raise Http404
    return verbs[post["do"]]


def _context(request: HttpRequest, actor: Actor, case: Case, lang: str) -> dict[str, Any]:
    desks = {one.id: one for one in queries.desks_of(actor.workplace)}
    rows = [one for one in queries.visits_of_case(case.id) if one.desk_id in desks]
    current = next((one for one in rows if one.state in queries.OPEN), None)
    may_ask = any(actor.has(one.role, *HEADS) for one in cases.open_tasks_here(actor, case))
    return {
        "here": f"{prefix()}/ofisi/ombi/{case.id}/miadi/",
        "case_url": f"{prefix()}/ofisi/ombi/{case.id}/",
        "title": case.title,
        "number": group(case.reference),
        "rows": [in_words(one, desks[one.desk_id], lang) for one in rows],
        "current": in_words(current, desks[current.desk_id], lang) if current else None,
        "places": [one for one in desks.values() if one.is_open],
        "may_ask": may_ask and current is None,
        "typed": {key: request.POST.get(key, "") for key in ("what", "desk", "why")},
        **(choices(desks[current.desk_id], request.GET, lang) if current else {}),
    }
