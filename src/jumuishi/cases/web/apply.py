"""Applying: a page at a time, each stored before the next is shown; then a summary, and one button."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from jumuishi.cases import form, queries
from jumuishi.cases.actions import drafts, submission
from jumuishi.cases.lookups import actions as looking
from jumuishi.cases.lookups.web import beside as looks
from jumuishi.cases.models import Draft, Upload
from jumuishi.cases.moving.drafts import standing
from jumuishi.cases.moving.web.draft import edition_notice
from jumuishi.cases.resumable.dropping import on_their_way
from jumuishi.cases.sheet import Sheet, keep_page, sheet_of
from jumuishi.cases.types import DraftError
from jumuishi.cases.web import answers, errors, keeping, widgets
from jumuishi.cases.web.mine import CODE, resume_code
from jumuishi.cases.web.ways import prefix, says
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import Error, Page
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, KnownPerson, access, actor_of
from jumuishi.identity.types import Actor, ActorKind, BadPhoneError
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.spoken import say_clock, say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


@access(Everyone)
def begin(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """Begin: a visitor becomes a guest with a code of their own, and the first page is shown."""
    if request.method != "POST":
        return HttpResponseRedirect(f"{prefix()}/huduma/")
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


# Addresses of a draft that are no page of its service; a page that an author calls so gets a line before its name.
OURS = ("hakiki", "futa", "toleo")


def _url(sheet: Sheet, page: Page | None = None) -> str:
    """The address of a page, or of the summary."""
    return f"{prefix()}/omba/rasimu/{sheet.draft.id}/" + (f"{_path(page.page)}/" if page else "hakiki/")


def _path(page_id: str) -> str:
    return f"_{page_id}" if page_id in OURS else page_id


@access(KnownPerson)
def resume_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Go on where one stopped."""
    sheet = _sheet(actor_of(request), draft_id)
    if sheet.draft.case_id is not None:
        return HttpResponseRedirect(f"{prefix()}/maombi/{sheet.draft.case_id}/imepokelewa/")
    if standing(sheet.draft, sheet.offering).is_withdrawn:
        return HttpResponseRedirect(f"{prefix()}/omba/rasimu/{draft_id}/toleo/")
    if asks := looking.pending(sheet):
        return HttpResponseRedirect(looks.question_url(sheet, asks[0]))
    return HttpResponseRedirect(_url(sheet, sheet.next_open()))


@access(KnownPerson)
def page(request: HttpRequest, draft_id: UUID, page_id: str) -> HttpResponse:
    """One page of questions; what can be read is stored even where something else is wrong."""
    sheet = _sheet(actor_of(request), draft_id)
    actor = sheet.actor
    by_phone = request.POST.get("kept", "")
    if sheet.draft.case_id is not None:
        return keeping.gone() if by_phone else resume_draft(request, draft_id)
    found = sheet.page(page_id.removeprefix("_"))
    if found is None:
        if by_phone:
            return keeping.gone()
        return HttpResponseRedirect(_url(sheet, sheet.next_open()))
    if request.method != "POST":
        typed = identity.typed_before_sign_in(request)
        if typed is None:
            return _shown(request, sheet, found)
        return _shown(request, sheet, found, typed, notice="cases.typed_before")
    raw = _raw(found, request.POST)
    changed = _changed_elsewhere(sheet, found, raw, request.POST)
    if by_phone:
        return _kept_there(request, sheet, found, raw, changed=changed)
    if changed:
        return _shown(request, sheet, found, request.POST, notice="cases.changed_elsewhere", status=409)
    stays = bool({"add", "remove", "find", "drop", "disputes"} & set(request.POST))
    files = {name: file for name, file in request.FILES.items() if isinstance(file, UploadedFile)}
    try:
        if dropped := request.POST.get("drop"):
            drafts.detach(actor=actor, draft_id=draft_id, field=dropped)
        wrong = keep_page(
            actor=actor, draft_id=draft_id, page=found, raw=raw, files=files, goes_on=not stays,
            coming=request.POST.getlist("sending"), address=identity.address_of(request),
        )  # fmt: skip
    except DraftError as error:
        return says(request, error.code, 409)
    sheet = _sheet(actor, draft_id)
    if "leave" in request.POST:
        return HttpResponseRedirect(f"{prefix()}/maombi/")
    if "disputes" in request.POST:
        return HttpResponseRedirect(looks.dispute_url(sheet, request.POST["disputes"]))
    if stays:
        return _shown(request, sheet, found, request.POST)
    if asks := looking.pending(sheet):
        return HttpResponseRedirect(looks.question_url(sheet, asks[0]))
    fresh = _asked_anew(sheet, found, request.POST)
    wrong = tuple(one for one in wrong if not (one.field in fresh and one.code == "required"))
    if wrong or fresh:
        notice = "" if wrong else "cases.asked_anew"
        notice = looks.notice(sheet, fresh) or notice
        return _shown(request, sheet, found, request.POST, wrong, notice=notice, status=400 if wrong else 200)
    return HttpResponseRedirect(_url(sheet, sheet.after(found.page)))


