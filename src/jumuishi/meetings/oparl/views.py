"""/vikao/oparl/: the system, lists by pages, objects by their addresses; JSON for anybody."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from jumuishi.identity.doors import Everyone, access
from jumuishi.institutions import public as institutions
from jumuishi.meetings.oparl import objects, queries

PAGE = 50


def _json(found: objects.Object, status: int = 200) -> JsonResponse:
    answer = JsonResponse(found, status=status, json_dumps_params={"ensure_ascii": False})
    # Programs of others read it in a browser too (the specification's section on CORS); nobody is known here.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _missing() -> JsonResponse:
    return _json({"type": f"{objects.SCHEMA}Error", "message": "not found"}, 404)


def _list(request: HttpRequest, where: str, rows: Any, shown: Callable[[Sequence[Any]], list[Any]]) -> JsonResponse:
    pages = Paginator(rows, PAGE)
    page = pages.get_page(request.GET.get("page"))

    def link(number: int) -> str:
        return f"{where}?page={number}"

    links = {"first": link(1), "last": link(pages.num_pages), "self": link(page.number)}
    if page.has_previous():
        links["prev"] = link(page.previous_page_number())
    if page.has_next():
        links["next"] = link(page.next_page_number())
    counted = {"totalElements": pages.count, "elementsPerPage": PAGE, "currentPage": page.number,
               "totalPages": pages.num_pages}  # fmt: skip
    return _json({"data": shown(list(page.object_list)), "pagination": counted, "links": links})


@access(Everyone)
@require_GET
def system(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  # a view's shape
    """The point of entry."""
    return _json(objects.system("Jumuishi"))


@access(Everyone)
@require_GET
def bodies(request: HttpRequest) -> JsonResponse:
    """Institutions that have public bodies."""

    def shown(keys: Sequence[UUID]) -> list[objects.Object]:
        found = institutions.institutions(keys)
        return [objects.body(found[one]) for one in keys if one in found]

    return _list(request, objects.address("body"), queries.homes(), shown)


@access(Everyone)
@require_GET
def body(request: HttpRequest, home: UUID) -> JsonResponse:  # noqa: ARG001  # a view's shape
    """One of them."""
    found = queries.home_of(home)
    return _json(found) if found else _missing()


@access(Everyone)
@require_GET
def listed(request: HttpRequest, home: UUID, what: str) -> JsonResponse:
    """A list of one institution's."""
    kind = queries.KINDS.get(what)
    if kind is None or home not in queries.homes():
        return _missing()
    return _list(request, objects.address("body", home, what), kind.rows(home), kind.shown)


@access(Everyone)
@require_GET
def meetings_of(request: HttpRequest, key: UUID) -> JsonResponse:
    """The meetings of one organization."""
    kind = queries.KINDS["meeting"]
    rows = kind.rows(None).filter(body_id=key)
    return _list(request, objects.address("organization", key, "meeting"), rows, kind.shown)


@access(Everyone)
@require_GET
def one(request: HttpRequest, what: str, key: UUID) -> JsonResponse:  # noqa: ARG001  # a view's shape
    """An object by its address."""
    kind = queries.KINDS.get(what)
    rows = list(kind.rows(None).filter(id=key)) if kind else []
    return _json(kind.shown(rows)[0]) if kind and rows else _missing()
