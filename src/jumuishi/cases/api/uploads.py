"""Files in parts by API: tus 1.0.0, with any client of that protocol; and how each stands, in JSON."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from jumuishi.cases.api.common import filler, router
from jumuishi.cases.resumable import actions, targets, wire
from jumuishi.cases.shapes import UploadOut
from jumuishi.cases.types import CaseError
from jumuishi.channels.api import ProblemError
from jumuishi.identity.doors import actor_of

HEAD = [
    {"in": "header", "name": "Tus-Resumable", "required": True, "schema": {"type": "string", "const": wire.VERSION}},
]
LENGTH = [
    {"in": "header", "name": "Upload-Length", "required": True, "schema": {"type": "integer"}},
    {"in": "header", "name": "Upload-Metadata", "schema": {"type": "string"},
     "description": "filename, and sha256 of the whole in hexadecimal: each key with its value in Base64"},
]  # fmt: skip
OFFSET = [{"in": "header", "name": "Upload-Offset", "required": True, "schema": {"type": "integer"}}]
BODY = {"content": {wire.PART: {"schema": {"type": "string", "format": "binary"}}}}


def address(upload_id: UUID) -> str:
    """Where an upload is gone on with."""
    return f"/api/v1/uploads/{upload_id}"


@router.post(
    "/drafts/{uuid:draft_id}/uploads/{field}", response={201: None}, summary="Begin a file in parts",
    openapi_extra={"parameters": HEAD + LENGTH},
)  # fmt: skip
@filler
def begin_upload(request: HttpRequest, draft_id: UUID, field: str) -> HttpResponse:
    """`Location` says where it goes on, `Upload-Offset` from which byte: the same `sha256` again goes on as it is."""
    actor = actor_of(request)
    return wire.begin(request, lambda: targets.of_draft(actor, draft_id, field), address)


@router.post(
    "/cases/{uuid:case_id}/uploads/{field}", response={201: None}, summary="Begin a file asked for, in parts",
    openapi_extra={"parameters": HEAD + LENGTH},
)  # fmt: skip
@filler
def begin_upload_to_case(request: HttpRequest, case_id: UUID, field: str) -> HttpResponse:
    """Once whole, it goes with the answer that follows."""
    actor = actor_of(request)
    return wire.begin(request, lambda: targets.of_case(actor, case_id, field), address)


@router.get("/uploads/{uuid:upload_id}", response=UploadOut, exclude_none=True, summary="How a file in parts stands")
@filler
def show_upload(request: HttpRequest, upload_id: UUID) -> Any:
    """`taken` once it was handed in."""
    try:
        row, _ = targets.of_upload(actor_of(request), upload_id)
    except CaseError as error:
        raise ProblemError(404 if error.code in targets.ABSENT else 409, error.code) from None
    found = targets.taken(row)
    return {
        "id": row.id, "field": row.field, "name": row.name, "size": row.size, "received": actions.length(row),
        "expires_at": row.expires_at, "taken": {"field": row.field, **found} if found else None,
    }  # fmt: skip


@router.api_operation(
    ["HEAD"], "/uploads/{uuid:upload_id}", response=None, summary="How far a file in parts is",
    openapi_extra={"parameters": HEAD},
)  # fmt: skip
@filler
def measure_upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """`Upload-Offset` and `Upload-Length`."""
    return wire.go_on(request, actor_of(request), upload_id)


@router.patch(
    "/uploads/{uuid:upload_id}", response={204: None}, summary="Send a part",
    openapi_extra={"parameters": HEAD + OFFSET, "requestBody": BODY},
)  # fmt: skip
@filler
def send_part(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """409 with `Upload-Offset` where it does not begin there; the last part hands the file in, or 422 says why not."""
    return wire.go_on(request, actor_of(request), upload_id)


@router.delete(
    "/uploads/{uuid:upload_id}", response={204: None}, summary="End a file in parts",
    openapi_extra={"parameters": HEAD},
)  # fmt: skip
@filler
def end_upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """What came of it goes; a file that was taken stays."""
    return wire.go_on(request, actor_of(request), upload_id)


@router.api_operation(["POST"], "/uploads/{uuid:upload_id}", include_in_schema=False)
@filler
def send_otherwise(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Where a network lets no PATCH through: `X-HTTP-Method-Override`."""
    return wire.go_on(request, actor_of(request), upload_id)