def _kept_there(request: HttpRequest, sheet: Sheet, found: Page, raw: dict[str, Any], *, changed: bool) -> HttpResponse:
    """What a phone kept and sends by itself: as JSON whether all of it is saved now, or was changed elsewhere (409)."""
    if changed:
        return keeping.clash()
    actor, draft_id, key = sheet.actor, sheet.draft.id, request.POST.get("key") or None
    goes_on = True if request.POST["kept"] == "done" else None
    try:
        wrong = keep_page(
            actor=actor, draft_id=draft_id, page=found, raw=raw, files={}, goes_on=goes_on, key=key,
            coming=request.POST.getlist("sending"), address=identity.address_of(request),
        )  # fmt: skip
    except DraftError:
        return keeping.gone()
    # An empty answer and a file are not on the phone; what can't be read is there only.
    files = {one.name for one in form.asked(found) if one.type == "file"}
    left = [one for one in wrong if one.code != "required" and one.field not in files]
    now = _sheet(actor, draft_id)
    return keeping.saved(_mark(now, found), len(left), say_clock(now.draft.saved_at, language(), now.work.zone))


def _sends(sheet: Sheet) -> bool:
    """Whether the application has files: then each of its pages says how far those are that its phone sends."""
    return any(one.type == "file" for one in sheet.frame.edition.package.all_fields().values())


def _raw(found: Page, sent: QueryDict) -> dict[str, Any]:
    """What was sent for the page's questions; one that was not sent at all keeps its answer."""
    raw = {one.name: widgets.sent(one, sent) for one in form.asked(found) if one.type != "file"}
    return {name: value for name, value in raw.items() if value is not None}


def _stored(sheet: Sheet, found: Page) -> dict[str, Any]:
    return {one.name: sheet.draft.answers.get(one.name) for one in form.asked(found) if one.type != "file"}


def _changed_elsewhere(sheet: Sheet, found: Page, raw: dict[str, Any], sent: QueryDict) -> bool:
    """Whether this page was kept from another tab or phone, with other answers, since it was opened here."""
    seen = sent.get("seen")
    if not seen or seen == _mark(sheet, found):
        return False
    if found.page in (sheet.draft.look_again or ()):
        return True  # opened before it was carried over: other words stood there
    read = forms.read_page(sheet.form, found, raw, sheet.draft.door)
    stored = _stored(sheet, found)
    return bool(read.errors) or any(stored[name] != value for name, value in read.keep.items())


def _mark(sheet: Sheet, found: Page) -> str:
    return digest([sheet.draft.edition_hash, _stored(sheet, found)])[:16]


def _asked_anew(sheet: Sheet, found: Page, sent: QueryDict) -> set[str]:
    """Questions of this page that an answer just given brings along, so that nobody saw them yet."""
    before = set(sent.get("asked", "").split())
    return {one.name for one in sheet.form.fields(found)} - before if before else set()


