"""Officers' notes on a case and who is called by them; ready words for a message. For the officer's page of a case."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jumuishi.cases.actions import remarks, templates
from jumuishi.cases.models import Case, Mention, Remark
from jumuishi.cases.policies import HEADS
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import words
from jumuishi.cases.web.ways import prefix, to
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime

FEW = 5


def shown(actor: Actor, case: Case, names: Mapping[Any, str], lang: str, work: WorkingTime) -> dict[str, Any]:
    """The notes of a case, oldest first, and a fresh key under which the next one is written once."""
    rows = Remark.objects.filter(institution_id=case.institution_id, case=case).order_by("created_at", "id")
    unseen = dict(
        Mention.objects.filter(
            institution_id=case.institution_id, officer_id=actor.who, remark__case=case, seen_at=None
        ).values_list("remark_id", "id")
    )
    return {
        "remarks": [
            {
                "id": one.id,
                "who": names.get(one.author_id, t("cases.an_officer", lang)),
                "at": words.at(one.created_at, lang, work),
                "text": one.text,
                "struck": t("cases.remark_struck", lang, who=names.get(one.struck_by, ""),
                            at=words.at(one.struck_at, lang, work), why=one.struck_reason)
                if one.struck_at
                else "",
                "may_strike": not one.struck_at and (one.author_id == actor.person_id or actor.has(*HEADS)),
                "mention": unseen.get(one.id),
            }
            for one in rows
        ],
        "remark_key": new_id(),
        "colleagues": [{"id": one, "name": name} for one, name in names.items() if one != actor.person_id],
    }  # fmt: skip


def called(actor: Actor) -> list[dict[str, Any]]:
    """The notes that call the actor and were not seen yet, for the inbox: the newest few."""
    rows = Mention.objects.filter(institution_id=actor.workplace, officer_id=actor.who, seen_at=None)
    return [
        {"url": f"{prefix()}/ofisi/ombi/{one.remark.case_id}/#dokezo", "title": one.remark.case.title}
        for one in rows.select_related("remark__case").order_by("-created_at")[:FEW]
    ]


def offered(case: Case) -> list[dict[str, Any]]:
    """The templates that fit a case."""
    return [{"id": one.id, "name": one.name} for one in templates.templates_of(case.institution_id, case.service)]


def with_template(actor: Actor, case: Case, chosen: str, typed: str) -> str:
    """What was typed with a template's filled words below; nothing typed is lost."""
    rows = templates.templates_of(actor.workplace, case.service)
    found = next((one for one in rows if str(one.id) == chosen), None)
    if found is None or case.institution_id != actor.workplace:
        return typed
    text = templates.filled_for(found, case)
    return f"{typed}\n\n{text}" if typed else text


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _refused(request: HttpRequest, case_id: UUID, error: CaseError) -> HttpResponse:
    """What is wrong, and what was typed, on a page with the same form."""
    lang = language()
    context = {
        "message": t(error.code, lang),
        "here": f"{prefix()}/ofisi/ombi/{case_id}/",
        "text": request.POST.get("text", ""),
        "action": request.path,
        "key": request.POST.get("key", ""),
    }
    return render(request, "cases/remark_again.html", context, status=422)


@access(Officer)
@require_POST
def write(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write a note for colleagues."""
    given = request.POST
    who = [_id(one) for one in given.getlist("who") if one]
    try:
        remarks.write_remark(
            actor=actor_of(request), case_id=case_id, text=given.get("text", ""), mentions=who,
            idempotency_key=given.get("key") or None,
        )  # type: ignore[call-arg]  # taken by @action  # fmt: skip
    except CaseError as error:
        return _refused(request, case_id, error)
    return to(f"/ofisi/ombi/{case_id}/?done=1#dokezo")


@access(Officer)
@require_POST
def strike(request: HttpRequest, case_id: UUID, remark_id: UUID) -> HttpResponse:
    """Strike a note out, with the reason."""
    try:
        remarks.strike_remark(actor=actor_of(request), remark_id=remark_id, reason=request.POST.get("text", ""))
    except CaseError as error:
        return _refused(request, case_id, error)
    return to(f"/ofisi/ombi/{case_id}/?done=1#dokezo")


@access(Officer)
@require_POST
def seen(request: HttpRequest, case_id: UUID, mention_id: UUID) -> HttpResponse:
    """The one who was called has seen it."""
    remarks.see_mention(actor=actor_of(request), mention_id=mention_id)
    return to(f"/ofisi/ombi/{case_id}/#dokezo")
