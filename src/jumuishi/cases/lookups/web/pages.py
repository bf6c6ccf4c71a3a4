"""A register's question to the person, and a register's value that the person says is wrong; a page each."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases.actions.things import draft_thing
from jumuishi.cases.lookups import actions
from jumuishi.cases.lookups.models import Look
from jumuishi.cases.lookups.rules import Way
from jumuishi.cases.lookups.web.beside import question_url
from jumuishi.cases.sheet import Sheet
from jumuishi.cases.types import DraftError
from jumuishi.cases.web import errors, widgets
from jumuishi.cases.web.ways import prefix, says, to
from jumuishi.cases.wording import words
from jumuishi.exchange import public as exchange
from jumuishi.identity import public as identity
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.identity.types import ActorKind
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def _sheet(request: HttpRequest, draft_id: UUID) -> Sheet:
    try:
        return actions.open_sheet(actor_of(request), draft_id)
    except DraftError:
        raise Http404 from None


def _back(request: HttpRequest, sheet: Sheet, name: str) -> str:
    """The form that the field stands on: at a counter all on one page."""
    if actor_of(request).kind is ActorKind.OFFICER and sheet.draft.mandate_id is not None:
        return f"/ofisi/kaunta/{sheet.draft.mandate_id}/jaza/"
    page = next(
        (one.page for one in sheet.frame.edition.package.pages if any(it.name == name for it in one.fields)), ""
    )
    return f"/omba/rasimu/{sheet.draft.id}/" + (f"{page}/" if page and sheet.page(page) else "")


@access(KnownPerson)
def question(request: HttpRequest, draft_id: UUID, look_id: UUID) -> HttpResponse:
    """What the register asks; answered, or passed by. The same answer again finds that it was answered."""
    actor, sheet, lang = actor_of(request), _sheet(request, draft_id), language()
    row = next((one for one in sheet.looks.rows.values() if one.id == look_id), None)
    if row is None:
        raise Http404
    back, wrong = _back(request, sheet, row.key_field), ""
    if row not in actions.pending(sheet):
        return to(back)
    if request.method == "POST":
        try:
            if "skip" in request.POST:
                actions.skip_question(actor=actor, draft_id=draft_id, look_id=look_id)
                return to(back)
            # What was answered before is over: a press sent twice must not answer the question that came meanwhile.
            if request.POST.get("number", "") != str((row.question or {}).get("number", "")):
                return _asked(request, sheet, row, lang, "", back)
            now = actions.answer_question(
                actor=actor, draft_id=draft_id, look_id=look_id, said=request.POST.get("answer", ""),
                address=identity.address_of(request),
            )  # fmt: skip
        except DraftError as error:
            return _asked(request, sheet, row, lang, t(error.code, lang), back)
        if now is not None and now.state == Look.State.QUESTION:
            return to(question_url(sheet, now).removeprefix(prefix()))
        return to(back)
    if (row.question or {}).get("was_wrong"):
        wrong = t("cases.look_was_wrong", lang)
    return _asked(request, sheet, row, lang, wrong, back)


def _asked(request: HttpRequest, sheet: Sheet, row: Look, lang: str, wrong: str, back: str) -> HttpResponse:
    asked = row.question or {}
    left = asked.get("tries_left")
    context = {
        "heading": t("cases.look_question_title", lang, register=exchange.label_of(row.register, lang)),
        "lead": t("cases.look_question_lead", lang, register=exchange.label_of(row.register, lang)),
        "question": asked.get(lang, ""),
        "number": asked.get("number", ""),
        "wrong": wrong,
        "left": t("cases.look_tries_left", lang, n=left) if left is not None else "",
        "back": prefix() + back,
        "service_name": sheet.offering.name[lang],
        "longest": actions.LONGEST_ANSWER,
    }
    return render(request, "cases/lookups/question.html", context, status=400 if request.POST and wrong else 200)


@access(KnownPerson)
def dispute(request: HttpRequest, draft_id: UUID, field: str) -> HttpResponse:
    """What the register says, what is right, and why; or that the register is right after all."""
    actor, sheet, lang = actor_of(request), _sheet(request, draft_id), language()
    way, row = sheet.ways.get(field), sheet.looks.row(field, sheet.draft.answers)
    if row is None or way not in (Way.FETCHED, Way.DISPUTED):
        raise Http404
    back, post = _back(request, sheet, field), request.POST
    one = sheet.frame.edition.package.all_fields()[field]
    wrong: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            if "right" in post:
                actions.take_back(actor=actor, draft_id=draft_id, name=field)
                return to(back)
            wrong = actions.dispute(
                actor=actor, draft_id=draft_id, name=field, raw=widgets.sent(one, post) or "",
                reason=post.get("reason", ""),
            )  # fmt: skip
        except DraftError as error:
            return says(request, error.code, 409, back)
        if not wrong:
            return to(back)
    elif actor.person_id != sheet.draft.person_id:
        identity.looked(sheet.actor, draft_thing(sheet.draft), "answers")
    known = sheet.looks.disputes.get(field)
    value = widgets.sent(one, post) if post else sheet.draft.answers.get(field) if known else None
    said = errors.by_path([it for it in wrong if it.field != "reason"], {field: one}, lang)
    register = exchange.label_of(row.register, lang)
    reason_error = t("cases.err_reason", lang) if any(it.field == "reason" for it in wrong) else ""
    listed = errors.listed([it for it in wrong if it.field != "reason"], {field: one}, lang)
    if reason_error:
        listed.append({"label": t("cases.look_reason", lang), "text": reason_error, "url": "#f-reason"})
    shown = widgets.shown(
        one, value, lang, error=said.get(field, ""), may_find=True,
        offered=sheet.form.choices(one) if one.choices else None,
    )  # fmt: skip
    context = {
        "heading": t("cases.look_dispute_title", lang),
        "lead": t("cases.look_dispute_lead", lang, register=register, said=words(one, row.values[field], lang)),
        "fields": [shown],
        "errors": listed,
        "reason": post.get("reason", "") if post else known.reason if known else "",
        "reason_error": reason_error,
        "disputed": known is not None,
        "back": prefix() + back,
        "service_name": sheet.offering.name[lang],
        "longest": actions.LONGEST_REASON,
    }
    return render(request, "cases/lookups/dispute.html", context, status=400 if wrong else 200)
