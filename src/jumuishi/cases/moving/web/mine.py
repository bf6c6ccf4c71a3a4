"""What a move to a newer edition asks of me: answered and agreed to point by point, or left as it is."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import engine
from jumuishi.cases.models import Case
from jumuishi.cases.moving import actions, asking
from jumuishi.cases.moving.judging import Judge
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import errors, widgets, words
from jumuishi.cases.web.case import take_file_of
from jumuishi.cases.web.ways import prefix, says, to
from jumuishi.cases.wording import words as answer_words
from jumuishi.definitions.moving.types import TO_ANSWER, Ask, Verdict
from jumuishi.definitions.types import Error, Package
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services


@access(KnownPerson)
def settle(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Each point with what was and what would be; one button agrees, one stays. Nothing is chosen for the person."""
    actor, lang = actor_of(request), language()
    case = Case.objects.filter(id=case_id, person_id=actor.who).first()
    if case is None:
        raise Http404
    item, here = actions.asked_of(case, clock.now()), f"/maombi/{case_id}/"
    if request.method == "POST" and "stay" in request.POST:
        try:
            actions.decline(actor=actor, case_id=case_id)
        except CaseError as error:
            return says(request, error.code, 409, here)
        return to(here)
    if item is None:
        is_again = request.method == "POST" and actions.is_settled(case)
        return to(here) if is_again else says(request, "cases.move_nothing", 409, here)
    judge = Judge(item.to_hash, clock.now())
    if request.method != "POST":
        return _shown(request, case, judge, asking.verdict(judge, case, {}, ()), {}, item.asked_until, lang)
    raw, wrong = _given(request, case, judge)
    agreed = request.POST.getlist("agree")
    if {"add", "remove", "find"} & set(request.POST) or wrong:
        found = asking.verdict(judge, case, raw, agreed)
        return _shown(request, case, judge, found, raw, item.asked_until, lang, wrong=wrong)
    try:
        found = actions.agree(actor=actor, case_id=case_id, given=raw, agreed=agreed)
    except CaseError as error:
        return says(request, error.code, 409, here)
    if found.reasons:
        return says(request, "cases.move_cannot_now", 409, here)
    if found.state is not None:
        return to(here)
    return _shown(request, case, judge, found, raw, item.asked_until, lang, is_sent=True)


def _given(request: HttpRequest, case: Case, judge: Judge) -> tuple[dict[str, Any], list[Error]]:
    """What was answered to the questions that the page had; an empty box is no answer."""
    raw: dict[str, Any] = {}
    wrong: list[Error] = []
    for one in asking.fields_of(judge.package, request.POST.get("fields", "").split()[:100]):
        if one.type == "file":
            taken = take_file_of(request, case, one)
            wrong += [taken] if isinstance(taken, Error) else []
            raw |= {one.name: taken} if isinstance(taken, dict) else {}
            continue
        value = widgets.sent(one, request.POST)
        if value not in (None, "", []):
            raw[one.name] = value
    return raw, wrong


def _shown(
    request: HttpRequest, case: Case, judge: Judge, found: Verdict, raw: dict[str, Any], until: Any, lang: str, *,
    wrong: list[Error] | None = None, is_sent: bool = False,
) -> HttpResponse:  # fmt: skip
    old, new = engine.frame_of(case).edition.package, judge.package
    names = [one.field for one in found.asks if one.why in TO_ANSWER]
    names += [name for name in raw if name not in names]
    fields = asking.fields_of(new, names)
    faults = [*(wrong or []), *found.errors]
    points = [one for one in found.asks if one.why not in TO_ANSWER]
    if is_sent:
        faults += [Error((one.field,), "required") for one in found.asks if one.why in TO_ANSWER]
    said = errors.by_path(faults, {one.name: one for one in fields}, lang)
    before = {one.field: one for one in found.asks}
    work = institutions.working_time(case.institution_id)
    offered = asking.offered(case, judge, raw)
    drawn = []
    for one in fields:
        value = raw.get(one.name)
        if one.type == "group":
            drawn.append(widgets.group(one, value or [], said, lang, add=request.POST.get("add") == one.name))
            continue
        shown = widgets.shown(
            one, value, lang, error=said.get(one.name, ""), may_find=True,
            offered=offered.choices(one) if offered is not None and one.choices else None,
        )  # fmt: skip
        drawn.append(shown | {"earlier": _was(old, before.get(one.name), lang)})
    listed = errors.listed(faults, {one.name: one for one in fields}, lang)
    if is_sent and points and not faults:
        listed = [{"label": t("cases.moving_points", lang), "text": t("cases.moving_tick", lang), "url": "#points"}]
    edition = services.edition_by_hash(judge.edition_hash)
    context = {
        "service_name": case.service_name[lang],
        "case_number": group(case.reference),
        "back": f"{prefix()}/maombi/{case.id}/",
        "until": words.at(until, lang, work),
        "edition": edition.number if edition else "",
        "fields": drawn,
        "names": " ".join(names),
        "points": [_point(one, old, new, lang) for one in points],
        "ticked": request.POST.getlist("agree"),
        "errors": listed,
    }
    return render(request, "cases/moving/settle.html", context, status=400 if listed else 200)


def _was(old: Package, ask: Ask | None, lang: str) -> str:
    """What was answered before, where something was."""
    field = old.all_fields().get(ask.field) if ask is not None else None
    return answer_words(field, ask.before, lang) if field is not None and ask is not None and ask.before else ""


def _point(one: Ask, old: Package, new: Package, lang: str) -> dict[str, str]:
    """A point to agree to: what it is about, what was, what would be."""
    if one.why == "fee":
        return {
            "mark": one.mark, "label": new.fees[one.field].label[lang], "why": t("definitions.ask_fee", lang),
            "before": _amount(one.before, lang), "after": _amount(one.after, lang),
        }  # fmt: skip
    was, now = old.all_fields().get(one.field), new.all_fields().get(one.field)
    label = (now or was).label  # type: ignore[union-attr]  # one of the editions has it
    before = after = ""
    if one.why == "reworded":
        said = asking.reworded(one, old, new, lang)
        nothing = t("cases.moving_no_words", lang)
        before, after = (" / ".join(words or nothing for words in side) for side in zip(*said, strict=True))
    elif was is not None:
        before = str(one.before) if was.type == "calculate" else answer_words(was, one.before, lang)
        after = str(one.after) if one.why == "calculated" and one.after is not None else ""
    answer = answer_words(was, one.before, lang) if one.why == "reworded" and was is not None else ""
    return {
        "mark": one.mark, "label": label[lang] if label else one.field, "why": t(f"definitions.ask_{one.why}", lang),
        "before": before, "after": after, "answer": answer,
    }  # fmt: skip


def _amount(amount: int | None, lang: str) -> str:
    return say_money(amount, settings.CURRENCY) if amount is not None else t("cases.moving_unknown_fee", lang)
