"""The owner's side: who helps me, what was done in my name, and the end of it, at once."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases.helping import actions, queries, wording
from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.models import Case, Draft
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import words as said_of
from jumuishi.cases.web.ways import prefix, says, to
from jumuishi.evidence import public as evidence
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.services import public as services

PAGE, ACTS = 20, 100


def _at_home(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if actor.kind is not ActorKind.PERSON:
        raise Http404
    return actor


@access(KnownPerson)
def helpers(request: HttpRequest) -> HttpResponse:
    """Who helps me and who did; and whom I help."""
    actor, lang = _at_home(request), language()
    # As the system: of a mark only the phone is known, and the phone is the reader's own, proved.
    with tenancy.acting_as(queries.SYSTEM):
        page = Paginator(queries.of_owner(actor), PAGE).get_page(request.GET.get("page"))
        rows = wording.lines(page, lang)
    context = {
        "rows": rows,
        "page": page,
        "mine": wording.lines(queries.of_helper(actor)[:PAGE], lang),
    }
    return render(request, "cases/helping/helpers.html", context)


@access(KnownPerson)
def helper(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """One who helps me: what was done, line by line; ended by one button, after which nothing is read any more."""
    actor, lang = _at_home(request), language()
    if request.method == "POST":
        try:
            actions.end_mandate(actor=actor, mandate_id=mandate_id, is_repudiated="not_so" in request.POST)
        except CaseError as error:
            return says(request, error.code, 409, "/maombi/wasaidizi/")
        return to(f"/maombi/wasaidizi/{mandate_id}/?done=1")
    with tenancy.acting_as(queries.SYSTEM):
        row = queries.of_owner(actor).filter(id=mandate_id).first()
        if row is None:
            raise Http404
        context = {"m": wording.line(row, lang), "done": request.GET.get("done") == "1", **_done_by(row, actor, lang)}
    return render(request, "cases/helping/helper.html", context)


def _done_by(row: Mandate, actor: Actor, lang: str) -> dict[str, Any]:
    """Applications under a consent, and the helper's acts; the holder of a phone alone sees the services only."""
    is_owner = row.owner_id == actor.person_id
    drafts = list(Draft.objects.filter(mandate_id=row.id, case_id=None).order_by("-saved_at")[:PAGE])
    cases = list(Case.objects.filter(mandate_id=row.id).order_by("-submitted_at")[:PAGE])
    offered = services.offerings({one.offering_id for one in drafts})
    found: list[dict[str, Any]] = [
        {"name": one.service_name[lang], "state": said_of.headline(one, lang), "at": wording.at(one.submitted_at, lang),
         "number": group(one.reference), "url": f"{prefix()}/maombi/{one.id}/" if is_owner else ""}
        for one in cases
    ]  # fmt: skip
    found += [
        {"name": offered[one.offering_id].name[lang] if one.offering_id in offered else "",
         "state": t("cases.help_is_draft", lang), "at": wording.at(one.saved_at, lang), "number": "",
         "url": f"{prefix()}/omba/rasimu/{one.id}/" if is_owner else ""}
        for one in drafts
    ]  # fmt: skip
    about = evidence.about(person_id=row.owner_id) if row.owner_id else []
    said = [(one, one.body or {}) for one in about]
    by_helper = [
        one for one, body in said
        if body.get("actor", {}).get("person") == str(row.helper_id) and body.get("on_behalf_of") == str(row.owner_id)
        and one.at >= row.asked_at and (row.ended_at is None or one.at <= row.ended_at)
    ]  # fmt: skip
    told = [(_act(one.verb, lang), wording.at(one.at, lang)) for one in by_helper[:ACTS]]
    # The same done again and again within a moment is one line.
    acts = [{"text": text, "at": next(same)[1]} for text, same in groupby(told, key=lambda one: one[0])]
    return {"things": found, "acts": acts}


def _act(verb: str, lang: str) -> str:
    key = f"cases.help_did_{verb.replace('.', '_')}"
    return t(key if key in texts() else "cases.help_did_other", lang)
