"""/ofisi/mifumo/mizigo/: what waits for which node, and bundles for a stick: packed, downloaded, taken from one."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.files.base import File
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_POST

from jumuishi.exchange import standing
from jumuishi.exchange.courier.bundle import names
from jumuishi.exchange.courier.bundle.flaws import BadBundle
from jumuishi.exchange.courier.carrying import actions, keeping, queries, writing
from jumuishi.exchange.courier.carrying.tables import BundleFile
from jumuishi.exchange.courier.states import Direction
from jumuishi.exchange.directory.document import UnreadDirectory
from jumuishi.exchange.directory.standing import NotTaken
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.web import words
from jumuishi.exchange.web.frame import PAGE, answer, keeper, to
from jumuishi.identity.doors import FreshAccount, Officer, access
from jumuishi.kernel import bounded, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.space import NoSpaceError
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

SYSTEM = tenancy.Principal.system()


@access(Officer)
@require_GET
def carry(request: HttpRequest) -> HttpResponse:
    """Other nodes, a form to take files, and the latest files."""
    return _shown(request, [])


def _shown(request: HttpRequest, told: list[tuple[bool, str]]) -> HttpResponse:
    actor, lang = keeper(request), language()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        nodes = Paginator(queries.nodes(actor.workplace), PAGE).get_page(request.GET.get("seva"))
    page = bounded.page_of(queries.files(), PAGE, request.GET)
    context: dict[str, Any] = {
        "nodes": [_node(one, lang) for one in nodes.object_list],
        "nodes_page": nodes, "dead": queries.open_dead(actor.workplace), "page": page,
        "rows": [_file(one, lang) for one in page.object_list], "query": "",
        "told": [said for is_well, said in told if is_well], "refused": [said for is_well, said in told if not is_well],
    }  # fmt: skip
    context["error"] = t("exchange.carry_refused", lang) if context["refused"] else ""
    return answer(request, "carry", "carry", context)


def _node(one: queries.NodeState, lang: str) -> dict[str, Any]:
    never = t("exchange.carry_never", lang)
    return {
        "name": one.node, "waiting": one.waiting, "oldest": words.at(one.oldest_at, lang),
        "heard": words.at(one.heard_at, lang) or never, "missing": ", ".join(map(str, one.missing)),
        "lost": ", ".join(map(str, one.lost)), "query": urlencode({"seva": one.node}),
        "pack": new_id(),
    }  # fmt: skip


def _file(row: BundleFile, lang: str) -> dict[str, Any]:
    if row.direction == Direction.IN:
        state = "taken" if row.taken_at else "being_taken"
    else:
        state = "taken" if row.taken_at else "lost" if row.lost_at else "under_way"
    said = {"number": row.number, "node": row.node, "n": row.messages}
    return {
        "said": t(f"exchange.carry_{row.direction}", lang, **said), "state": t(f"exchange.carry_state_{state}", lang),
        "at": words.at(row.at, lang), "kb": -(-row.bytes // 1024),
    }  # fmt: skip


@access(Officer)
@require_GET
def subjects(request: HttpRequest) -> HttpResponse:
    """What of one's own institution waits, by subject."""
    actor, lang = keeper(request), language()
    node, text = request.GET.get("seva"), request.GET.get("q", "").strip()[:80]
    members = None
    if node:
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            members = queries.members_at(node[:60])
    page = Paginator(queries.subjects(actor.workplace, members, text), PAGE).get_page(request.GET.get("page"))
    given = {name: one for name, one in (("seva", node), ("q", text)) if one}
    rows = [{**one, "oldest": words.at(one["oldest_at"], lang)} for one in page.object_list]
    context = {"page": page, "rows": rows, "text": text, "node": node or "", "query": urlencode(given)}
    return answer(request, "carry_subjects", "carry", context)


