"""Saying something and following it by API: the same acts, limits and walls as the pages have."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja.params.functions import Header, Query
from pydantic import Field

from jumuishi.channels.api import ProblemError, Router, Schema, Status, Words, page_of
from jumuishi.evidence import public as evidence
from jumuishi.feedback import codes, queries
from jumuishi.feedback.actions import saying, sender
from jumuishi.feedback.models import Item
from jumuishi.feedback.types import Answer, FeedbackError, Kind, Said
from jumuishi.feedback.web import follow
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, KnownPerson, access, actor_of
from jumuishi.identity.types import Actor, BadPhoneError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import is_number
from jumuishi.kernel.templatetags.text import language

router = Router(tags=["feedback"])
# A key names a nameless sender's item: one that others might think of too opens nothing.
KEY = Header(None, alias="Idempotency-Key", min_length=20, max_length=200)
SYSTEM = tenancy.Principal.system()
Act = Literal["reply", "solved", "unsolved", "reopen", "escalate", "close"]


class SayIn(Schema):
    """What is said. `answer`: `me` (needs a token), `sms` (needs `phone`), or `code`: without any name."""

    institution: str = Field(max_length=60)
    kind: Kind
    text: str = Field(min_length=1, max_length=4000)
    answer: Answer
    service: str = Field("", max_length=40)
    case: str = Field("", max_length=24)
    role: str = Field("", max_length=40)
    named: str = Field("", max_length=120)
    phone: str = Field("", max_length=24)


class SaidOut(Schema):
    """The number; the secret code, shown this once, unless a token said who asks."""

    id: UUID
    number: str
    code: str
    due_at: datetime
    promise: dict[str, Any] = Field(description="The log's signature, given at once, that this will be in it")


class EntryOut(Schema):
    """Something said or done since."""

    kind: str
    text: str
    at: datetime


class FeedbackOut(Schema):
    """Where it stands, what was said, and what its sender may do now."""

    id: UUID
    number: str
    kind: str
    institution: Words
    handled_by: Words
    service: str
    level: int
    state: str
    text: str
    received_at: datetime
    due_at: datetime | None
    late_reason: str
    verdict: str
    entries: list[EntryOut]
    may: list[str]


class FeedbackLine(Schema):
    """One of mine."""

    id: UUID
    number: str
    kind: str
    state: str
    received_at: datetime


class FeedbackList(Schema):
    """A page of mine, newest first."""

    items: list[FeedbackLine]
    page: int
    pages: int
    total: int


class FollowIn(Schema):
    """The number and secret code; with `act`, an act of the sender, whose words are `text`."""

    number: str = Field(max_length=40)
    code: str = Field(max_length=24)
    act: Act | None = None
    text: str = Field("", max_length=4000)


class ActIn(Schema):
    """An act of the sender."""

    act: Act
    text: str = Field("", max_length=4000)


def _refuse(error: FeedbackError) -> ProblemError:
    status = {"feedback.too_many": 429, "feedback.no_such": 404, "feedback.not_a_number": 422, "feedback.no_text": 422}
    return ProblemError(status.get(error.code, 409), error.code)


@router.post("/feedback", response={201: SaidOut}, summary="Complain, suggest, ask, comment, praise")
@access(Everyone)
def say(request: HttpRequest, given: SayIn, idempotency_key: str | None = KEY) -> Any:
    """With `Idempotency-Key` the same words sent again are the same item, and the same code comes back."""
    home, actor = institutions.institution_by_slug(given.institution), actor_of(request)
    if home is None:
        raise ProblemError(404, "channels.api_not_found")
    if given.answer is Answer.ME and actor.person_id is None:
        raise ProblemError(401, "channels.api_sign_in", headers={"WWW-Authenticate": "Bearer"})
    if given.case and not is_number(given.case):
        raise ProblemError(422, "feedback.need_case_number")
    if not given.text.strip():
        raise ProblemError(422, "feedback.need_text")
    said = Said(
        institution_id=home.id, kind=given.kind, text=given.text, answer=given.answer, language=language(),
        service=given.service, case_reference=given.case, role=given.role, named=given.named, phone=given.phone,
    )  # fmt: skip
    once = f"api|{idempotency_key}" if idempotency_key else codes.new_once()
    try:
        made = saying.say(actor=actor, said=said, once=once, address=identity.address_of(request), door="api")
    except FeedbackError as error:
        raise _refuse(error) from None
    except BadPhoneError:
        raise ProblemError(422, "feedback.need_phone") from None
    with tenancy.acting_as(SYSTEM):
        item = Item.objects.get(id=made.item_id)
        promise = evidence.promise(item.receipt_entry).as_json()
    return Status(
        201, {"id": item.id, "number": item.reference, "code": made.code, "due_at": item.due_at, "promise": promise}
    )


def _shown(item: Item) -> dict[str, Any]:
    homes = institutions.institutions({item.institution_id, item.about_id})
    may = vars(sender.ways(item))
    return {
        "id": item.id, "number": item.reference, "kind": item.kind, "institution": homes[item.about_id].name,
        "handled_by": homes[item.institution_id].name, "service": item.service, "level": item.level,
        "state": item.state, "text": item.text, "received_at": item.received_at,
        "due_at": item.due_at if item.state in ("open", "asked") else None, "late_reason": item.late_reason,
        "verdict": item.verdict, "may": [name for name, allowed in may.items() if allowed],
        "entries": [
            {"kind": one.kind, "text": one.text, "at": one.created_at} for one in queries.entries_of(item, inner=False)
        ],
    }  # fmt: skip


@router.post("/feedback/follow", response=FeedbackOut, summary="Follow by number and secret code")
@access(Everyone)
def follow_feedback(request: HttpRequest, given: FollowIn) -> Any:
    """Read the answer; `act` besides writes back, judges, opens again, takes higher or closes."""
    try:
        item = queries.by_code(given.number, given.code, identity.address_of(request))
        if given.act is not None:
            follow.act(Actor.person(None), item, given.act, given.text, given.code)
    except FeedbackError as error:
        raise _refuse(error) from None
    with tenancy.acting_as(SYSTEM):
        item.refresh_from_db()
        return _shown(item)


def _lines(rows: list[Item]) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "number": one.reference, "kind": one.kind, "state": one.state, "received_at": one.received_at}
        for one in rows
    ]


@router.get("/feedback", response=FeedbackList, summary="What I have said")
@access(KnownPerson)
def list_feedback(request: HttpRequest, page: int = Query(1, ge=1, le=100_000)) -> Any:
    """Newest first."""
    return page_of(queries.mine(actor_of(request).who), page, _lines)


def _own(request: HttpRequest, item_id: UUID) -> Item:
    found = queries.mine(actor_of(request).who).filter(id=item_id).first()
    if found is None:
        raise ProblemError(404, "channels.api_not_found")
    return found


@router.get("/feedback/{uuid:item_id}", response=FeedbackOut, summary="One of mine")
@access(KnownPerson)
def show_feedback(request: HttpRequest, item_id: UUID) -> Any:
    """With everything said since."""
    return _shown(_own(request, item_id))


@router.post("/feedback/{uuid:item_id}/act", response=FeedbackOut, summary="Act on one of mine")
@access(KnownPerson)
def act_on_feedback(request: HttpRequest, item_id: UUID, given: ActIn) -> Any:
    """Write back, judge, open again, take higher, close."""
    item = _own(request, item_id)
    try:
        follow.act(actor_of(request), item, given.act, given.text)
    except FeedbackError as error:
        raise _refuse(error) from None
    return _shown(_own(request, item_id))
