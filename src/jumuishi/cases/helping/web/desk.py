"""At the counter: every question on one page, read back to its owner, submitted, printed, next."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jumuishi.cases import form, queries
from jumuishi.cases.actions import drafts, submission
from jumuishi.cases.actions.things import case_thing, draft_thing
from jumuishi.cases.helping import actions, filing, messages, wording
from jumuishi.cases.helping import queries as queries_of
from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.helping.web.counter import own
from jumuishi.cases.lookups import actions as looking
from jumuishi.cases.lookups.web import beside as looks
from jumuishi.cases.models import Case
from jumuishi.cases.sheet import Sheet, sheet_of
from jumuishi.cases.types import CaseError, DraftError
from jumuishi.cases.web import answers, errors, widgets
from jumuishi.cases.web import words as said_of
from jumuishi.cases.web.receipts import promise_of
from jumuishi.cases.web.ways import prefix, says, to
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import Error, Field
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.templatetags.text import language

BACK = "/ofisi/kaunta/"
STAYS = frozenset({"add", "remove", "find", "drop", "disputes"})


def _sheet(request: HttpRequest, mandate_id: UUID) -> tuple[Actor, Mandate, Sheet] | HttpResponse:
    """The application of a consent that stands, on the table; else where to go."""
    actor, row = own(request, mandate_id)
    if row.given_at is None:
        return to(f"{BACK}{mandate_id}/")
    try:
        draft_id = filing.begin_for(actor=actor, mandate_id=mandate_id)
    except CaseError as error:
        return says(request, error.code, 409, BACK)
    sheet = sheet_of(actor, draft_id)
    if sheet is None:
        return says(request, "cases.help_none", 409, BACK)
    if sheet.draft.case_id is not None:
        return to(f"{BACK}{mandate_id}/risiti/")
    return actor, row, sheet


def _fields(sheet: Sheet) -> dict[str, Field]:
    return {one.name: one for page in sheet.pages for one in form.asked(page)}


@access(Officer)
def fill(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """All questions of the service; what can be read is kept, also where something else is wrong."""
    found = _sheet(request, mandate_id)
    if isinstance(found, HttpResponse):
        return found
    _, row, sheet = found
    if request.method != "POST":
        identity.looked(sheet.actor, draft_thing(sheet.draft), "answers")
        return _shown(request, row, sheet, None, [])
    post, sent = request.POST, {}
    for page in sheet.frame.edition.package.pages:
        asked = [one for one in form.asked(page) if one.type != "file"]
        read = {one.name: widgets.sent(one, post) for one in asked}
        sent[page.page] = {name: value for name, value in read.items() if value is not None}
    files = {name: file for name, file in request.FILES.items() if isinstance(file, UploadedFile)}
    try:
        if dropped := post.get("drop"):
            drafts.detach(actor=sheet.actor, draft_id=sheet.draft.id, field=dropped)
        sheet, wrong, asks_more = filing.keep_all(sheet, sent, files, post.get("asked", "").split())
    except DraftError as error:
        return says(request, error.code, 409, BACK)
    if "disputes" in post:
        return HttpResponseRedirect(looks.dispute_url(sheet, post["disputes"]))
    if asks := looking.pending(sheet):
        return HttpResponseRedirect(looks.question_url(sheet, asks[0]))
    if STAYS & set(post):
        return _shown(request, row, sheet, sent, [], add=post.get("add", ""))
    if wrong or asks_more:
        seen = frozenset(post.get("asked", "").split())
        return _shown(request, row, sheet, sent, wrong, asks_more=asks_more and not wrong, seen=seen)
    return to(f"{BACK}{mandate_id}/hakiki/")


def _shown(
    request: HttpRequest, row: Mandate, sheet: Sheet, sent: dict[str, dict[str, Any]] | None, wrong: list[Error], *,
    add: str = "", asks_more: bool = False, seen: frozenset[str] = frozenset(),
) -> HttpResponse:  # fmt: skip
    lang, kept, fields = language(), queries.draft_files(sheet.draft), _fields(sheet)
    said = errors.by_path(wrong, fields, lang)
    sections: list[dict[str, Any]] = []
    beside = looks.Beside(sheet, lang)
    for page in sheet.pages:
        values = sheet.form.prefilled(form.asked(page)) | (sent or {}).get(page.page, {})
        drawn = [
            widgets.group(one, values.get(one.name) or [], said, lang, add=add == one.name)
            if one.type == "group"
            else beside.drawn(one, widgets.shown(
                one, values.get(one.name), lang, error=said.get(one.name, ""), door=sheet.draft.door,
                offered=sheet.form.choices(one) if one.choices else None,
                files=[file for file in kept if file.field == one.name], may_find=True, may_drop=True,
            ))
            for one in sheet.form.fields(page)
        ]  # fmt: skip
        sections.append({"title": page.title[lang], "fields": drawn})
    # What is asked only now is where one goes on.
    every = [field for section in sections for field in section["fields"]]
    first = next((field for field in every if field.get("name") not in seen), every[0] if every else None)
    if first is not None and not wrong:
        first["focus"] = True
    context = {
        "m": wording.line(row, lang),
        "service_name": sheet.offering.name[lang],
        "sections": sections,
        "errors": errors.listed(wrong, fields, lang),
        "asks_more": asks_more,
        "asked": " ".join(one.name for page in sheet.pages for one in sheet.form.fields(page)),
    }
    return render(request, "cases/helping/fill.html", context, status=400 if wrong else 200)


@access(Officer)
def check(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Read back to the owner, then one button: the same button twice is one case."""
    found = _sheet(request, mandate_id)
    if isinstance(found, HttpResponse):
        return found
    actor, row, sheet = found
    lang, wrong = language(), list[Error]()
    if asks := looking.pending(sheet):
        return HttpResponseRedirect(looks.question_url(sheet, asks[0]))
    if request.method == "POST":
        try:
            if looking.renew(actor=actor, draft_id=sheet.draft.id):
                raise DraftError("cases.look_renewed")
            submission.submit(actor=sheet.actor, draft_id=sheet.draft.id)
            return to(f"{BACK}{mandate_id}/risiti/")
        except DraftError as error:
            wrong = [one for one in submission.refusal_errors(error) if isinstance(one, Error)]
            if not wrong:
                again = f"{BACK}{mandate_id}/hakiki/" if error.code == "cases.look_renewed" else BACK
                return says(request, error.code, 409, again)
    else:
        identity.looked(sheet.actor, draft_thing(sheet.draft), "answers")
    missing, awaited = forms.missing(sheet.form, sheet.draft.door)
    due = [(one.label, one.amount) for one in forms.charges(sheet.form) if one.amount]
    filled = f"{prefix()}{BACK}{mandate_id}/jaza/"
    context = {
        "m": wording.line(row, lang),
        "service_name": sheet.offering.name[lang],
        "promise": sheet.promise(lang),
        "errors": errors.listed(wrong or missing, _fields(sheet), lang, filled),
        "sections": answers.sections(
            sheet.frame.edition.package, sheet.form.data(), lang, awaited=awaited, sources=looks.sources(sheet, lang),
            asked=[one.name for page in sheet.pages for one in sheet.form.fields(page)],
            urls={page.page: filled for page in sheet.pages},
        ),
        "fees": [{"label": label[lang], "amount": say_money(amount, settings.CURRENCY)} for label, amount in due],
    }  # fmt: skip
    return render(request, "cases/helping/check.html", context, status=400 if wrong else 200)


