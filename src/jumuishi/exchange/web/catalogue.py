"""Find a service, read its description, take it along, try it with made-up answers."""

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from jumuishi.exchange import catalogue
from jumuishi.exchange.catalogue import SYSTEM, Listed
from jumuishi.exchange.described import playing
from jumuishi.exchange.described.making import Making
from jumuishi.exchange.described.reading import Operation, Tree
from jumuishi.exchange.describing import read_description
from jumuishi.exchange.web.frame import PAGE, answer, keeper
from jumuishi.identity.doors import Officer, access
from jumuishi.kernel import tenancy

SHOWN = 8
_KEPT = "/exchange/sandbox/"


@access(Officer)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """All services of this node, searched."""
    keeper(request)
    text = request.GET.get("q", "")[:80]
    with tenancy.acting_as(SYSTEM):
        page = Paginator(catalogue.found(text), PAGE).get_page(request.GET.get("page"))
        rows = catalogue.page(page.object_list)
    query = urlencode({"q": text}) if text else ""
    return answer(request, "find", "find", {"rows": rows, "page": page, "text": text, "query": query})


@access(Officer)
@require_GET
def one(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Whose it is, whom to turn to, and what each of its addresses takes and gives."""
    keeper(request)
    found, tree, operations = _read(service_id)
    page = Paginator(operations, SHOWN).get_page(request.GET.get("page"))
    shown = [
        {
            "n": page.start_index() - 1 + at, "one": operation, "sends": playing.sent(tree, operation),
            "answers": playing.answered(tree, operation),
        }
        for at, operation in enumerate(page.object_list)
    ]  # fmt: skip
    return answer(request, "found", "find", {"service": found, "page": page, "rows": shown, "query": ""})


@access(Officer)
@require_GET
def download(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """The description as a file."""
    keeper(request)
    found = catalogue.listed(service_id)
    text, media_type = catalogue.description(service_id)
    if found is None or not text:
        raise Http404
    kept = HttpResponse(text, content_type=media_type)
    kept["Content-Disposition"] = f'attachment; filename="{quote(found.code)}.{media_type.rpartition("/")[2]}"'
    kept["X-Content-Type-Options"] = "nosniff"
    return kept


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """One request of the description, sent to its made-up twin: what goes, what comes."""
    keeper(request)
    found, tree, operations = _read(service_id)
    number = request.GET.get("n", "0")
    if not number.isdecimal() or len(number) > 4 or int(number) >= len(operations):
        raise Http404
    operation = operations[int(number)]
    is_sent = request.method == "POST"
    asked = [
        {
            "name": f"{one.place}.{one.name}", "label": one.name, "says": one.says, "required": one.required,
            "value": request.POST.get(f"{one.place}.{one.name}", "")[:300] if is_sent else _shown(tree, operation, one),
        }
        for one in operation.parameters
        if one.place != "header"
    ]  # fmt: skip
    body = request.POST.get("body", "")[:20_000] if is_sent else playing.sent(tree, operation)
    context: dict[str, Any] = {
        "service": found, "operation": operation, "asked": asked, "takes_body": operation.sends is not None,
        "body": body, "page_at": int(number) // SHOWN + 1, "address": f"{_KEPT}{service_id}", "n": number,
    }  # fmt: skip
    if is_sent:
        path = operation.path
        for one in operation.parameters:
            if one.place == "path":
                path = path.replace(f"{{{one.name}}}", quote(request.POST.get(f"path.{one.name}", "")[:300], safe=""))
        query = {
            one.name: said
            for one in operation.parameters
            if one.place == "query" and (said := request.POST.get(f"query.{one.name}", "")[:300])
        }
        played = playing.play(tree, operations, operation.verb, path, query)
        line = f"{operation.verb} {_KEPT}{service_id}{path}{'?' + urlencode(query) if query else ''}"
        context |= {"line": line, "status": played.status, "came": played.body.decode()}
    return answer(request, "trial", "find", context)


def _read(service_id: UUID) -> tuple[Listed, Tree, tuple[Operation, ...]]:
    found = catalogue.listed(service_id)
    if found is None:
        raise Http404
    tree, operations = read_description(*catalogue.description(service_id)) if found.has_description else ({}, ())
    return found, tree, operations


def _shown(tree: Tree, operation: Operation, one: Any) -> str:
    """What a field begins with: the description's own example, else one made up; nothing where it may be left out."""
    if one.example is not None:
        return str(one.example)
    return str(Making(tree, f"{operation.path} {one.name}").value(one.schema)) if one.required else ""
