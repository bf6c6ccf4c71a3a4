"""An application for somebody else, from one's own account: a relative or guardian, with the owner's code."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jumuishi.cases.helping import actions, filing, queries, wording
from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.helping.web import choices
from jumuishi.cases.helping.web.counter import uuid_of, words
from jumuishi.cases.models import Case, Draft
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import words as said_of
from jumuishi.cases.web.ways import prefix, says, to
from jumuishi.identity import public as identity
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services

BACK = "/maombi/wasaidizi/"
TYPED = ("phone", "me", "kind", "scope", "offering")
MOST = 20


def _at_home(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if actor.kind is not ActorKind.PERSON:
        raise Http404
    return actor


def _offered(request: HttpRequest, chosen: str, lang: str) -> tuple[list[tuple[str, str]], str]:
    """Services to choose from: the one that is chosen, and those that were looked for."""
    sought = (request.POST.get("q") or request.GET.get("q", "")).strip()[:60]
    known = uuid_of(chosen)
    one = services.offering(known) if known is not None else None
    found = [one] if one is not None else []
    found += choices.found(sought, "web") if sought else []
    return choices.labels({each.id: each for each in found}.values(), lang), sought


@access(KnownPerson)
def ask(request: HttpRequest) -> HttpResponse:
    """For whom, as what, how far: their phone gets the code."""
    actor, lang = _at_home(request), language()
    typed = {name: request.POST.get(name, "").strip()[:120] for name in TYPED}
    typed["offering"] = typed["offering"] or request.GET.get("huduma", "")
    typed["scope"] = typed["scope"] or Mandate.Scope.CASE
    wrong: dict[str, str] = {}
    known = identity.person(actor.who)
    my_name = known.name if known is not None else ""
    if request.method == "POST" and "find" not in request.POST:
        offering = uuid_of(typed["offering"])
        if not my_name and not typed["me"]:
            wrong["me"] = t("cases.help_own_name", lang)
        elif not typed["kind"]:
            wrong["kind"] = t("cases.help_choose_kind", lang)
        elif typed["scope"] != Mandate.Scope.ALL and offering is None:
            wrong["offering"] = t("cases.help_choose_service", lang)
        else:
            try:
                if not my_name:
                    identity.set_person(actor=actor, name=typed["me"])
                made = actions.ask_mandate(
                    actor=actor, phone=typed["phone"], offering_id=offering, kind=typed["kind"],
                    scope=typed["scope"], language=lang,
                )  # fmt: skip
                return to(f"/maombi/kwa-mwingine/{made}/")
            except CaseError as error:
                wrong["phone"] = words(error, lang)
    offered, sought = _offered(request, typed["offering"], lang)
    context = {
        "typed": typed,
        "wrong": wrong,
        "errors": [{"label": t(f"cases.help_{name}", lang), "text": text, "url": f"#f-{name}"}
                   for name, text in wrong.items()],
        "asks_name": not my_name,
        "kinds": [(one, t(f"cases.help_kind_{one}", lang)) for one in ("relative", "guardian")],
        "scopes": [(one, t(f"cases.help_scope_{one}", lang)) for one in ("case", "service", "all")],
        "offered": offered,
        "sought": sought,
    }  # fmt: skip
    return render(request, "cases/helping/ask.html", context, status=400 if wrong else 200)


@access(KnownPerson)
def helped(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Whom I help: the code is typed here; then what I began for them, and a new application."""
    actor, lang, message = _at_home(request), language(), ""
    row = queries.mandate_of(actor, mandate_id)
    if row is None:
        raise Http404
    if request.method == "POST":
        try:
            if "again" in request.POST:
                actions.send_again(actor=actor, mandate_id=mandate_id)
                return to(f"/maombi/kwa-mwingine/{mandate_id}/?tena=1")
            if "stop" in request.POST:
                actions.let_go(actor=actor, mandate_id=mandate_id)
                return to(BACK)
            if actions.consent_by_code(actor=actor, mandate_id=mandate_id, code=request.POST.get("code", "")[:20]):
                return to(f"/maombi/kwa-mwingine/{mandate_id}/")
            message = t("cases.help_wrong_code", lang)
        except CaseError as error:
            message = words(error, lang)
    context: dict[str, Any] = {
        "m": wording.line(row, lang),
        "errors": [{"label": t("cases.help_code", lang), "text": message, "url": "#f-code"}] if message else [],
        "again": request.GET.get("tena") == "1",
        **(_begun(request, row, lang) if row.given_at is not None else {}),
    }
    return render(request, "cases/helping/helped.html", context, status=400 if message else 200)


def _begun(request: HttpRequest, row: Mandate, lang: str) -> dict[str, Any]:
    drafts = list(Draft.objects.filter(mandate_id=row.id, case_id=None).order_by("-saved_at")[:MOST])
    cases = list(Case.objects.filter(mandate_id=row.id).order_by("-submitted_at")[:MOST])
    offered = services.offerings({one.offering_id for one in drafts})
    things = [
        {"name": one.service_name[lang], "state": said_of.headline(one, lang), "number": group(one.reference),
         "url": f"{prefix()}/maombi/{one.id}/"}
        for one in cases
    ]  # fmt: skip
    things += [
        {"name": offered[one.offering_id].name[lang] if one.offering_id in offered else "",
         "state": t("cases.help_is_draft", lang), "number": "", "url": f"{prefix()}/omba/rasimu/{one.id}/"}
        for one in drafts
    ]  # fmt: skip
    may_begin = row.scope != Mandate.Scope.CASE or not things
    choices_, sought = _offered(request, str(row.offering_id or ""), lang)
    return {"things": things, "may_begin": may_begin, "offered": choices_, "sought": sought}


@access(KnownPerson)
@require_POST
def begin(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Begin for them, within what they consented to."""
    actor = _at_home(request)
    wanted = uuid_of(request.POST.get("offering", ""))
    try:
        draft_id = filing.begin_for(actor=actor, mandate_id=mandate_id, offering_id=wanted)
    except CaseError as error:
        return says(request, error.code, 409, f"/maombi/kwa-mwingine/{mandate_id}/")
    return to(f"/omba/rasimu/{draft_id}/")
