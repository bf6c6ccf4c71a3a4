"""/ofisi/seva/: the nodes of the network, for whom each speaks, how it stands; in by two people, out with a reason."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jumuishi.channels import sheets
from jumuishi.exchange import admitting, centre, network
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.web import words
from jumuishi.exchange.web.forms import ReasonForm
from jumuishi.exchange.web.frame import PAGE, refuse
from jumuishi.exchange.web.network_frame import NodeForm, answer, manager, to
from jumuishi.identity.doors import FreshAccount, Officer, access
from jumuishi.kernel import bounded, clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

COLUMNS = ("node", "state", "members", "endpoint", "heard", "compared", "keys_end", "certificate_ends")
MOST_BYTES = 4 * 1_048_576


def _sought(given: Any) -> tuple[str, str]:
    state = given.get("hali", "")
    return given.get("q", "")[:80], state if state in network.STATES else ""


@access(Officer)
@require_GET
def nodes(request: HttpRequest) -> HttpResponse:
    """The list, narrowed."""
    manager(request)
    lang, (text, state) = language(), _sought(request.GET)
    page = bounded.page_of(network.nodes(text, state), PAGE, request.GET)
    context = {
        "page": page, "text": text, "state": state, "query": urlencode({"q": text, "hali": state}),
        "rows": [_line(one, lang) for one in network.stands(page.object_list)],
        "states": [(one, t(f"exchange.node_{one or 'any'}", lang)) for one in ("", *network.STATES)],
        "open": network.open_findings(),
    }  # fmt: skip
    return answer(request, "nodes", "nodes", context)


def _line(one: network.Stand, lang: str) -> dict[str, Any]:
    row = one.row
    return {
        "id": row.id, "name": row.name, "endpoint": row.endpoint, "state_key": one.state,
        "state": t(f"exchange.node_{one.state}", lang), "members": [f"{kind}/{code}" for kind, code in row.members],
        "heard": words.at(row.heard_at, lang), "compared": words.at(one.compared, lang), "problem": one.problem,
        "keys_end": words.at(one.keys_end, lang), "certificate_ends": words.at(one.certificate_ends, lang),
        "has_finding": one.has_finding,
    }  # fmt: skip


@access(Officer)
@require_POST
def take_out(request: HttpRequest) -> StreamingHttpResponse:
    """The list as CSV."""
    actor, lang, (text, state) = manager(request), language(), _sought(request.POST)
    lines = [_line(one, lang) for one in network.export(actor=actor, text=text, state=state)]
    rows = [
        (
            one["name"], one["state"], " ".join(one["members"]), one["endpoint"], one["heard"], one["compared"],
            one["keys_end"], one["certificate_ends"],
        )
        for one in lines
    ]  # fmt: skip
    head = [t(f"exchange.n_{one}", lang) for one in COLUMNS]
    return sheets.answer(f"seva-{localtime(clock.now()):%Y-%m-%d}", "csv", head, rows)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A node's statement, and for whom it shall speak: it waits then for a second person."""
    actor, lang = manager(request), language()
    form = NodeForm(*((request.POST, request.FILES) if request.method == "POST" else ()), lang=lang)
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["statement"].read(MOST_BYTES)
            pairs = _pairs(form.cleaned_data["members"])
            return to(f"{admitting.wish(actor=actor, statement_text=text, members=pairs)}/")
        except ExchangeRefusedError as error:
            refuse(form, error)
    return answer(request, "node_new", "nodes", {"form": form})


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = [tuple(line.strip().split("/")) for line in text.splitlines() if line.strip()]
    if not pairs or any(len(one) != 2 or not all(one) for one in pairs):
        raise ExchangeRefusedError("exchange.bad_members", "members")
    return [(one[0], one[1]) for one in pairs]


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def node(request: HttpRequest, neighbour_id: UUID) -> HttpResponse:
    """One node. POST: `do` is agree, by a second person, or drop."""
    actor, lang, error = manager(request), language(), ""
    row = network.node_of(neighbour_id)
    if row is None:
        raise Http404
    if request.method == "POST":
        try:
            act = {"agree": admitting.agree, "drop": admitting.drop_wish}.get(request.POST.get("do", ""))
            if act is not None:
                act(actor=actor, neighbour_id=neighbour_id)
            return to(f"{neighbour_id}/")
        except ExchangeRefusedError as refused:
            error = t(refused.key, lang)
    [found] = network.stands([row])
    wish = row.wish and [f"{kind}/{code}" for kind, code in row.wish["members"]]
    digits = sha256(bytes(row.public)).hexdigest()
    context = {
        "error": error, "row": _line(found, lang), "node": row, "wish": wish, "own": row.wished_by == actor.person_id,
        "wished": words.at(row.wished_at, lang), "admitted": words.at(row.admitted_at, lang),
        "revoked": words.at(row.revoked_at, lang), "said": row.statement.get("members", []),
        "mark": " ".join(digits[at : at + 4] for at in range(0, 32, 4)), "origins": centre.origins_of(row),
    }  # fmt: skip
    return answer(request, "node", "nodes", context)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, neighbour_id: UUID) -> HttpResponse:
    """What its revocation means, the reason, the button."""
    actor, lang = manager(request), language()
    row = network.node_of(neighbour_id)
    if row is None or row.admitted_at is None or row.revoked_at is not None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None, lang=lang)
    if request.method == "POST" and form.is_valid():
        try:
            centre.revoke(actor=actor, neighbour_id=neighbour_id, reason=form.cleaned_data["reason"])
            return to(f"{neighbour_id}/")
        except ExchangeRefusedError as error:
            refuse(form, error)
    members = [f"{kind}/{code}" for kind, code in row.members]
    return answer(request, "node_remove", "nodes", {"form": form, "node": row, "members": members})
