"""Verifying by API: a number with one detail of the holder, the text of a QR code, or a file."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import UploadedFile
from ninja.params.functions import File
from pydantic import Field

from jumuishi.channels.api import FieldProblem, ProblemError, Router, Schema, Words
from jumuishi.documents import checking, public
from jumuishi.documents.types import Checked, DocumentState, Result, TooOftenError, Verdict
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, Program, access
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group, is_number
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

router = Router(tags=["verify"])
FILE_LIMIT = 5 * 1024 * 1024


class CheckIn(Schema):
    """Either `number` and `detail` (a name of the holder), or `text` (what the QR code says)."""

    number: str = ""
    detail: str = ""
    text: str = ""


class VerdictOut(Schema):
    """`result`: genuine, altered, unknown_key, revoked, replaced, suspended, expired, stale; `by`: number or signature.

    The rest is what is printed on the document, and left out where nothing may be believed.
    """

    result: str
    says: str
    by: str
    checked_at: datetime
    number: str | None = None
    title: Words | None = None
    issuer: Words | None = None
    claims: dict[str, str | int | bool] | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    revoked_at: datetime | None = None
    suspended_at: datetime | None = None
    suspended_until: date | None = None


@router.post("/verify", response=VerdictOut, exclude_none=True, summary="Verify by number or by the text of a QR code")
@access(Everyone)
def verify_text(request: HttpRequest, given: CheckIn) -> Any:  # noqa: ARG001  # the shape of every operation
    """By number, wrong and absent look alike (404); tries are bounded by number."""
    if given.text.strip():
        return _judged(public.verify_payload(given.text))
    wrong = []
    if not is_number(given.number):
        wrong.append(_said("number", "documents.need_number"))
    if not given.detail.strip():
        wrong.append(_said("detail", "documents.need_detail"))
    if wrong:
        raise ProblemError(422, f"documents.need_{wrong[0].field}", errors=wrong)
    try:
        checked = public.check_by_number(number=given.number, detail=given.detail)
    except TooOftenError:
        raise ProblemError(429, "documents.too_often", headers={"Retry-After": "3600"}) from None
    if checked is None:
        raise ProblemError(404, "documents.not_found_say")
    return _checked(checked)


@router.post("/verify/file", response=VerdictOut, exclude_none=True, summary="Verify a PDF or a picture of the QR code")
@access(Everyone)
def verify_file(request: HttpRequest, file: UploadedFile = File(...)) -> Any:  # noqa: ARG001, B008
    """The PDF's own signature and its QR code, by the keys of this installation."""
    if (file.size or 0) > FILE_LIMIT:
        raise ProblemError(413, "documents.too_large", errors=[_said("file", "documents.too_large")])
    return _judged(public.verify_file(file.read()))


class AskedIn(CheckIn):
    """One document, and `ref`, the program's own word for it, given back."""

    ref: str = Field("", max_length=80)


class VerifyIn(Schema):
    """What for, in words that the holder may read, and 1 to 100 documents."""

    purpose: str = Field(min_length=5, max_length=200)
    documents: list[AskedIn] = Field(min_length=1, max_length=100)


class VerifiedOut(VerdictOut):
    """As a verdict, `not_found` and `too_often` besides, with the program's own word."""

    ref: str = ""


class VerifiedList(Schema):
    """One answer for each document, in the order that they were asked in."""

    items: list[VerifiedOut]


@router.post(
    "/verifications", response=VerifiedList, exclude_none=True, summary="Verify documents for an institution's program"
)
@access(Program)
def verify_many(request: HttpRequest, given: VerifyIn) -> Any:
    """By an institution's own key. Its name and the purpose are shown to whom each document is about."""
    client = identity.client_of(request)
    home = institutions.institution(client.institution_id) if client else None
    if client is None or home is None or home.state != "approved":
        raise ProblemError(403, "channels.refused")
    purpose = " ".join(given.purpose.split())
    if len(purpose) < 5:  # as the schema says, of words and not of spaces
        raise ProblemError(422, "documents.need_purpose", errors=[_said("purpose", "documents.need_purpose")])
    if not identity.allowed("client.minute", str(client.id), weight=len(given.documents)):
        raise ProblemError(429, "documents.too_fast", headers={"Retry-After": "60"})
    asked = [checking.Asked(one.number, one.detail, one.text) for one in given.documents]
    found = checking.verify_for(actor=client.actor, client_id=client.id, purpose=purpose, documents=asked)
    return {"items": [_answered(one, said.ref) for one, said in zip(found, given.documents, strict=True)]}


def _answered(found: checking.Answer, ref: str) -> dict[str, Any]:
    if isinstance(found, str):
        key = "documents.not_found_say" if found == "not_found" else "documents.too_often"
        said = {"result": found, "says": t(key, language()), "by": "number"}
        return {**said, "checked_at": clock.now(), "ref": ref}
    return {**(_checked(found) if isinstance(found, Checked) else _judged(found)), "ref": ref}


def _said(field: str, key: str) -> FieldProblem:
    return FieldProblem(field=field, code=key.partition(".")[2], detail=t(key, language()))


def _checked(found: Checked) -> dict[str, Any]:
    word = "genuine" if found.state is DocumentState.ISSUED else found.state.value
    return {
        **_verdict(word, "number"),
        "number": group(found.number),
        "title": dict(found.title),
        "issuer": dict(found.issuer),
        "claims": dict(found.claims),
        "issued_on": found.issued_on,
        "valid_until": found.valid_until,
        "revoked_at": found.since if found.state is not DocumentState.SUSPENDED else None,
        "suspended_at": found.since if found.state is DocumentState.SUSPENDED else None,
        "suspended_until": found.suspended_until,
    }


def _judged(verdict: Verdict) -> dict[str, Any]:
    word = "replaced" if verdict.result is Result.REVOKED and verdict.reason == "replaced" else verdict.result.value
    said = _verdict(word, "signature")
    if verdict.code is None or verdict.result in (Result.ALTERED, Result.UNKNOWN_KEY):
        return said
    return {
        **said,
        "number": group(verdict.code.number),
        "title": dict.fromkeys(("sw", "en"), verdict.code.title),
        "issuer": dict(verdict.issuer),
        "claims": dict(verdict.code.claims),
        "issued_on": verdict.code.issued_on,
        "valid_until": verdict.code.expires_on,
        "revoked_at": verdict.since if verdict.result is Result.REVOKED else None,
        "suspended_at": verdict.since if verdict.result is Result.SUSPENDED else None,
        "suspended_until": verdict.until,
    }


def _verdict(word: str, by: str) -> dict[str, Any]:
    return {"result": word, "says": t(f"documents.say_{word}", language()), "by": by, "checked_at": clock.now()}
