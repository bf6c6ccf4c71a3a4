"""What the API of this room takes and gives, as its description tells programs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from jumuishi.channels.api import FieldProblem, Row, Schema, Words
from jumuishi.services.types import Question


class BeginIn(Schema):
    """The `id` of a service as `GET /services` gives it."""

    offering: UUID


class GuestOut(Schema):
    """A visitor's token, and the code to go on with from elsewhere; both are shown this once."""

    token: str
    token_type: str = "Bearer"  # noqa: S105  # RFC 6749's word
    expires_in: int
    resume_code: str


class BegunOut(Schema):
    """A new application, and the page to fill in first; `guest` where nobody was signed in."""

    id: UUID
    next_page: str | None = None
    guest: GuestOut | None = None


class DraftLine(Schema):
    """An application that is begun and not submitted."""

    id: UUID
    offering: UUID
    saved_at: datetime


class DraftList(Schema):
    """A page of drafts."""

    items: list[DraftLine]
    page: int
    pages: int
    total: int


class DraftPage(Schema):
    """What a page asks now, with the answers so far."""

    page: str
    title: Words
    done: bool
    fields: list[Question]


class ChargeOut(Schema):
    """A fee as it stands; no amount while an answer that it needs is missing."""

    fee: str
    label: Words
    amount: int | None = None


class LookOut(Schema):
    """What a register says of a field, or why the person is asked; kept apart from the answer.

    `state`: fetched, disputed, waiting (for the key, or for `question` to be answered first), asked. `look` answers it.
    """

    field: str
    state: str
    look: UUID | None = None
    register_name: str
    basis: str = ""
    value: Any = None
    source: str = ""
    message: str = ""
    at: datetime | None = None
    why: str = ""
    question: str = ""
    tries_left: int | None = None
    was_wrong: bool | None = None


class DraftOut(Schema):
    """The summary: every page that is asked, the answers as canonical data, what is missing, what it will cost."""

    id: UUID
    service: str
    name: Words
    edition: str
    saved_at: datetime
    promise: str
    next_page: str | None = None
    pages: list[DraftPage]
    answers: dict[str, Any]
    missing: list[FieldProblem]
    at_counter: list[str]
    looks: list[LookOut] = []
    fees: list[ChargeOut]
    currency: str
    case: UUID | None = None


class QuestionIn(Schema):
    """The person's answer to a register's question; empty passes it by, and the person says the value themselves."""

    answer: str = ""


class DisputeIn(Schema):
    """What is right instead of a register's value, and why; no `reason`: the register is right after all."""

    value: Any = None
    reason: str = ""


class AnswersIn(Schema):
    """Answers by field name, as text or as canonical data; a field that is left out keeps its answer."""

    answers: dict[str, Any]


class SavedOut(Schema):
    """Said only after it is stored; no `next_page` when the summary is next."""

    saved_at: datetime
    next_page: str | None = None


class FileOut(Schema):
    """A file as it was taken; `type` is what its content says."""

    field: str
    name: str
    size: int
    type: str
    sha256: str


class UploadOut(Schema):
    """A file that comes in parts: how much of it is there, until when the rest may come; `taken` once it was."""

    id: UUID
    field: str
    name: str
    size: int
    received: int
    expires_at: datetime
    taken: FileOut | None = None


class SubmitIn(Schema):
    """A phone for messages, where the person has proved none."""

    phone: str = ""


class SubmittedOut(Schema):
    """A case; the same submission again answers the same. `digest`: of its canonical form, by whichever door."""

    case: UUID
    reference: str
    reference_grouped: str
    submitted_at: datetime
    promised_at: datetime | None = None
    answers_hash: str
    digest: str
    commitment: str


class TrackIn(Schema):
    """A reference number, with or without the phone that it was submitted with."""

    reference: str
    phone: str = ""


class TrackedOut(Schema):
    """The stage and nothing that is the person's."""

    reference: str
    service: Words
    institution: Words
    stage: Words
    headline: str
    outcome: str
    promised_at: datetime | None = None


class CaseLine(Row):
    """A case in the person's list."""

    id: UUID
    reference: str
    service: Words
    stage: Words
    headline: str
    outcome: str
    submitted_at: datetime


class CaseList(Row):
    """A page of cases."""

    items: list[CaseLine]
    page: int
    pages: int
    total: int


class AskedOut(Schema):
    """What the office asks of the applicant: its message, and the fields that may be answered again."""

    message: str
    fields: list[Question]


class BillOut(Schema):
    """What is to be paid, to which control number; empty while the gateway has given none."""

    control_number: str
    amount: int
    currency: str
    state: str
    expires_at: datetime


class DocumentOut(Schema):
    """A document that was issued; fetch it from `url`."""

    id: UUID
    number: str
    title: Words
    state: str
    issued_at: datetime
    valid_until: date | None = None
    url: str


class PaperOut(DocumentOut):
    """A document, and the case that it comes from."""

    case: UUID


class PaperList(Schema):
    """A page of documents."""

    items: list[PaperOut]
    page: int
    pages: int
    total: int


class TaskOut(Schema):
    """Who has the case now and until when; the reason where it is late."""

    role: Words
    due_at: datetime | None = None
    late_reason: str = ""


class NoteOut(Schema):
    """A message between office and applicant; kind: request, reason, answer, appeal."""

    kind: str
    text: str
    at: datetime
    from_applicant: bool


class CaseOut(CaseLine):
    """A case with all that is its applicant's; `version` goes back with an answer.

    `edition_until`: a newer edition of the service asks something by then, see `/cases/{id}/edition`.
    """

    institution: Words
    version: int
    promised_at: datetime | None = None
    promise: str
    ended_at: datetime | None = None
    answers: dict[str, Any]
    answers_hash: str
    digest: str
    now_with: list[TaskOut]
    asked: AskedOut | None = None
    edition_until: datetime | None = None
    bill: BillOut | None = None
    documents: list[DocumentOut]
    messages: list[NoteOut]
    may_renew_bill: bool
    may_withdraw: bool
    may_appeal: bool


class ReplyIn(Schema):
    """An answer to what the office asked; `version` as the case had it when it was read."""

    version: int
    answers: dict[str, Any] = {}
    message: str = ""


class AppealIn(Schema):
    """Why the refusal is wrong."""

    reason: str


class ReadsOut(Schema):
    """A heading, label, hint or choice that reads otherwise, in the language asked for; empty where nothing stood."""

    was: str
    now: str


class PointOut(Schema):
    """One thing to settle before a case goes on under a newer edition of its service.

    `why`: new (a question without an answer yet) and again (the answer no longer fits) are answered, under `field`;
    reworded, drop, calculated and fee are agreed to by their `mark`, which holds for just this wording and amount.
    `was` and `question` are the question as it was and as it is, `reads` what of it reads otherwise; `before` and
    `after` canonical data, or amounts.
    """

    why: str
    field: str
    detail: str
    mark: str | None = None
    label: Words
    was: Question | None = None
    question: Question | None = None
    reads: list[ReadsOut]
    before: Any = None
    after: Any = None


class EditionOut(Schema):
    """What a newer edition asks about a case until a day; unanswered, the case stays under its own."""

    edition: int
    until: datetime
    points: list[PointOut]


class SettleIn(Schema):
    """Answers by field, and the marks of the points agreed to; files are attached before."""

    answers: dict[str, Any] = {}
    agreed: list[str] = []
