"""What is mine: applications begun, on their way and ended, bills, documents; and a draft thrown away."""

from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import queries
from jumuishi.cases.actions import drafts
from jumuishi.cases.sheet import sheet_of
from jumuishi.cases.types import DraftError
from jumuishi.cases.web import ways, words
from jumuishi.cases.web.mine_money import my_bills, my_documents
from jumuishi.cases.web.ways import prefix
from jumuishi.hooks import public as hooks
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.kernel.numbers import group, normalise
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services

CODE = "cases.resume_code"
PAGE, DRAFTS = 20, 10


def resume_code(request: HttpRequest) -> str:
    """The code that a guest goes on with from another phone, in groups; empty once it can no longer be told."""
    code = request.session.get(CODE, "")
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


@access(KnownPerson)
def mine(request: HttpRequest) -> HttpResponse:
    """What I have begun and what I have submitted; with a number, straight to that case if it is mine."""
    actor, lang = actor_of(request), language()
    assert actor.person_id is not None  # noqa: S101  # KnownPerson admits nobody without
    asked = normalise(request.GET.get("n", ""))[:16]
    if asked:
        found = queries.my_cases(actor.person_id).filter(reference=asked).first()
        if found is not None:
            return ways.to(f"/maombi/{found.id}/")
    page = Paginator(queries.my_cases(actor.person_id), PAGE).get_page(request.GET.get("page"))
    begun = Paginator(queries.my_drafts(actor.person_id), DRAFTS).get_page(request.GET.get("begun"))
    offered = services.offerings({draft.offering_id for draft in begun})
    rows = [
        {
            "url": f"{prefix()}/maombi/{case.id}/",
            "name": case.service_name[lang],
            "title": case.title,
            "stage": words.headline(case, lang),
            "number": group(case.reference),
            "is_open": not case.outcome,
        }
        for case in page
    ]
    (bill_page, bills), (paper_page, papers) = (of(request, actor.person_id, lang) for of in (my_bills, my_documents))
    context = {
        "rows": rows,
        "page": page,
        "bills": bills,
        "bill_page": bill_page,
        "papers": papers,
        "paper_page": paper_page,
        "begun": begun,
        "drafts": [
            {
                "url": f"{prefix()}/omba/rasimu/{draft.id}/",
                "name": offered[draft.offering_id].name[lang] if draft.offering_id in offered else "",
                "at": say_instant(draft.saved_at, lang, settings.TIME_ZONE),
            }
            for draft in begun
        ],
        "dead_notices": hooks.dead_of(actor),
        "not_mine": group(asked) if asked else "",
        "resume_code": resume_code(request),
        "is_guest": getattr(request, "is_guest", False),
    }
    return render(request, "cases/mine.html", context)


@access(KnownPerson)
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away, after a page that says what that means; once more is the same."""
    actor, lang = actor_of(request), language()
    sheet = sheet_of(actor, draft_id)
    if sheet is None:
        if request.method == "POST":
            return ways.to("/maombi/")
        raise Http404
    if request.method == "POST":
        try:
            drafts.discard_draft(actor=sheet.actor, draft_id=draft_id)
        except DraftError as error:
            return ways.says(request, error.code, 409)
        return ways.to("/maombi/")
    context = {
        "heading": t("cases.discard_ask", lang),
        "body": t("cases.discard_means", lang),
        "about": sheet.offering.name[lang],
        "act": t("cases.discard_do", lang),
        "back": f"{prefix()}/omba/rasimu/{draft_id}/",
    }
    return render(request, "cases/confirm.html", context)
