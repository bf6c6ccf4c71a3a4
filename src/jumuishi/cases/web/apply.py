"""Applying: a page at a time, each stored before the next is shown; a summary; a reference and a receipt."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jumuishi.cases import engine, form, queries
from jumuishi.cases.actions import drafts, submission
from jumuishi.cases.models import Attachment
from jumuishi.cases.sheet import Sheet, keep_page, sheet_of
from jumuishi.cases.types import DraftError
from jumuishi.cases.web import answers, errors, widgets, words
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import Error, Field, Page
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, KnownPerson, access, actor_of
from jumuishi.identity.types import Actor, ActorKind, BadPhoneError
from jumuishi.institutions import public as institutions
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_clock, say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

CODE = "cases.resume_code"


def prefix() -> str:
    """The language's part of an address."""
    return "/en" if language() == "en" else ""


def says(request: HttpRequest, key: str, status: int) -> HttpResponse:
    """A page with one message."""
    context = {"heading": t(key, language()), "body": "", "back": f"{prefix()}/huduma/"}
    return render(request, "channels/message.html", context, status=status)


@access(Everyone)
@require_POST
def begin(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """Begin: a visitor becomes a guest with a code of their own, and the first page is shown."""
    actor, lang = actor_of(request), language()
    if actor.kind is not ActorKind.PERSON or actor.person_id is None:
        guest = identity.new_guest(language=lang)
        actor = guest.actor
        assert actor.person_id is not None  # noqa: S101  # a guest is a person
        identity.sign_in_person(request, actor.person_id, guest=True)
        request.session[CODE] = guest.resume_code
    try:
        draft_id = drafts.begin_draft(actor=actor, offering_id=offering_id, language=lang)
    except DraftError as error:
        return says(request, error.code, 409)
    return HttpResponseRedirect(f"{prefix()}/omba/rasimu/{draft_id}/")


def _sheet(actor: Actor, draft_id: UUID) -> Sheet:
    found = sheet_of(actor, draft_id)
    if found is None:
        raise Http404
    return found


def _url(sheet: Sheet, page: Page | None = None) -> str:
    """The address of a page, or of the summary."""
    return f"{prefix()}/omba/rasimu/{sheet.draft.id}/" + (f"{page.page}/" if page else "hakiki/")


@access(KnownPerson)
def resume_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Go on where one stopped."""
    sheet = _sheet(actor_of(request), draft_id)
    if sheet.draft.case_id is not None:
        return HttpResponseRedirect(f"{prefix()}/maombi/{sheet.draft.case_id}/imepokelewa/")
    return HttpResponseRedirect(_url(sheet, sheet.next_open()))


@access(KnownPerson)
def page(request: HttpRequest, draft_id: UUID, page_id: str) -> HttpResponse:
    """One page of questions; what can be read is stored even where something else is wrong."""
    actor, lang = actor_of(request), language()
    sheet = _sheet(actor, draft_id)
    if sheet.draft.case_id is not None:
        return resume_draft(request, draft_id)
    found = sheet.page(page_id)
    if found is None:
        return HttpResponseRedirect(_url(sheet, sheet.next_open()))
    if request.method != "POST":
        return render(request, "cases/page.html", _page_context(request, sheet, found, lang, (), {}))
    raw = {one.name: widgets.sent(one, request.POST) for one in form.asked(found) if one.type != "file"}
    wants = bool({"add", "remove"} & set(request.POST))
    files = {name: file for name, file in request.FILES.items() if isinstance(file, UploadedFile)}
    try:
        wrong = keep_page(actor=actor, draft_id=draft_id, page=found, raw=raw, files=files, goes_on=not wants)
    except DraftError as error:
        return says(request, error.code, 409)
    sheet = _sheet(actor, draft_id)
    if "leave" in request.POST:
        return HttpResponseRedirect(f"{prefix()}/maombi/")
    if wrong or wants:
        shown = () if wants else wrong
        context = _page_context(request, sheet, found, lang, shown, raw)
        return render(request, "cases/page.html", context, status=200 if wants else 400)
    return HttpResponseRedirect(_url(sheet, sheet.after(page_id)))


def _page_context(
    request: HttpRequest, sheet: Sheet, found: Page, lang: str, wrong: tuple[Error, ...], raw: dict[str, Any]
) -> dict[str, Any]:
    data = sheet.form.prefilled(form.asked(found))
    by_name = {one.name: one for one in form.asked(found)}
    said = {one.field: errors.words(one, by_name[one.field], lang) for one in reversed(wrong) if one.field in by_name}
    files = list(Attachment.objects.filter(person_id=sheet.draft.person_id, draft_id=sheet.draft.id))
    shown = []
    for one in sheet.form.fields(found):
        if one.type == "group":
            shown.append(_group(one, data.get(one.name) or [], raw.get(one.name), said, lang, request))
            continue
        value = raw[one.name] if one.name in said and one.name in raw else data.get(one.name)
        drawn = widgets.shown(
            one, value, lang, error=said.get(one.name, ""), offered=sheet.form.choices(one) if one.choices else None,
            files=[{"name": f.name, "size": f.size} for f in files if f.field == one.name],
            door=sheet.draft.door,
        )  # fmt: skip
        if one.type == "place" and one.name in said:
            typed = request.POST.get(f"{one.name}__text", "")
            drawn["place_text"] = typed
            drawn["choices"] = widgets.find_places(one, typed, lang) if typed else []
        shown.append(drawn)
    number = [one.page for one in sheet.pages].index(found.page) + 1 if found in sheet.pages else 1
    before = sheet.pages[number - 2] if number > 1 else None
    return {
        "page_title": found.title[lang],
        "service_name": sheet.offering.name[lang],
        "promise": sheet.promise(lang),
        "number": number,
        "total": len(sheet.pages),
        "dots": widgets.dots(number, len(sheet.pages)),
        "back": _url(sheet, before) if before else f"{prefix()}/maombi/",
        "saved_at": say_clock(sheet.draft.saved_at, lang, sheet.work.zone) if sheet.draft.done_pages or wrong else "",
        "resume_code": _grouped(request.session.get(CODE, "")),
        "errors": errors.listed(wrong, by_name, lang),
        "fields": shown,
    }


def _grouped(code: str) -> str:
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def _group(
    field: Field, kept: list[dict[str, Any]], raw: Any, said: dict[str, str], lang: str, request: HttpRequest
) -> dict[str, Any]:
    items = list(raw) if isinstance(raw, list) and raw else list(kept)
    most = field.repeat.max if field.repeat and field.repeat.max else 50
    least = max(field.repeat.min if field.repeat else 0, 1 if field.required else 0)
    if request.POST.get("add") == field.name and len(items) < most:
        items.append({})
    while len(items) < least:
        items.append({})
    return {
        "widget": "group",
        "name": field.name,
        "label": field.label[lang] if field.label else "",
        "hint": field.hint[lang] if field.hint else "",
        "error": said.get(field.name, ""),
        "may_add": len(items) < most,
        "items": [
            {
                "key": f"{field.name}__{n}",
                "fields": [
                    widgets.shown(member, item.get(member.name), lang, name=f"{field.name}__{n}__{member.name}")
                    for member in field.fields
                ],
            }
            for n, item in enumerate(items)
        ],
    }


@access(KnownPerson)
def summary(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Check your answers, then submit: the same button twice is one case."""
    actor, lang = actor_of(request), language()
    sheet = _sheet(actor, draft_id)
    if sheet.draft.case_id is not None:
        return HttpResponseRedirect(f"{prefix()}/maombi/{sheet.draft.case_id}/imepokelewa/")
    context = _summary_context(actor, sheet, lang)
    if request.method != "POST":
        return render(request, "cases/summary.html", context)
    phone = ""
    if typed := request.POST.get("phone", "").strip():
        try:
            phone = identity.normalise_phone(typed)
        except BadPhoneError:
            context |= {"phone_error": t("cases.err_phone", lang), "phone": typed}
            return render(request, "cases/summary.html", context, status=400)
    try:
        done = submission.submit(actor=actor, draft_id=draft_id, phone=phone)
    except DraftError as error:
        fields = sheet.frame.edition.package.all_fields()
        wrong = [one for one in submission.refusal_errors(error) if isinstance(one, Error)]
        if not wrong:
            return says(request, error.code, 409)
        context["errors"] = errors.listed(wrong, fields, lang)
        return render(request, "cases/summary.html", context, status=400)
    return HttpResponseRedirect(f"{prefix()}/maombi/{done.case_id}/imepokelewa/")


def _summary_context(actor: Actor, sheet: Sheet, lang: str) -> dict[str, Any]:
    wrong, awaited = forms.missing(sheet.form, sheet.draft.door)
    due = [(one.label, one.amount) for one in forms.charges(sheet.form) if one.amount is not None]
    asked = [one.name for found in sheet.pages for one in sheet.form.fields(found)]
    person = identity.person(actor.person_id) if actor.person_id else None
    return {
        "service_name": sheet.offering.name[lang],
        "promise": sheet.promise(lang),
        "back": _url(sheet, sheet.pages[-1]),
        "errors": errors.listed(wrong, sheet.frame.edition.package.all_fields(), lang),
        "sections": answers.sections(
            sheet.frame.edition.package,
            sheet.form.data(),
            lang,
            asked=asked,
            awaited=awaited,
            url=f"{prefix()}/omba/rasimu/{sheet.draft.id}/{{page}}/",
        ),
        "fees": [{"label": label[lang], "amount": say_money(amount, settings.CURRENCY)} for label, amount in due],
        "fee_total": say_money(sum(amount for _, amount in due), settings.CURRENCY),
        "ask_phone": not (person and person.phone),
        "phone": sheet.draft.phone,
    }


@access(KnownPerson)
def received(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The receipt: the number, the date promised, who has it now, and the signed promise of the log."""
    lang = language()
    case = queries.case_for(case_id)
    if case is None:
        raise Http404
    work = institutions.working_time(case.institution_id)
    state = engine.state_of(case)
    package = engine.frame_of(case).edition.package
    role = state.task.role if state.task else ""
    promise = evidence.promise(case.submit_entry)
    context = {
        "groups": group(case.reference).split(),
        "promised": words.at(case.promise_due_at, lang, work),
        "now_with": package.roles[role].name[lang] if role else case.stage_name[lang],
        "sms_line": t("cases.sms_sent_to", lang) if case.phone else t("cases.no_sms", lang),
        "track_url": f"{prefix()}/maombi/{case.id}/",
        "receipt_url": f"{prefix()}/maombi/{case.id}/stakabadhi/",
        "commitment": promise.commitment.hex(),
        "case_number": group(case.reference),
        "promise": words.promise_line(case, lang, work),
    }
    return render(request, "cases/receipt.html", context)