@access(FreshAccount)
@require_POST
def begin_packing(request: HttpRequest) -> HttpResponse:
    """Have a node's messages packed; the page's own mark says which packing it is."""
    actor, lang = keeper(request), language()
    try:
        packing_id = UUID(request.POST.get("pack", ""))
        actions.ask(actor=actor, to=request.POST.get("seva", "")[:60], packing_id=packing_id)
    except ExchangeRefusedError as error:
        return _shown(request, [(False, t(error.key, lang))])
    except ValueError:
        raise Http404 from None
    return to(f"mizigo/pakia/{packing_id}/")


@access(Officer)
@require_GET
def packing(request: HttpRequest, packing_id: UUID) -> HttpResponse:
    """A packing's files, once they are there."""
    keeper(request)
    row, lang = queries.packing(packing_id), language()
    if row is None:
        raise Http404
    own = _own()
    files = [
        {**_file(one, lang), "number": one.number, "name": keeping.name_of(one, own)}
        for one in (queries.files_of(row.pack) if row.pack else [])
    ]
    context = {
        "row": row, "at": words.at(row.at, lang), "files": files,
        "problem": t(row.problem, lang) if row.problem else "",
    }  # fmt: skip
    return answer(request, "carry_packing", "carry", context)


def _own() -> str:
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return queries.own_name()


@access(Officer)
@require_GET
def download(request: HttpRequest, packing_id: UUID, number: int) -> HttpResponseBase:
    """A file, closed for its node."""
    keeper(request)
    row = queries.packing(packing_id)
    files = queries.files_of(row.pack) if row is not None and row.pack else []
    found = next((one for one in files if one.number == number), None)
    if row is None or found is None:
        raise Http404
    own = _own()
    try:
        source = keeping.packed(row.id, found, own).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return _as_file(FileResponse(source, content_type="application/octet-stream"), keeping.name_of(found, own))


@access(Officer)
@require_GET
def directory(request: HttpRequest) -> HttpResponseBase:
    """The network's signed directory, for the stick."""
    keeper(request)
    kept = writing.directory()
    if kept is None:
        raise Http404
    return _as_file(HttpResponse(kept[1], content_type="application/octet-stream"), names.directory_name(kept[0]))


def _as_file(found: HttpResponseBase, name: str) -> HttpResponseBase:
    found["Content-Disposition"] = f'attachment; filename="{name}"'
    found["Cache-Control"] = "no-store"
    return found


@access(FreshAccount)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take files of a stick; each is said to be taken, known already, or refused with the reason."""
    keeper(request)
    sent = [one for one in request.FILES.getlist("file") if isinstance(one, File)]
    sent.sort(key=lambda one: (not (one.name or "").endswith(names.DIRECTORY), one.name or ""))
    if not sent:
        return _shown(request, [(False, t("exchange.carry_no_file", language()))])
    return _shown(request, [_taken(request, one, language()) for one in sent])


def _taken(request: HttpRequest, sent: "File[bytes]", lang: str) -> tuple[bool, str]:
    name = (sent.name or "")[:120]
    if name.endswith(names.DIRECTORY):
        try:
            came = standing.arrived(sent.read())
        except (UnreadDirectory, NotTaken):
            return True, t("exchange.courier_directory_kept", lang, file=name)
        return True, t("exchange.courier_directory_new" if came else "exchange.courier_directory_same", lang, file=name)
    try:
        row, is_known = actions.receive(actor=keeper(request), source=sent.open(), size=sent.size or 0)
    except BadBundle as error:
        return False, f"{name}: {t(f'exchange.bundle_{error.flaw}', lang)}"
    except ExchangeRefusedError as error:
        return False, f"{name}: {t(error.key, lang)}"
    except NoSpaceError as error:
        return False, t("exchange.courier_folder", lang, folder=name, problem=error.strerror)
    said = {"file": name, "node": row.node, "number": row.number}
    if is_known:
        return True, t("exchange.courier_again", lang, at=words.at(row.taken_at, lang), **said)
    return True, t("exchange.carry_came", lang, **said)
