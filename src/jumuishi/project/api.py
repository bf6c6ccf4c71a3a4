"""The API of the whole house: each room's operations under one address, each behind its own door."""

import functools
import json
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja.operation import PathView

from jumuishi.cases import api as cases
from jumuishi.channels.api import Frame, ProblemError, Schema
from jumuishi.documents import api as documents
from jumuishi.feedback import api as feedback
from jumuishi.hooks import api as hooks
from jumuishi.identity import api as identity
from jumuishi.identity.doors import Access, Everyone, access, turn_away
from jumuishi.institutions import api as institutions
from jumuishi.kernel.text import texts
from jumuishi.services import api as services


def policy_of(operation: Any) -> Access:
    """The policy that an operation names; raises AttributeError for one that names none."""
    found: Access = operation.view_func.access
    return found


frame = Frame(title="Jumuishi", version="1", secured=lambda view: bool(view.access.sign_in))
for room in (services, institutions, identity, cases, documents, feedback, hooks):
    frame.add_router("", room.router)


class TextOut(Schema):
    """A problem's code in both languages."""

    code: str
    title: dict[str, str]


@frame.get("/problems/{code}", response=TextOut, tags=["problems"], summary="What a problem's code means")
@access(Everyone)
def show_problem(request: HttpRequest, code: str) -> Any:  # noqa: ARG001  # the shape of every operation
    """The address that a problem gives as its type."""
    if code not in texts():
        raise ProblemError(404, "channels.api_not_found")
    return {"code": code, "title": texts()[code]}


# A request and its answer for each operation, as project/tests/test_api_examples.py played them.
EXAMPLES = Path(__file__).with_name("api_examples.json")


@functools.cache
def description() -> dict[str, Any]:
    """The OpenAPI 3.1 description with its examples, made once."""
    found = dict(frame.get_openapi_schema())
    played = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for methods in found["paths"].values():
        for said in methods.values():
            _exemplify(said, played.get(said["operationId"], {}))
    return found


def _exemplify(said: dict[str, Any], example: dict[str, Any]) -> None:
    """Put an operation's example into its description."""
    given = {**example.get("path", {}), **example.get("query", {}), **example.get("headers", {})}
    for one in said.get("parameters", []):
        if one["in"] in ("path", "query", "header") and one["name"] in given:
            one["example"] = given[one["name"]]
    asked = said.get("requestBody", {}).get("content", {}).get("application/json")
    if asked is not None and "request" in example:
        asked["example"] = example["request"]
    answered = said["responses"].get(example.get("status"), {}).get("content", {}).get("application/json")
    if answered is not None and "response" in example:
        answered["example"] = example["response"]


@access(Everyone)
def openapi(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """What there is, for programs."""
    return JsonResponse(description())


@access(Everyone)
def index(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Where to begin."""
    links = {"description": "/api/v1/openapi.json", "services": "/api/v1/services", "sign_in": "/api/v1/sign-in/code"}
    return JsonResponse(links)


def guarded(view: PathView) -> Any:
    """The operations of one address, each behind its door before a byte of the request is read."""

    @csrf_exempt  # no cookie counts here: see identity.middleware.identify
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = next((one for one in view.operations if request.method in one.methods), None)
        if asked is not None and not policy_of(asked).admits(request):
            return turn_away(request, policy_of(asked))
        answer: HttpResponseBase = view.get_view()(request, *args, **kwargs)
        return answer

    enter.access = policy_of(view.operations[0])  # type: ignore[attr-defined]  # read by the fitness test
    return enter


def patterns() -> list[URLPattern]:
    """Every address of the API, for project.urls."""
    return [
        path("api/v1/", index),
        path("api/v1/openapi.json", openapi),
        *(path(f"api/v1/{route}", guarded(view)) for route, view in frame.views()),
    ]
