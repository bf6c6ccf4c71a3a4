"""Applying, tracking and following a case by API: the same acts and reads as the pages have."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from ninja import UploadedFile
from ninja.params.functions import File, Header, Query

from jumuishi.cases import engine, form, queries, tracking, uploads
from jumuishi.cases.actions import answering, drafts, submission
from jumuishi.cases.models import Case, Draft
from jumuishi.cases.shapes import (
    AnswersIn,
    AppealIn,
    BeginIn,
    BegunOut,
    CaseList,
    CaseOut,
    DraftList,
    DraftOut,
    FileOut,
    ReplyIn,
    SavedOut,
    SubmitIn,
    SubmittedOut,
    TrackedOut,
    TrackIn,
)
from jumuishi.cases.sheet import Sheet, keep_page, sheet_of, take_files
from jumuishi.cases.types import CaseError, InfectedFileError, QuotaError
from jumuishi.cases.web import errors, words
from jumuishi.channels.api import FieldProblem, ProblemError, Router, Status, page_of
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import ApplicantStage, EndStage, Error, Field
from jumuishi.documents import public as documents
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, KnownPerson, access, actor_of
from jumuishi.identity.types import Actor, BadPhoneError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.files import TooLargeError
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.payments import public as payments
from jumuishi.services import public as services

router = Router(tags=["cases"])
KEY = Header(None, alias="Idempotency-Key", max_length=200)
PAGE = Query(1, ge=1, le=100_000)
SIZE = Query(20, ge=1, le=100)
OWED = ("waiting_number", "waiting_payment", "part_paid")


def _detail(error: Error, fields: dict[str, Field]) -> FieldProblem:
    known = fields.get(error.field)
    said = errors.words(error, known, language()) if known else t("cases.err_not_asked", language())
    return FieldProblem(field=".".join(str(part) for part in error.path), code=error.code, detail=said)


@contextmanager
def _told(fields: dict[str, Field] | None = None) -> Iterator[None]:
    """A refusal of an act as a problem that names the fields."""
    try:
        yield
    except CaseError as error:
        found = error.values.get("errors", ())
        wrong = [one for one in found if isinstance(one, Error)] if isinstance(found, tuple | list) else []
        if wrong:
            raise ProblemError(422, "cases.answers", errors=[_detail(one, fields or {}) for one in wrong]) from None
        code = error.code if error.code in texts() else "cases.refused"
        detail = t(code, language(), by=error.values.get("by") or t("cases.an_officer", language()))
        raise ProblemError(409, code, detail=detail) from None


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


def _refuse(wrong: list[FieldProblem]) -> None:
    if wrong:
        raise ProblemError(422, "cases.answers", errors=wrong)


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
    with _told():
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
@access(KnownPerson)
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
        "missing": [_detail(one, fields) for one in wrong],
        "at_counter": list(awaited),
        "fees": [{"fee": one.fee, "label": dict(one.label), "amount": one.amount} for one in forms.charges(sheet.form)],
        "currency": settings.CURRENCY,
        "case": sheet.draft.case_id,
    }


@router.put("/drafts/{uuid:draft_id}/pages/{page}", response=SavedOut, exclude_none=True, summary="Save a page")
@access(KnownPerson)
def save_page(request: HttpRequest, draft_id: UUID, page: str, given: AnswersIn) -> Any:
    """What can be read is kept even where something else is wrong; the problem then names each field (422)."""
    actor = actor_of(request)
    sheet = _open(actor, draft_id)
    found = sheet.page(page)
    if found is None:
        raise ProblemError(404, "cases.no_page")
    fields = sheet.frame.edition.package.all_fields()
    with _told(fields):
        wrong = keep_page(actor=actor, draft_id=draft_id, page=found, raw=given.answers, files={})
    typed = {one.name for one in form.asked(found) if one.type != "file"}
    _refuse([*(_detail(one, fields) for one in wrong), *(_not_asked(one) for one in given.answers if one not in typed)])
    sheet = _sheet(actor, draft_id)
    after = sheet.after(page)
    return {"saved_at": sheet.draft.saved_at, "next_page": after.page if after else None}


@router.post("/drafts/{uuid:draft_id}/files/{field}", response={201: FileOut}, summary="Attach a file to a field")
@access(KnownPerson)
def attach_file(request: HttpRequest, draft_id: UUID, field: str, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """Multipart, streamed; its type is found from its content. It takes the place of an earlier one."""
    actor = actor_of(request)
    sheet = _open(actor, draft_id)
    wanted = sheet.frame.edition.package.all_fields().get(field)
    if wanted is None or wanted.type != "file":
        raise ProblemError(404, "cases.no_field")
    with _told():
        wrong = take_files(actor=actor, draft_id=draft_id, fields=[wanted], files={field: file})
    _refuse([_detail(one, {field: wanted}) for one in wrong])
    return Status(201, {"field": field, **_sheet(actor, draft_id).draft.answers[field]})


@router.delete("/drafts/{uuid:draft_id}", response={204: None}, summary="Throw an application away")
@access(KnownPerson)
def discard_draft(request: HttpRequest, draft_id: UUID) -> Any:
    """With its files; once it is submitted it can only be withdrawn."""
    actor = actor_of(request)
    _open(actor, draft_id)
    with _told():
        drafts.discard_draft(actor=actor, draft_id=draft_id)
    return Status(204, None)


@router.post("/drafts/{uuid:draft_id}/submit", response=SubmittedOut, exclude_none=True, summary="Submit")
@access(KnownPerson)
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
    with _told(sheet.frame.edition.package.all_fields()):
        done = submission.submit(actor=actor, draft_id=draft_id, phone=phone, idempotency_key=idempotency_key)
    case = _own(actor, done.case_id)
    return {
        "case": case.id,
        "reference": case.reference,
        "reference_grouped": group(case.reference),
        "submitted_at": case.submitted_at,
        "promised_at": case.promise_due_at,
        "answers_hash": case.answers_hash,
        "commitment": evidence.promise(done.entry).commitment.hex(),
    }


@router.post("/track", response=TrackedOut, exclude_none=True, summary="Where a case is, by its number")
@access(Everyone)
def track_case(request: HttpRequest, given: TrackIn) -> Any:
    """The stage only; wrong and absent look alike, and tries are bounded by number and address."""
    try:
        case = tracking.by_number(given.reference, given.phone, identity.address_of(request))
    except CaseError as error:
        if error.code == tracking.TOO_MANY:
            raise ProblemError(429, error.code, headers={"Retry-After": "600"}) from None
        raise ProblemError(404, error.code) from None
    home = institutions.institution(case.institution_id)
    return {
        "reference": case.reference,
        "service": case.service_name,
        "institution": home.name if home else {},
        "stage": case.stage_name,
        "headline": words.headline(case, language()),
        "outcome": case.outcome,
        "promised_at": None if case.outcome else case.promise_due_at,
    }


# What a line and its headline are made of.
LINE = ("id", "reference", "service_name", "stage_name", "outcome", "submitted_at", "merged_into")


def _line(case: Any) -> dict[str, Any]:
    """A case, or a row of LINE: a hundred of them are not made into cases first."""
    return {
        "id": case.id,
        "reference": case.reference,
        "service": case.service_name,
        "stage": case.stage_name,
        "headline": words.headline(case, language()),
        "outcome": case.outcome,
        "submitted_at": case.submitted_at,
    }


@router.get("/cases", response=CaseList, summary="My cases")
@access(KnownPerson)
def list_cases(request: HttpRequest, page: int = PAGE, size: int = SIZE) -> Any:
    """Those on their way first, the newest first; up to 100 a page."""
    rows = queries.my_cases(actor_of(request).who).values_list(*LINE, named=True)
    return page_of(rows, page, lambda found: [_line(row) for row in found], size)


def _own(actor: Actor, case_id: UUID) -> Case:
    found = Case.objects.filter(id=case_id, person_id=actor.who).first()
    if found is None:
        raise ProblemError(404, "cases.no_case")
    return found


@router.get("/cases/{uuid:case_id}", response=CaseOut, exclude_none=True, summary="My case")
@access(KnownPerson)
def show_case(request: HttpRequest, case_id: UUID) -> Any:
    """Where it is, who has it until when, what is asked, the bill, messages and documents."""
    case, lang = _own(actor_of(request), case_id), language()
    frame, state = engine.frame_of(case), engine.state_of(case)
    package, work = frame.edition.package, institutions.working_time(case.institution_id)
    home, stage = institutions.institution(case.institution_id), package.stages.get(case.stage)
    notes = queries.notes_of(case)
    bills = [one for one in payments.bills_of_cases([case.id]).get(case.id, []) if one.state in OWED]
    open_tasks = [task for task in queries.tasks_of(case) if task.state == "open"]
    asked = None
    if isinstance(stage, ApplicantStage):
        message = next((one.text for one in reversed(notes) if one.kind == "request"), "")
        asked = {"message": message, "fields": [services.question(one) for one in _asked(stage, package.all_fields())]}
    appeal = stage.appeal if isinstance(stage, EndStage) else None
    return {
        **_line(case),
        "institution": home.name if home else {},
        "version": case.version,
        "promised_at": case.promise_due_at,
        "promise": words.promise_line(case, lang, work),
        "ended_at": case.ended_at,
        "answers": case.state["answers"],
        "answers_hash": case.answers_hash,
        "now_with": [
            {"role": dict(package.roles[one.role].name), "due_at": one.due_at, "late_reason": one.late_reason}
            for one in open_tasks
        ],
        "asked": asked,
        "bill": {
            "control_number": bills[-1].control_number,
            "amount": bills[-1].asked.amount,
            "currency": settings.CURRENCY,
            "state": bills[-1].state.value,
            "expires_at": bills[-1].expires_at,
        }
        if bills
        else None,
        "documents": [
            {
                "id": one.id,
                "number": group(one.number),
                "title": dict(one.title),
                "state": one.state.value,
                "issued_at": one.issued_at,
                "valid_until": one.valid_until,
                "url": f"/api/v1/cases/{case.id}/documents/{one.id}",
            }
            for one in documents.documents_of_cases([case.id])
        ],
        "messages": [
            {"kind": one.kind, "text": one.text, "at": one.created_at, "from_applicant": one.by_role == "applicant"}
            for one in notes
        ],
        "may_withdraw": bool(package.withdraw) and not case.outcome,
        "may_appeal": appeal is not None and state.appeal is not None and clock.now() <= state.appeal.at,
    }


def _asked(stage: ApplicantStage, fields: dict[str, Field]) -> list[Field]:
    return [fields[one] if isinstance(one, str) else one for one in stage.fields]


def _wanted(case: Case) -> dict[str, Field]:
    """The fields that the office asks the applicant for at this moment."""
    package = engine.frame_of(case).edition.package
    stage = package.stages.get(case.stage)
    if not isinstance(stage, ApplicantStage):
        raise ProblemError(409, "cases.nothing_asked")
    return {one.name: one for one in _asked(stage, package.all_fields())}


@router.post("/cases/{uuid:case_id}/files/{field}", response={201: FileOut}, summary="Attach a file asked for")
@access(KnownPerson)
def attach_to_case(request: HttpRequest, case_id: UUID, field: str, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """It goes with the answer that follows."""
    actor = actor_of(request)
    wanted = _wanted(_own(actor, case_id)).get(field)
    if wanted is None or wanted.type != "file":
        raise ProblemError(404, "cases.no_field")
    taken = uploads.read(wanted, file)
    code = taken.code if isinstance(taken, uploads.RefusedUpload) else ""
    if isinstance(taken, uploads.Upload):
        try:
            with _told():
                kept = answering.take_file(
                    actor=actor, case_id=case_id, field=field, name=taken.name,
                    media_type=taken.media_type, chunks=taken.chunks(), limit=taken.limit,
                )  # fmt: skip
            return Status(201, {"field": field, **kept})
        except TooLargeError:
            code = "file_size"
        except QuotaError:
            code = "file_quota"
        except InfectedFileError:
            code = "file_infected"
    _refuse([_detail(Error((field,), code), {field: wanted})])
    return None


@router.post("/cases/{uuid:case_id}/answer", response=CaseOut, exclude_none=True, summary="Answer the office")
@access(KnownPerson)
def answer_case(request: HttpRequest, case_id: UUID, given: ReplyIn) -> Any:
    """With the files attached before; 409 when the case moved on since `version`."""
    actor = actor_of(request)
    case = _own(actor, case_id)
    wanted = _wanted(case)
    _refuse([_not_asked(name) for name in given.answers if name not in wanted or wanted[name].type == "file"])
    files = {
        one.field: {"name": one.name, "size": one.size, "sha256": one.sha256, "type": one.media_type}
        for one in queries.attachments_of(case)
        if one.draft_id == case.id and one.field in wanted
    }
    with _told(wanted):
        answering.answer_request(
            actor=actor, case_id=case_id, version=given.version, changes={**given.answers, **files},
            message=given.message,
        )  # fmt: skip
    return show_case(request, case_id)


@router.post("/cases/{uuid:case_id}/withdraw", response=CaseOut, exclude_none=True, summary="Take an application back")
@access(KnownPerson)
def withdraw_case(request: HttpRequest, case_id: UUID) -> Any:
    """What was paid is refunded; once more is no error."""
    _own(actor_of(request), case_id)
    with _told():
        answering.withdraw_case(actor=actor_of(request), case_id=case_id)
    return show_case(request, case_id)


@router.post("/cases/{uuid:case_id}/appeal", response=CaseOut, exclude_none=True, summary="Appeal against a refusal")
@access(KnownPerson)
def appeal_case(request: HttpRequest, case_id: UUID, given: AppealIn) -> Any:
    """Within the time that the service gives."""
    _own(actor_of(request), case_id)
    with _told():
        answering.appeal(actor=actor_of(request), case_id=case_id, reason=given.reason)
    return show_case(request, case_id)


@router.get("/cases/{uuid:case_id}/receipt", response=dict[str, Any], summary="The signed receipt of the submission")
@access(KnownPerson)
def show_receipt(request: HttpRequest, case_id: UUID) -> Any:
    """The log's signed promise at once, the whole proof within seconds; `jumuishi evidence verify` reads it."""
    case = _own(actor_of(request), case_id)
    return evidence.receipt(case.submit_entry) or evidence.promise(case.submit_entry).as_json()


@router.get(
    "/cases/{uuid:case_id}/documents/{uuid:document_id}",
    summary="A document of my case, as a signed PDF",
    openapi_extra={
        "responses": {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
    },
)
@access(KnownPerson)
def fetch_document(request: HttpRequest, case_id: UUID, document_id: UUID) -> Any:
    """Streamed; the look is on the record."""
    case = _own(actor_of(request), case_id)
    found = next((one for one in documents.documents_of_cases([case.id]) if one.id == document_id), None)
    if found is None:
        raise ProblemError(404, "cases.no_document")
    issued, chunks = documents.open_pdf(actor=actor_of(request), number=found.number)
    answer = StreamingHttpResponse(chunks, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{case.service}-{issued.number}.pdf"'
    answer["Content-Length"] = str(issued.size)
    return answer


def _not_asked(name: str) -> FieldProblem:
    return FieldProblem(field=name, code="not_asked", detail=t("cases.err_not_asked", language()))
