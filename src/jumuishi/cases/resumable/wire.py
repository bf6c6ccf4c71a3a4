"""tus 1.0.0 (https://tus.io/protocols/resumable-upload) as both doors speak it, with creation, expiration, termination.

A metadata key `sha256` (hexadecimal) names the whole: begun again with it, an upload goes on where it was, so that a
phone or a program need remember no address. Refusals are the API's own problems.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from tempfile import SpooledTemporaryFile
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from jumuishi.cases.models import Upload
from jumuishi.cases.resumable import actions
from jumuishi.cases.resumable.targets import ABSENT, Target, of_upload
from jumuishi.cases.types import CaseError, QuotaError
from jumuishi.cases.web import errors
from jumuishi.channels.api import FieldProblem, problem
from jumuishi.definitions.types import Error, Field
from jumuishi.identity.types import Actor
from jumuishi.kernel.files import CHUNK
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import texts

VERSION, PART = "1.0.0", "application/offset+octet-stream"
SPOKEN = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}


class RefusedError(Exception):
    """The answer is known: nothing more is done."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def _refuse(status: int, code: str, field: Field | None = None, why: str = "") -> RefusedError:
    wrong = []
    if field is not None:
        said = errors.words(Error((field.name,), why), field, language())
        wrong = [FieldProblem(field=field.name, code=why, detail=said)]
    return RefusedError(problem(status, code, errors=wrong, headers=SPOKEN))


@contextmanager
def _told(field: Field | None = None) -> Iterator[None]:
    """What the room refuses, as a problem."""
    try:
        yield
    except actions.OffsetError as error:
        answer = problem(409, "cases.upload_offset", headers=SPOKEN | {"Upload-Offset": str(error.received)})
        raise RefusedError(answer) from None
    except actions.FileError as error:
        raise _refuse(422, "cases.answers", field, error.code) from None
    except QuotaError:
        raise _refuse(422, "cases.answers", field, "file_quota") from None
    except CaseError as error:
        code = error.code if error.code in texts() else "cases.refused"
        raise _refuse(404 if error.code in ABSENT else 409, code) from None


def method_of(request: HttpRequest) -> str:
    """The method meant: some networks between let no PATCH through, and tus has a header for that."""
    return str(request.headers.get("X-HTTP-Method-Override") or request.method).upper()


def _answer(status: int, row: Upload, **more: str) -> HttpResponse:
    said = {"Upload-Offset": str(actions.length(row)), "Upload-Expires": http_date(row.expires_at.timestamp())}
    return HttpResponse(status=status, headers=SPOKEN | said | more)


def _must_speak(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        answer = problem(412, "cases.upload_version", headers=SPOKEN | {"Tus-Version": VERSION})
        raise RefusedError(answer)


def _number(request: HttpRequest, name: str) -> int:
    said = request.headers.get(name, "")
    if not (said.isascii() and said.isdecimal() and len(said) < 16):
        raise _refuse(400, "channels.api_unreadable")
    return int(said)


def _metadata(request: HttpRequest) -> dict[str, str]:
    """Upload-Metadata: pairs of a key and Base64, set apart by commas."""
    found = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "")[:2000].split(",")):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise _refuse(400, "channels.api_unreadable") from None
    return found


def begin(request: HttpRequest, target: Callable[[], Target], url: Callable[[UUID], str]) -> HttpResponse:
    """Begin, or go on: 201 with the upload's address and how much of it is there."""
    try:
        _must_speak(request)
        size, said = _number(request, "Upload-Length"), _metadata(request)
        digest = said.get("sha256", "").lower()
        if digest and not (len(digest) == 64 and all(c in "0123456789abcdef" for c in digest)):
            raise _refuse(400, "channels.api_unreadable")
        with _told():
            found = target()
        with _told(found.field):
            row = actions.going_on(found, size, digest) or actions.begin_upload(
                actor=found.actor, target=found, name=said.get("filename", ""), size=size, sha256=digest
            )
    except RefusedError as refused:
        return refused.answer
    return _answer(201, row, Location=url(row.id))


def go_on(request: HttpRequest, actor: Actor, upload_id: UUID) -> HttpResponse:
    """How far it is (HEAD), one part more (PATCH), or its end (DELETE)."""
    try:
        _must_speak(request)
        with _told():
            row, target = of_upload(actor, upload_id)
        method = method_of(request)
        if method == "HEAD":
            return _answer(200, row, **{"Upload-Length": str(row.size)})
        if method == "DELETE":
            actions.end_upload(actor=target.actor, row=row, thing=target.thing, why="cancelled")
            return HttpResponse(status=204, headers=SPOKEN)
        if method != "PATCH":
            return HttpResponse(status=405, headers=SPOKEN | {"Allow": "HEAD, PATCH, DELETE"})
        if request.content_type != PART:
            raise _refuse(415, "channels.api_unreadable")
        at = _number(request, "Upload-Offset")
        if int(request.META.get("CONTENT_LENGTH") or 0) > row.size:
            raise _refuse(413, "channels.api_too_large")
        with _told(target.field), SpooledTemporaryFile(max_size=CHUNK) as body:
            size = _spool(request, body, row.size)
            row = actions.receive(
                actor=actor, upload_id=upload_id, at=at, pieces=iter(partial(body.read, CHUNK), b""), size=size
            )
    except RefusedError as refused:
        return refused.answer
    return _answer(204, row)


def _spool(request: HttpRequest, body: "SpooledTemporaryFile[bytes]", most: int) -> int:
    """What comes of a part, before anything is locked for it: a link that is cut leaves what came until then."""
    size = 0
    while size <= most:
        try:
            piece = request.read(CHUNK)
        except OSError:
            break
        if not piece:
            break
        body.write(piece)
        size += len(piece)
    body.seek(0)
    return size
