"""Applying by API: drafts, page by page, and submitting."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import UploadedFile
from ninja.params.functions import File

from jumuishi.cases import form, queries, sameness
from jumuishi.cases.actions import drafts, submission
from jumuishi.cases.api.common import KEY, PAGE, detail_of, filler, not_asked, own_or_helped, refuse, router, told
from jumuishi.cases.api.looks import looks_out
from jumuishi.cases.lookups.actions import renew
from jumuishi.cases.models import Draft
from jumuishi.cases.shapes import (
    AnswersIn,
    BeginIn,
    BegunOut,
    DraftList,
    DraftOut,
    FileOut,
    SavedOut,
    SubmitIn,
    SubmittedOut,
)
from jumuishi.cases.sheet import Sheet, keep_page, sheet_of, take_files
from jumuishi.channels.api import FieldProblem, ProblemError, Status, page_of
from jumuishi.definitions.forms import public as forms
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, KnownPerson, access, actor_of
from jumuishi.identity.types import Actor, BadPhoneError
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services


def _sheet(actor: Actor, draft_id: UUID) -> Sheet:
    found = sheet_of(actor, draft_id)
    if found is None:
        raise ProblemError(404, "cases.no_draft")
    return found


def _open(actor: Actor, draft_id: UUID) -> Sheet:
    found = _sheet(actor, draft_id)
    if found.draft.case_id is not None:
        raise ProblemError(409, "cases.submitted_already")
    return found


@router.post("/drafts", response={201: BegunOut}, exclude_none=True, summary="Begin an application")
@access(Everyone)
def begin_draft(request: HttpRequest, given: BeginIn, idempotency_key: str | None = KEY) -> Any:
    """A visitor becomes a guest: the answer carries a token and a resume code. A key makes a repeated call one."""
    actor, guest = actor_of(request), None
    if actor.person_id is None:
        new = identity.new_guest(language=language())
        actor, idempotency_key = new.actor, None
        token = identity.new_token(actor.who, guest=True, request=request)
        guest = {"token": token, "expires_in": settings.SESSION_COOKIE_AGE, "resume_code": new.resume_code}
    with told():
        made = drafts.begin_draft(
            actor=actor, offering_id=given.offering, door="api", language=language(), idempotency_key=idempotency_key
        )
    with tenancy.acting_as(identity.principal_of(actor)):
        after = _sheet(actor, made).next_open()
    return Status(201, {"id": made, "next_page": after.page if after else None, "guest": guest})


def _draft_lines(rows: list[Draft]) -> list[dict[str, Any]]:
    return [{"id": row.id, "offering": row.offering_id, "saved_at": row.saved_at} for row in rows]


@router.get("/drafts", response=DraftList, summary="My applications that are not submitted")
@access(KnownPerson)
def list_drafts(request: HttpRequest, page: int = PAGE) -> Any:
    """Newest first."""
    return page_of(queries.my_drafts(actor_of(request).who), page, _draft_lines)


@router.get("/drafts/{uuid:draft_id}", response=DraftOut, exclude_none=True, summary="The summary of an application")
@filler
def show_draft(request: HttpRequest, draft_id: UUID) -> Any:
    """What is asked with the answers so far, what is missing, what it costs."""
    sheet = _sheet(actor_of(request), draft_id)
    fields = sheet.frame.edition.package.all_fields()
    wrong, awaited = forms.missing(sheet.form, sheet.draft.door)
    after = sheet.next_open()
    return {
        "id": sheet.draft.id,
        "service": sheet.offering.service,
        "name": sheet.offering.name,
        "edition": sheet.draft.edition_hash,
        "saved_at": sheet.draft.saved_at,
        "promise": sheet.promise(language()),
        "next_page": after.page if after else None,
        "pages": [
            {
                "page": one.page,
                "title": dict(one.title),
                "done": one.page in sheet.draft.done_pages,
                "fields": [
                    services.question(field, sheet.form.choices(field) if field.choices else None)
                    for field in sheet.form.fields(one)
                ],
            }
            for one in sheet.pages
        ],
        "answers": sheet.form.data(),
        "missing": [detail_of(one, fields) for one in wrong],
        "at_counter": list(awaited),
        "looks": looks_out(sheet),
        "fees": [{"fee": one.fee, "label": dict(one.label), "amount": one.amount} for one in forms.charges(sheet.form)],
        "currency": settings.CURRENCY,
        "case": sheet.draft.case_id,
    }


@router.put("/drafts/{uuid:draft_id}/pages/{page}", response=SavedOut, exclude_none=True, summary="Save a page")
@filler
def save_page(request: HttpRequest, draft_id: UUID, page: str, given: AnswersIn) -> Any:
    """What can be read is kept even where something else is wrong; the problem then names each field (422)."""
    sheet = _open(actor_of(request), draft_id)
    actor = sheet.actor
    found = sheet.page(page)
    if found is None:
        raise ProblemError(404, "cases.no_page")
    fields = sheet.frame.edition.package.all_fields()
    with told(fields):
        wrong = keep_page(
            actor=actor, draft_id=draft_id, page=found, raw=given.answers, files={},
            address=identity.address_of(request),
        )  # fmt: skip
    typed = {one.name for one in form.asked(found) if one.type != "file"}
    refuse([*(detail_of(one, fields) for one in wrong), *(not_asked(one) for one in given.answers if one not in typed)])
    sheet = _sheet(actor, draft_id)
    after = sheet.after(page)
    return {"saved_at": sheet.draft.saved_at, "next_page": after.page if after else None}


@router.post("/drafts/{uuid:draft_id}/files/{field}", response={201: FileOut}, summary="Attach a file to a field")
@filler
def attach_file(request: HttpRequest, draft_id: UUID, field: str, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """Multipart, streamed; its type is found from its content. It takes the place of an earlier one."""
    sheet = _open(actor_of(request), draft_id)
    actor = sheet.actor
    wanted = sheet.frame.edition.package.all_fields().get(field)
    if wanted is None or wanted.type != "file":
        raise ProblemError(404, "cases.no_field")
    with told():
        wrong = take_files(actor=actor, draft_id=draft_id, fields=[wanted], files={field: file})
    refuse([detail_of(one, {field: wanted}) for one in wrong])
    return Status(201, {"field": field, **_sheet(actor, draft_id).draft.answers[field]})


@router.delete("/drafts/{uuid:draft_id}", response={204: None}, summary="Throw an application away")
@filler
def discard_draft(request: HttpRequest, draft_id: UUID) -> Any:
    """With its files; once it is submitted it can only be withdrawn."""
    sheet = _open(actor_of(request), draft_id)
    with told():
        drafts.discard_draft(actor=sheet.actor, draft_id=draft_id)
    return Status(204, None)


@router.post("/drafts/{uuid:draft_id}/submit", response=SubmittedOut, exclude_none=True, summary="Submit")
@filler
def submit_draft(request: HttpRequest, draft_id: UUID, given: SubmitIn, idempotency_key: str | None = KEY) -> Any:
    """The same draft, or the same key, again is the same case; a key that was used for another draft is refused."""
    actor = actor_of(request)
    sheet = _sheet(actor, draft_id)
    phone = ""
    if given.phone.strip():
        try:
            phone = identity.normalise_phone(given.phone)
        except BadPhoneError:
            said = FieldProblem(field="phone", code="phone", detail=t("cases.err_phone", language()))
            raise ProblemError(422, "cases.err_phone", errors=[said]) from None
    if renew(actor=actor, draft_id=draft_id, address=identity.address_of(request)):
        # What came is kept: the person reads it, and submits again.
        raise ProblemError(409, "cases.look_renewed")
    with told(sheet.frame.edition.package.all_fields()):
        done = submission.submit(actor=actor, draft_id=draft_id, phone=phone, idempotency_key=idempotency_key)
    case = own_or_helped(actor, done.case_id)
    with tenancy.acting_as(tenancy.Principal.system()):
        # The row is the owner's to read; its commitment is everybody's.
        promised = evidence.promise(done.entry).commitment.hex()
    return {
        "case": case.id,
        "reference": case.reference,
        "reference_grouped": group(case.reference),
        "submitted_at": case.submitted_at,
        "promised_at": case.promise_due_at,
        "answers_hash": case.answers_hash,
        "digest": sameness.digest_of(case),
        "commitment": promised,
    }