def _shown(
    request: HttpRequest, sheet: Sheet, found: Page, sent: QueryDict | None = None, wrong: tuple[Error, ...] = (), *,
    notice: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page with what is stored, or with what was sent as it was typed."""
    lang = language()
    fields = {one.name: one for one in form.asked(found)}
    asked = sheet.form.fields(found)
    beside = looks.Beside(sheet, lang)
    values = sheet.form.prefilled(form.asked(found))
    if sent is not None:
        values |= _raw(found, sent)
    said = errors.by_path(wrong, fields, lang)
    kept = queries.draft_files(sheet.draft)
    has_files = any(one.type == "file" for one in asked)
    coming = list(on_their_way(sheet.draft.person_id, sheet.draft.id)) if has_files else []
    drawn = [
        widgets.group(one, values.get(one.name) or [], said, lang, add=sent is not None and sent.get("add") == one.name)
        if one.type == "group"
        else beside.drawn(one, widgets.shown(
            one, values.get(one.name), lang, error=said.get(one.name, ""), door=sheet.draft.door,
            offered=sheet.form.choices(one) if one.choices else None, files=[f for f in kept if f.field == one.name],
            may_find=True, may_drop=True, sends_to=f"{prefix()}/omba/rasimu/{sheet.draft.id}/faili/",
            coming=next((f for f in coming if f.field == one.name), None),
        ))
        for one in asked
    ]  # fmt: skip
    number = [one.page for one in sheet.pages].index(found.page) + 1 if found in sheet.pages else 1
    before = sheet.pages[number - 2] if number > 1 else None
    fresh = _asked_anew(sheet, found, sent) if sent is not None and not wrong else set()
    context = {
        "page_title": found.title[lang],
        "service_name": sheet.offering.name[lang],
        "promise": sheet.promise(lang),
        "number": number,
        "total": len(sheet.pages),
        "dots": widgets.dots(number, len(sheet.pages)),
        "back": _url(sheet, before) if before else f"{prefix()}/maombi/",
        "back_to": before.title[lang] if before else t("cases.mine", lang),
        "saved_at": say_clock(sheet.draft.saved_at, lang, sheet.work.zone) if sheet.draft.answers else "",
        "resume_code": resume_code(request),
        "errors": errors.listed(wrong, fields, lang),
        "notice": t(notice, lang) if notice else "",
        "notice_links": [(one.name, one.label[lang]) for one in asked if one.name in fresh and one.label],
        "reload": request.path if notice == "cases.changed_elsewhere" else "",
        "fields": drawn,
        "edition": edition_notice(sheet, lang),
        "sends": _sends(sheet),
        "asked": " ".join(one.name for one in asked),
        "seen": _mark(sheet, found),
    }
    if notice != "cases.changed_elsewhere":
        # There the person reads first and presses the button: nothing goes by itself.
        others = [_url(sheet, one) for one in sheet.pages if one is not found]
        context["kept"] = keeping.told(
            sheet.actor, after=_url(sheet, sheet.after(found.page)), pages=[*others, f"{prefix()}/{keeping.AWAY}"]
        )
    return render(request, "cases/page.html", context, status=status)


@access(KnownPerson)
def summary(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Check your answers, then submit: the same button twice is one case."""
    actor, lang = actor_of(request), language()
    typed = request.POST.get("phone", "").strip()[:40]
    said: dict[str, Any] = {"phone": typed} if typed else {}
    wrong: list[Error] = []
    if request.method == "POST":
        # Nothing of the page is worked out for an application that goes through.
        try:
            phone = identity.normalise_phone(typed) if typed else ""
            # Nobody submits without a file unawares.
            if coming := _coming(draft_id, request.POST):
                raise DraftError("cases.answers", errors=tuple(Error((name,), "file_coming") for name in coming))
            if looking.renew(actor=actor, draft_id=draft_id, address=identity.address_of(request)):
                said["renewed"] = t("cases.look_renewed", lang)
                raise DraftError("cases.look_renewed", errors=())
            done = submission.submit(actor=actor, draft_id=draft_id, phone=phone)
            return HttpResponseRedirect(f"{prefix()}/maombi/{done.case_id}/imepokelewa/")
        except BadPhoneError:
            text = t("cases.err_phone", lang)
            said["phone_error"] = text
            said["errors"] = [{"label": t("cases.phone", lang), "text": text, "url": "#f-phone"}]
        except DraftError as error:
            wrong = [one for one in submission.refusal_errors(error) if isinstance(one, Error)]
            if not wrong and error.code not in ("cases.no_draft", "cases.look_renewed"):
                here = {"back": f"/omba/rasimu/{draft_id}/"} if error.code == "cases.look_again" else {}
                return says(request, error.code, 409, **here)
    sheet = _sheet(actor, draft_id)
    if sheet.draft.case_id is not None:
        return HttpResponseRedirect(f"{prefix()}/maombi/{sheet.draft.case_id}/imepokelewa/")
    if asks := looking.pending(sheet):
        return HttpResponseRedirect(looks.question_url(sheet, asks[0]))
    context = _summary_context(actor, sheet, lang, resume_code(request)) | said
    if wrong:
        context["errors"] = _where(sheet, wrong, lang)
    return render(request, "cases/summary.html", context, status=400 if request.method == "POST" else 200)


def _coming(draft_id: UUID, sent: QueryDict) -> set[str]:
    """Questions whose files are still on their way, here or from this phone."""
    draft = Draft.objects.filter(id=draft_id).first()
    rows = on_their_way(draft.person_id, draft_id) if draft is not None else Upload.objects.none()
    return set(sent.getlist("sending")) | set(rows.values_list("field", flat=True))


def _where(sheet: Sheet, wrong: Iterable[Error], lang: str) -> list[dict[str, Any]]:
    """What is wrong, each with the page where it is mended."""
    found = []
    for one in sheet.pages:
        fields = {field.name: field for field in sheet.form.fields(one)}
        found += errors.listed([error for error in wrong if error.field in fields], fields, lang, _url(sheet, one))
    return found


def _summary_context(actor: Actor, sheet: Sheet, lang: str, code: str) -> dict[str, Any]:
    wrong, awaited = forms.missing(sheet.form, sheet.draft.door)
    if coming := {one.field for one in on_their_way(sheet.draft.person_id, sheet.draft.id)} if _sends(sheet) else ():
        wrong = tuple(Error(one.path, "file_coming") if one.field in coming else one for one in wrong)
    due = [(one.label, one.amount) for one in forms.charges(sheet.form) if one.amount]
    asked = [one.name for found in sheet.pages for one in sheet.form.fields(found)]
    person = identity.person(actor.person_id) if actor.person_id else None
    is_mine = sheet.draft.person_id == actor.person_id
    return {
        "service_name": sheet.offering.name[lang],
        "promise": sheet.promise(lang),
        "edition": edition_notice(sheet, lang),
        "back": _url(sheet, sheet.pages[-1]),
        "back_to": sheet.pages[-1].title[lang],
        "saved_at": say_clock(sheet.draft.saved_at, lang, sheet.work.zone),
        "resume_code": code,
        "errors": _where(sheet, wrong, lang),
        "sections": answers.sections(
            sheet.frame.edition.package,
            sheet.form.data(),
            lang,
            asked=asked,
            awaited=awaited,
            sources=looks.sources(sheet, lang),
            urls={one.page: _url(sheet, one) for one in sheet.pages},
        ),
        "fees": [{"label": label[lang], "amount": say_money(amount, settings.CURRENCY)} for label, amount in due],
        "fee_total": say_money(sum(amount for _, amount in due), settings.CURRENCY),
        "ask_phone": is_mine and not (person and person.phone),
        "phone": sheet.draft.phone,
        "kept": keeping.told(sheet.actor, looks=True),
        "sends": _sends(sheet),
    }
