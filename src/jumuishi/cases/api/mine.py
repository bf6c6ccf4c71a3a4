"""Tracking and following a case by API: the same acts and reads as the pages have."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from ninja import UploadedFile
from ninja.params.functions import File

from jumuishi.cases import engine, queries, sameness, tracking
from jumuishi.cases.actions import answering, money
from jumuishi.cases.api.common import (
    KEY,
    PAGE,
    SIZE,
    filler,
    not_asked,
    own,
    own_or_helped,
    refuse,
    router,
    take_file,
    told,
)
from jumuishi.cases.models import Case
from jumuishi.cases.moving import actions as moves
from jumuishi.cases.shapes import (
    AppealIn,
    CaseList,
    CaseOut,
    FileOut,
    PaperList,
    ReplyIn,
    TrackedOut,
    TrackIn,
)
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import words
from jumuishi.channels.api import ProblemError, Status, page_of
from jumuishi.definitions.types import ApplicantStage, EndStage, Field
from jumuishi.documents import public as documents
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, KnownPerson, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.payments import public as payments
from jumuishi.services import public as services

OWED = ("waiting_number", "waiting_payment", "part_paid")


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


@router.get("/cases/{uuid:case_id}", response=CaseOut, exclude_none=True, summary="My case")
@filler
def show_case(request: HttpRequest, case_id: UUID) -> Any:
    """Where it is, who has it until when, what is asked, the bill, messages and documents."""
    case, lang = own_or_helped(actor_of(request), case_id, looks=True), language()
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
    moving = moves.asked_of(case, clock.now())
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
        "digest": sameness.digest_of(case),
        "now_with": [
            {"role": dict(package.roles[one.role].name), "due_at": one.due_at, "late_reason": one.late_reason}
            for one in open_tasks
        ],
        "asked": asked,
        "edition_until": moving.asked_until if moving else None,
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
        "may_renew_bill": money.bill_to_renew(case) is not None,
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
@filler
def attach_to_case(request: HttpRequest, case_id: UUID, field: str, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """It goes with the answer that follows."""
    actor = actor_of(request)
    wanted = _wanted(own_or_helped(actor, case_id)).get(field)
    if wanted is None or wanted.type != "file":
        raise ProblemError(404, "cases.no_field")
    return Status(201, take_file(actor, case_id, wanted, file))


@router.post("/cases/{uuid:case_id}/answer", response=CaseOut, exclude_none=True, summary="Answer the office")
@filler
def answer_case(request: HttpRequest, case_id: UUID, given: ReplyIn, idempotency_key: str | None = KEY) -> Any:
    """With the files attached before; 409 when the case moved on since `version`. Under the same key once."""
    actor = actor_of(request)
    case = own_or_helped(actor, case_id)
    before = identity.done_before(actor, "cases.case.answer", idempotency_key)
    if before == case_id:  # by then nothing is asked any more, so its fields are not looked for
        return show_case(request, case_id)
    wanted = _wanted(case)
    refuse([not_asked(name) for name in given.answers if name not in wanted or wanted[name].type == "file"])
    files = {
        one.field: {"name": one.name, "size": one.size, "sha256": one.sha256, "type": one.media_type}
        for one in queries.attachments_of(case)
        if one.draft_id == case.id and one.field in wanted
    }
    with told(wanted):
        answering.answer_request(
            actor=actor, case_id=case_id, version=given.version, changes={**given.answers, **files},
            message=given.message, idempotency_key=idempotency_key,
        )  # fmt: skip
    return show_case(request, case_id)


@router.post("/cases/{uuid:case_id}/withdraw", response=CaseOut, exclude_none=True, summary="Take an application back")
@access(KnownPerson)
def withdraw_case(request: HttpRequest, case_id: UUID) -> Any:
    """What was paid is refunded; once more is no error."""
    own(actor_of(request), case_id)
    with told():
        answering.withdraw_case(actor=actor_of(request), case_id=case_id)
    return show_case(request, case_id)


@router.post("/cases/{uuid:case_id}/appeal", response=CaseOut, exclude_none=True, summary="Appeal against a refusal")
@access(KnownPerson)
def appeal_case(request: HttpRequest, case_id: UUID, given: AppealIn, idempotency_key: str | None = KEY) -> Any:
    """Within the time that the service gives. Under the same key once."""
    actor = actor_of(request)
    own(actor, case_id)
    with told():
        answering.appeal(actor=actor, case_id=case_id, reason=given.reason, idempotency_key=idempotency_key)
    return show_case(request, case_id)


@router.post("/cases/{uuid:case_id}/bill", response=CaseOut, exclude_none=True, summary="Ask for a new control number")
@access(KnownPerson)
def renew_bill(request: HttpRequest, case_id: UUID) -> Any:
    """Where the time to pay ran out while the case would still take the money; asked twice, given once."""
    actor = actor_of(request)
    own(actor, case_id)
    with told():
        money.renew_bill(actor=actor, case_id=case_id)
    return show_case(request, case_id)


def _papers(rows: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "case": one.case_id,
            "number": group(one.number),
            "title": dict(one.title),
            "state": one.state.value,
            "issued_at": one.issued_at,
            "valid_until": one.valid_until,
            "url": f"/api/v1/cases/{one.case_id}/documents/{one.id}",
        }
        for one in documents.all_issued(rows)
    ]


@router.get("/documents", response=PaperList, exclude_none=True, summary="My documents")
@access(KnownPerson)
def list_documents(request: HttpRequest, page: int = PAGE) -> Any:
    """From whichever case they come, the newest first."""
    return page_of(documents.papers_of(actor_of(request).who), page, _papers)


@router.get("/cases/{uuid:case_id}/receipt", response=dict[str, Any], summary="The signed receipt of the submission")
@access(KnownPerson)
def show_receipt(request: HttpRequest, case_id: UUID) -> Any:
    """The log's signed promise at once, the whole proof within seconds; `jumuishi evidence verify` reads it."""
    case = own(actor_of(request), case_id)
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
    case = own(actor_of(request), case_id)
    found = next((one for one in documents.documents_of_cases([case.id]) if one.id == document_id), None)
    if found is None:
        raise ProblemError(404, "cases.no_document")
    issued, chunks = documents.open_pdf(actor=actor_of(request), number=found.number)
    answer = StreamingHttpResponse(chunks, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{case.service}-{issued.number}.pdf"'
    answer["Content-Length"] = str(issued.size)
    return answer
