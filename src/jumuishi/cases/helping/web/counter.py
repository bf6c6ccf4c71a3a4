"""The counter: find by phone, consent, fill in, check, print, next. Keys alone are enough, and no script."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases.helping import actions, messages, queries, rules, wording
from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.helping.web import choices
from jumuishi.cases.types import CaseError
from jumuishi.cases.web.ways import to
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts

PAGE, MOST = 20, 30
TYPED = ("phone", "name", "offering", "fee", "lang")


def words(error: CaseError, lang: str) -> str:
    """A refusal in words, with the most that an agreement lets an agent ask, and what else it names."""
    key = error.code if error.code in texts() else "cases.refused"
    said = {name: value for name, value in error.values.items() if isinstance(value, str | int)}
    if isinstance(most := error.values.get("most"), int):
        said["most"] = say_money(most, settings.CURRENCY)
    return t(key, lang, **said)


def uuid_of(text: str) -> UUID | None:
    """An id as a form sends it; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _at_counter(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if actor.kind is not ActorKind.OFFICER:
        raise Http404
    return actor


@access(Officer)
def counter(request: HttpRequest) -> HttpResponse:
    """Whom do you help? The phone, the service; the code goes out. Below: who is being helped, marks to be seen."""
    actor, lang = _at_counter(request), language()
    typed = {name: request.POST.get(name, "").strip()[:120] for name in TYPED}
    wrong: dict[str, str] = {}
    also = [one for one in map(uuid_of, request.POST.getlist("also")[:MOST]) if one is not None]
    if request.method == "POST":
        proof = Mandate.Proof.MARK if "mark" in request.POST else Mandate.Proof.CODE
        fee, offering = typed["fee"].replace(",", "").replace(" ", ""), uuid_of(typed["offering"])
        if offering is None:
            wrong["offering"] = t("cases.help_choose_service", lang)
        elif fee and not (fee.isascii() and fee.isdigit() and len(fee) < 9):
            wrong["fee"] = t("cases.err_integer", lang)
        else:
            try:
                made = actions.ask_mandate(
                    actor=actor, phone=typed["phone"], offering_id=offering, proof=proof, name=typed["name"],
                    fee=int(fee or 0), language=typed["lang"] if typed["lang"] in ("sw", "en") else "sw",
                    also=also,
                )  # fmt: skip
                return to(f"/ofisi/kaunta/{made}/")
            except CaseError as error:
                wrong[_where(error.code)] = words(error, lang)
    sought = request.GET.get("q", "").strip()[:60]
    offered = choices.for_counter(queries.Place(actor), sought)
    kinds = {rules.kind_at(post) for _, post in offered}
    page = Paginator(queries.of_helper(actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "typed": {**typed, "offering": typed["offering"] or request.GET.get("huduma", "")},
        "wrong": wrong,
        "errors": [{"label": t(f"cases.help_{name}", lang), "text": text, "url": f"#f-{name}"}
                   for name, text in wrong.items()],
        "offered": choices.labels((one for one, _ in offered), lang, actor.workplace),
        "also": {str(one) for one in also},
        "asks_fee": rules.Kind.AGENT in kinds,
        "may_mark": not kinds.isdisjoint(rules.MARKS),
        "may_seek": actor.has(*settings.EXECUTIVE_ROLES),
        "sought": sought,
        "rows": wording.lines(page, lang),
        "page": page,
        "seen": wording.lines(queries.to_witness(actor)[:PAGE], lang),
    }  # fmt: skip
    return render(request, "cases/helping/counter.html", context, status=400 if wrong else 200)


def _where(code: str) -> str:
    """The field that a refusal is about."""
    return {
        "cases.help_name_missing": "name", "cases.help_fee_over": "fee", "cases.help_no_fee": "fee",
        "cases.help_not_here": "offering", "cases.not_offered": "offering", "cases.help_too_many": "offering",
    }.get(code, "phone")  # fmt: skip


def own(request: HttpRequest, mandate_id: UUID) -> tuple[Actor, Mandate]:
    """A question or consent of the officer's own, not ended; else there is no such page."""
    actor = _at_counter(request)
    row = queries.mandate_of(actor, mandate_id)
    if row is None:
        raise Http404
    return actor, row


@access(Officer)
def consent(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """The code that came to the owner's phone is typed here; or the second officer is waited for."""
    actor, row = own(request, mandate_id)
    lang, message = language(), ""
    if request.method == "POST":
        try:
            if "again" in request.POST:
                actions.send_again(actor=actor, mandate_id=mandate_id)
                return to(f"/ofisi/kaunta/{mandate_id}/?tena=1")
            if "stop" in request.POST:
                actions.let_go(actor=actor, mandate_id=mandate_id)
                return to("/ofisi/kaunta/")
            if actions.consent_by_code(actor=actor, mandate_id=mandate_id, code=request.POST.get("code", "")[:20]):
                return to(f"/ofisi/kaunta/{mandate_id}/jaza/")
            message = t("cases.help_wrong_code", lang)
        except CaseError as error:
            message = words(error, lang)
    elif row.given_at is not None:
        return to(f"/ofisi/kaunta/{mandate_id}/jaza/")
    context: dict[str, Any] = {
        "m": wording.line(row, lang) | {"what": messages.all_of(queries.together(row), lang)},
        "waits_for": "witness" if row.proof == Mandate.Proof.MARK else "code",
        "errors": [{"label": t("cases.help_code", lang), "text": message, "url": "#f-code"}] if message else [],
        "again": request.GET.get("tena") == "1",
        "here": f"/ofisi/kaunta/{mandate_id}/",
    }
    return render(request, "cases/helping/consent.html", context, status=400 if message else 200)


@access(Officer)
def witness(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """The second officer says to have seen the person put the mark; asked twice it is seen once."""
    actor, lang, message = _at_counter(request), language(), ""
    row = Mandate.objects.filter(id=mandate_id, institution_id=actor.workplace, proof=Mandate.Proof.MARK).first()
    if row is None or row.given_at is not None:
        return to("/ofisi/kaunta/")
    if request.method == "POST":
        try:
            actions.witness_mandate(actor=actor, mandate_id=mandate_id)
            return to("/ofisi/kaunta/")
        except CaseError as error:
            message = words(error, lang)
    asked = wording.line(row, lang) | {"what": messages.all_of(queries.together(row), lang)}
    context = {"m": asked, "message": message, "days": settings.HELP_REPUDIATE_DAYS}
    return render(request, "cases/helping/witness.html", context, status=400 if message else 200)
