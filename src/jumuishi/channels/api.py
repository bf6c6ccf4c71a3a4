"""The API's frame: one shape of errors (RFC 9457), one description (OpenAPI 3.1). Knows no room by name.

A room's `api.py` makes a `Router`, puts operations into it, raises `ProblemError`; project puts the routers together.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI, Router, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import PathView
from ninja.parser import Parser
from pydantic import BaseModel

from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

__all__ = [
    "FieldProblem", "Frame", "Problem", "ProblemError", "Router", "Row", "Schema", "Status", "page_of", "problem",
]  # fmt: skip

ROOT = "/api/"
PROBLEM_TYPE = "application/problem+json"
# No single file of a definition may be larger than this, with the rest of its form around it.
LARGEST_BODY = 32 * 1024 * 1024
PAGE = 20
Words = dict[str, str]


class Row(BaseModel):
    """A row of a long list, given as a dict: a Schema would look for each of its fields as an attribute first."""


class FieldProblem(Schema):
    """What is wrong with one field: a stable code, and what to do in the language asked for."""

    field: str
    code: str
    detail: str


class Problem(Schema):
    """RFC 9457: why a request is refused. `code` is stable, `title` and `detail` are for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    errors: list[FieldProblem] = []


class ProblemError(Exception):
    """Refuse a request: the key of a text is the code, that text the detail unless another is given."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        detail: str = "",
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = errors, headers


def problem(
    status: int,
    code: str,
    *,
    detail: str = "",
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer of RFC 9457; its type is an address that says the same in both languages."""
    body = Problem(
        type=f"{ROOT}v1/problems/{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=detail or t(code, language()),
        errors=list(errors),
    )
    return HttpResponse(body.model_dump_json(), status=status, content_type=PROBLEM_TYPE, headers=headers)


def is_api(request: HttpRequest) -> bool:
    """Whether a request came in by the API: then no cookie counts, and errors are problems."""
    return request.path_info.startswith(ROOT)


def page_of(
    rows: "QuerySet[Any]", number: int, shown: Callable[[list[Any]], list[Any]], size: int = PAGE
) -> dict[str, Any]:
    """One page of rows as {items, page, pages, total}; a page past the end is empty."""
    pages = Paginator(rows, size)
    items = list(pages.page(number).object_list) if number <= pages.num_pages else []
    return {"items": shown(items), "page": number, "pages": pages.num_pages, "total": pages.count}


class Strict(Parser):
    """JSON without what no database can keep: NUL, lone surrogates, NaN."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The object sent; raises ValueError."""
        if request.content_type != "application/json":
            raise ValueError("not JSON")
        found = json.loads(request.body, parse_constant=_refuse)
        if "\\u0000" in json.dumps(found, ensure_ascii=False).encode().decode():
            raise ValueError("NUL")
        if not isinstance(found, dict):
            raise ValueError("not an object")
        return found


def _refuse(word: str) -> float:
    raise ValueError(word)


class Frame(NinjaAPI):
    """The API as one thing; `secured` tells from an operation's view whether it needs a bearer token."""

    def __init__(self, *, title: str, version: str, secured: Callable[[Any], bool]) -> None:
        super().__init__(
            title=title, version=version, openapi_url=None, docs_url=None, urls_namespace="api", parser=Strict()
        )
        self.secured = secured
        # Whatever is no problem of ours goes on to Django: the transaction is undone, the middleware words it.
        self.add_exception_handler(Exception, _on)
        self.add_exception_handler(ProblemError, _problem)
        self.add_exception_handler(HttpError, _unreadable)
        self.add_exception_handler(ValidationError, _invalid)

    def get_openapi_operation_id(self, operation: Any) -> str:
        """An operation is called as its function: no two are called alike."""
        return str(operation.view_func.__name__)

    def get_openapi_schema(self, **wish: Any) -> OpenAPISchema:
        """The description, with what every operation may answer besides."""
        found = super().get_openapi_schema(**{"path_prefix": f"{ROOT}v1/".lstrip("/"), **wish})
        components = found.setdefault("components", {})
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        components.setdefault("schemas", {}).update({**schema.pop("$defs", {}), "Problem": schema})
        components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        refusal = {
            "description": "Refused",
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        views = [one.view_func for _, view in self.views() for one in view.operations]
        secured = {view.__name__ for view in views if self.secured(view)}
        for methods in found["paths"].values():
            for said in methods.values():
                said["responses"] |= {"4XX": refusal, "5XX": refusal}
                if said["operationId"] in secured:
                    said["security"] = [{"bearer": []}]
        return found

    def views(self) -> Iterator[tuple[str, PathView]]:
        """Each address below the root, as Django writes it, with what answers there."""
        for bound in self._get_bound_routers():
            patterns = {str(one.pattern): one for one in bound.urls_paths(bound.prefix)}
            yield from zip(patterns, bound.path_operations.values(), strict=True)


def _on(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001  # the library's shape
    raise error


def _problem(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    return problem(error.status, error.code, detail=error.detail, errors=error.errors, headers=error.headers)


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    return problem(getattr(error, "status_code", 400), "channels.api_unreadable")


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    wrong = [
        FieldProblem(
            field=".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]),
            code="required" if one["type"] == "missing" else str(one["type"]),
            detail=t("channels.api_missing" if one["type"] == "missing" else "channels.api_wrong", language()),
        )
        for one in error.errors
    ]
    return problem(422, "channels.api_invalid", errors=wrong)


class ApiMiddleware:
    """The API's language, its largest body, and every error that is Django's own as a problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        lang = asked_language(request.headers.get("Accept-Language", ""))
        with translation.override(lang):
            answer = self._answer(request)
            if answer.status_code >= 400 and answer.headers.get("Content-Type") != PROBLEM_TYPE:
                answer = _worded(answer)
        answer.headers.setdefault("Content-Language", lang)
        # What one person may read stays out of every cache on the way.
        answer.headers.setdefault("Cache-Control", "no-store" if "Authorization" in request.headers else "no-cache")
        patch_vary_headers(answer, ("Accept-Language", "Authorization"))
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if not (request.META.get("CONTENT_LENGTH") or "0").isdecimal():
            return problem(400, "channels.api_unreadable")
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            return problem(413, "channels.api_too_large")
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return problem(400, "channels.api_unreadable")
        return self.get_response(request)


_CODES = {403: "channels.refused", 404: "channels.api_not_found", 405: "channels.api_method", 429: "channels.api_often"}
_CODES |= {503: "channels.api_away", 507: "channels.api_full"}


def _worded(answer: HttpResponseBase) -> HttpResponse:
    status = answer.status_code
    code = _CODES.get(status, "channels.broken" if status >= 500 else "channels.api_unreadable")
    kept = {name: answer.headers[name] for name in ("Allow", "Retry-After") if name in answer.headers}
    return problem(status, code, headers=kept)


def asked_language(header: str) -> str:
    """Of Kiswahili and English what a client prefers (RFC 9110 section 12.5.4); Kiswahili where it is all the same."""
    wish = {tag.split("-")[0]: weight for tag, weight in reversed(parse_accept_lang_header(header)) if weight > 0}
    return "en" if wish.get("en", 0) > wish.get("sw", 0) else "sw"
