"""Asking for access, what was asked of us, what stands: each agreement from both sides, and its end."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from jumuishi.exchange import agreeing, catalogue, queries, rehearsing, standing
from jumuishi.exchange.models import Agreement
from jumuishi.exchange.patterns import pattern_of_template
from jumuishi.exchange.types import ExchangeRefusedError, Terms
from jumuishi.exchange.web import words
from jumuishi.exchange.web.forms import AskForm, ReasonForm, WriteDownForm
from jumuishi.exchange.web.frame import PAGE, answer, keeper, refuse, to
from jumuishi.identity.doors import FreshAccount, Officer, access
from jumuishi.identity.public import may
from jumuishi.institutions import public as institutions
from jumuishi.kernel import bounded
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

SIDES, STATES = ("asked", "ours"), ("waiting", "now", "all")


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """The form by which a system of ours asks for a service."""
    actor, lang = keeper(request), language()
    found = catalogue.listed(service_id)
    if found is None:
        raise Http404
    systems = [(str(one.id), f"{one.name} ({one.code})") for one in queries.standing_systems_of(actor.workplace)]
    form = AskForm(**_asked(request), systems=systems, rules=catalogue.endpoints(service_id), lang=lang)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = agreeing.ask(
                actor=actor, subsystem_id=UUID(said["subsystem"]), service_id=service_id, terms=_terms(said)
            )
            return to(f"makubaliano/{made}/")
        except ExchangeRefusedError as error:
            _refuse(form, error)
    return answer(request, "ask", "find", {"form": form, "service": found, "systems": systems})


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def write_down(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """The form by which an owner writes down what was agreed with a system of another node; its head decides on it."""
    actor, lang = keeper(request), language()
    found = queries.service_of(actor.workplace, service_id)
    if found is None:
        raise Http404
    systems = [(one.id.wire, f"{one.name} ({one.id.wire})") for one in standing.systems_elsewhere()]
    form = WriteDownForm(**_asked(request), systems=systems, rules=catalogue.endpoints(service_id), lang=lang)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = agreeing.offer(actor=actor, service_id=service_id, client=said["subsystem"], terms=_terms(said))
            return to(f"makubaliano/{made}/")
        except ExchangeRefusedError as error:
            _refuse(form, error)
    return answer(request, "write_down", "systems", {"form": form, "service": found, "systems": systems})


def _asked(request: HttpRequest) -> dict[str, Any]:
    today = institutions.today()
    initial = {"from_on": today, "until_on": today + timedelta(days=365)}
    return {"data": request.POST if request.method == "POST" else None, "initial": initial}


def _terms(said: dict[str, Any]) -> Terms:
    """What the form says, as the register reads it."""
    return Terms(
        purpose=said["purpose"].strip(), purpose_words={"sw": said["purpose_sw"], "en": said["purpose_en"]},
        legal_basis=said["legal_basis"], fields=said["fields_wanted"].splitlines(), from_on=said["from_on"],
        until_on=said["until_on"],
        rules=[*map(_ticked, said.get("rules", [])), *map(_typed, said["other_rules"].splitlines())],
    )  # fmt: skip


def _refuse(form: AskForm, error: ExchangeRefusedError) -> None:
    refuse(
        form,
        ExchangeRefusedError(error.key, {"rules": "other_rules", "client": "subsystem"}.get(error.field, error.field)),
    )


def _ticked(choice: str) -> dict[str, str]:
    verb, _, path = choice.partition(" ")
    return {"method": verb, "path": pattern_of_template(path).text}


def _typed(line: str) -> dict[str, str]:
    verb, _, path = line.strip().partition(" ")
    return {"method": verb, "path": path.strip()}


@access(Officer)
@require_GET
def agreements(request: HttpRequest) -> HttpResponse:
    """Those asked of us, or those that we asked for."""
    actor, lang, today = keeper(request), language(), institutions.today()
    side = request.GET.get("upande", "") if request.GET.get("upande") in SIDES else SIDES[0]
    state = request.GET.get("hali", "") if request.GET.get("hali") in STATES else STATES[2]
    page = bounded.page_of(queries.agreements_of(actor.workplace, side, state), PAGE, request.GET)
    rows = list(page.object_list)
    services = catalogue.named({one.service_id for one in rows})
    context = {
        "page": page, "query": urlencode({"upande": side, "hali": state}), "side": side, "state": state,
        "rows": [
            {**_said(one, today, lang, services), "service": services[one.service_id]} for one in rows
        ],
        "sides": [(one, t(f"exchange.side_{one}", lang)) for one in SIDES],
        "states": [(one, t(f"exchange.states_{one}", lang)) for one in STATES],
    }  # fmt: skip
    return answer(request, "agreements", "agreements", context)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """One, as each side reads it. POST of who leads the data's owner: `do` is approve or refuse."""
    actor, lang, do = keeper(request), language(), request.POST.get("do", "")
    form = ReasonForm(request.POST if do == "refuse" else None, lang=lang)
    error = ""
    if request.method == "POST":
        try:
            if do == "refuse" and form.is_valid():
                agreeing.refuse(actor=actor, agreement_id=agreement_id, reason=form.cleaned_data["reason"])
            elif do == "approve":
                agreeing.approve(actor=actor, agreement_id=agreement_id)
            return to(f"makubaliano/{agreement_id}/")
        except ExchangeRefusedError as refused:
            if refused.field:
                refuse(form, refused)
            else:
                error = t(refused.key, lang)
    row, context = _one(request, agreement_id)
    waits, decides = context["row"]["state_key"] == "waiting", context["decides"]
    if waits and decides:
        context["tried"] = words.rehearsal(rehearsing.of_approval(row), lang)
    context |= {
        "error": error, "form": form, "waits": waits, "own": row.asked_by == actor.person_id,
        "stands": decides and row.approved_at is not None and row.ended_at is None,
    }  # fmt: skip
    return answer(request, "agreement", "agreements", context)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """What its end would deny, the reason, the button."""
    actor, lang = keeper(request), language()
    row, context = _one(request, agreement_id)
    if not context["decides"] or row.approved_at is None or row.ended_at is not None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None, lang=lang)
    if request.method == "POST" and form.is_valid():
        try:
            agreeing.end(actor=actor, agreement_id=agreement_id, reason=form.cleaned_data["reason"])
            return to(f"makubaliano/{agreement_id}/")
        except ExchangeRefusedError as error:
            refuse(form, error)
    context |= {"form": form, "tried": words.rehearsal(rehearsing.of_end(row), lang)}
    return answer(request, "agreement_end", "agreements", context)


def _one(request: HttpRequest, agreement_id: UUID) -> tuple[Agreement, dict[str, Any]]:
    actor = keeper(request)
    row = queries.agreement_of(actor.workplace, agreement_id)
    if row is None:
        raise Http404
    services, lang = catalogue.named([row.service_id]), language()
    is_ours = row.institution_id == actor.workplace
    asking = institutions.institution(row.consumer_id) if row.consumer_id else None
    return row, {
        "row": _said(row, institutions.today(), lang, services), "service": services[row.service_id],
        "is_ours": is_ours, "asking": asking.name if asking else None,
        "decides": is_ours and may(actor, "exchange.agreement.decide", agreeing.thing_of(row)),
    }  # fmt: skip


def _said(row: Agreement, today: date, lang: str, services: dict[UUID, catalogue.Listed]) -> dict[str, Any]:
    return words.agreement(row, today, lang, offered=not services[row.service_id].ended)
