"""/ofisi/seva/matokeo/: what nodes' logs have done, the proof to take along, and what was done about it."""

import json
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from jumuishi.evidence import public as evidence
from jumuishi.exchange import findings, network
from jumuishi.exchange.models import Finding
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.web import words
from jumuishi.exchange.web.forms import ReasonForm
from jumuishi.exchange.web.frame import PAGE, refuse
from jumuishi.exchange.web.network_frame import answer, manager, to
from jumuishi.identity.doors import FreshAccount, Officer, access
from jumuishi.kernel import bounded
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

STATES = ("open", "all")


@access(Officer)
@require_GET
def findings_list(request: HttpRequest) -> HttpResponse:
    """The list: open ones, or all."""
    manager(request)
    lang = language()
    state = request.GET.get("hali", "") if request.GET.get("hali") in STATES else STATES[0]
    page = bounded.page_of(network.findings(state), PAGE, request.GET)
    rows = [
        {"id": one.id, "node": one.node, "at": words.at(one.found_at, lang), "origin": one.origin,
         "is_open": one.closed_at is None}
        for one in page.object_list
    ]  # fmt: skip
    states = [(one, t(f"exchange.findings_{one}", lang)) for one in STATES]
    context = {"page": page, "rows": rows, "state": state, "states": states, "query": urlencode({"hali": state})}
    return answer(request, "net_findings", "findings", context)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """One, with both notes. POST closes it with what was done."""
    actor, lang = manager(request), language()
    row = _found(finding_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, lang=lang)
    if request.method == "POST" and form.is_valid():
        try:
            findings.close(actor=actor, finding_id=finding_id, reason=form.cleaned_data["reason"])
            return to(f"matokeo/{finding_id}/")
        except ExchangeRefusedError as error:
            refuse(form, error)
    notes = [row.histories["one"], row.histories["other"]]
    context = {
        "row": row, "form": form, "at": words.at(row.found_at, lang), "closed": words.at(row.closed_at, lang),
        "told": words.at(row.told_at, lang),
        "notes": [{"text": one.strip(), "size": evidence.read_checkpoint(one).size} for one in notes],
    }  # fmt: skip
    return answer(request, "net_finding", "findings", context)


@access(Officer)
@require_GET
def proof(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """What `jumuishi evidence histories` reads."""
    manager(request)
    row = _found(finding_id)
    return _file(f"{row.node}-historia-mbili.json", json.dumps(row.histories, indent=1), "application/json")


@access(Officer)
@require_GET
def keys(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """The log's public keys, as the directory had them."""
    manager(request)
    row = _found(finding_id)
    return _file(f"{row.node}-funguo.txt", "".join(f"{one}\n" for one in row.keys), "text/plain; charset=utf-8")


def _file(name: str, text: str, kind: str) -> HttpResponse:
    found = HttpResponse(text, content_type=kind)
    found["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    found["Cache-Control"] = "no-store"
    return found


def _found(finding_id: UUID) -> Finding:
    row = network.finding_of(finding_id)
    if row is None:
        raise Http404
    return row