@access(Officer)
def slip(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """The receipt on paper: the number, the promise, who helped and for how much, how to follow it and to stop it."""
    actor, row = own(request, mandate_id)
    case = Case.objects.filter(mandate_id=mandate_id).order_by("-submitted_at").first()
    if case is None:
        return to(f"{BACK}{mandate_id}/jaza/")
    lang, home = language(), institutions.institution(case.institution_id)
    work = institutions.working_time(case.institution_id)
    identity.looked(actor.helping(case.person_id), case_thing(case), "receipt")
    context = {
        "m": wording.line(row, lang),
        "groups": group(case.reference).split(),
        "service_name": case.service_name[lang],
        "institution": home.name[lang] if home else "",
        "submitted": said_of.at(case.submitted_at, lang, work),
        "promised": said_of.at(case.promise_due_at, lang, work),
        "stage": case.stage_name[lang],
        "phone": identity.mask_phone(case.phone) if case.phone else "",
        "commitment": promise_of(case).commitment.hex()[:32],
        "ussd_code": settings.USSD_CODE,
        "offering": case.offering_id,
        "following": _following(row, lang),
    }
    return render(request, "cases/helping/slip.html", context)


def _following(row: Mandate, lang: str) -> dict[str, str] | None:
    """The next application of the same person that was consented to together and is not sent yet."""
    rows = [one for one in queries_of.together(row) if one.id != row.id]
    sent = set(Case.objects.filter(mandate_id__in=[one.id for one in rows]).values_list("mandate_id", flat=True))
    left = next((one for one in rows if one.id not in sent), None)
    if left is None:
        return None
    return {"url": f"{prefix()}{BACK}{left.id}/jaza/", "what": messages.what(left, lang)}


@access(Officer)
@require_POST
def done(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Next, please: the consent ends with the visit, and the same service is chosen again."""
    actor, row = own(request, mandate_id)
    actions.let_go(actor=actor, mandate_id=mandate_id)
    return to(f"{BACK}?huduma={row.offering_id or ''}")
