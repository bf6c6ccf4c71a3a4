"""Being told by API: for a person's app about that person's cases, for an institution's program about its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja.params.functions import Header, Query
from pydantic import Field

from jumuishi.channels.api import FieldProblem, ProblemError, Router, Row, Schema, Status, page_of
from jumuishi.hooks import actions, queries
from jumuishi.hooks.models import Delivery, Hook
from jumuishi.hooks.types import TOPICS, HookRefusedError, NewHook
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Access, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

router = Router(tags=["hooks"])
KEY = Header(None, alias="Idempotency-Key", max_length=200)
# TOPICS again, as a type; a test holds the two together.
Topic = Literal[
    "case.submitted", "case.moved", "case.ended", "bill.issued", "bill.paid", "document.issued", "document.changed"
]
Subscriber = Access(
    "known person, or an institution's program",
    lambda request: actor_of(request).person_id is not None or identity.client_of(request) is not None,
    "/ingia/",
)
_STATUS = {"hooks.no_hook": 404, "hooks.no_delivery": 404, "hooks.too_often": 429, "hooks.key_reused": 409}


class HookIn(Schema):
    """Where to be told (https) and of what."""

    url: str = Field(max_length=500)
    topics: list[Topic] = Field(min_length=1, max_length=len(TOPICS))


class HookOut(Row):
    """A wish to be told; `waiting` and `dead` notices, and until when its address is left alone."""

    id: UUID
    url: str
    topics: list[str]
    created_at: datetime
    waiting: int
    dead: int
    rest_until: datetime | None = None


class SecretOut(Schema):
    """What notices of this hook are signed with; shown this once."""

    id: UUID
    secret: str


class HookList(Row):
    """A page of hooks."""

    items: list[HookOut]
    page: int
    pages: int
    total: int


class DeliveryOut(Row):
    """A notice; `state`: waiting, delivered, dead. `status` is the HTTP status of the last try, `failure` why none."""

    id: UUID
    topic: str
    state: str
    attempts: int
    status: int | None = None
    failure: str = ""
    created_at: datetime
    next_at: datetime | None = None
    delivered_at: datetime | None = None
    body: str = Field(description="The very text that is signed and sent")


class DeliveryList(Row):
    """A page of notices, the newest first."""

    items: list[DeliveryOut]
    page: int
    pages: int
    total: int


@contextmanager
def _as_who(request: HttpRequest) -> Iterator[Actor]:
    """The asker, by token or by key, as the database's principal too; a refusal as a problem."""
    client = identity.client_of(request)
    actor = client.actor if client else actor_of(request)
    try:
        with tenancy.acting_as(identity.principal_of(actor)):
            yield actor
    except HookRefusedError as error:
        said = [FieldProblem(field=error.field, code=error.key.partition(".")[2], detail=t(error.key, language()))]
        raise ProblemError(
            _STATUS.get(error.key, 422), error.key, errors=said if error.field else [],
            headers={"Retry-After": "3600"} if error.key == "hooks.too_often" else None,
        ) from None  # fmt: skip


def _own(actor: Actor, hook_id: UUID) -> Hook:
    found = queries.hook_of(actor, hook_id)
    if found is None:
        raise HookRefusedError("hooks.no_hook")
    return found


def _hook(one: Any) -> dict[str, Any]:
    return {
        "id": one.id, "url": one.url, "topics": one.topics, "created_at": one.created_at, "waiting": one.waiting,
        "dead": one.dead, "rest_until": one.rest_until,
    }  # fmt: skip


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id, "topic": one.topic, "state": one.state, "attempts": one.attempts, "status": one.status,
        "failure": one.failure, "created_at": one.created_at, "next_at": one.next_at,
        "delivered_at": one.delivered_at, "body": one.body,
    }  # fmt: skip


def _secret(made: NewHook) -> dict[str, Any]:
    return {"id": made.id, "secret": made.secret}


@router.post("/hooks", response={201: SecretOut}, summary="Be told what happens")
@access(Subscriber)
def make_hook(request: HttpRequest, given: HookIn, idempotency_key: str | None = KEY) -> Any:
    """Signed notices of the topics come to the address, as a POST each, until it answers 2xx."""
    with _as_who(request) as actor:
        topics = list(dict.fromkeys(given.topics))
        made = actions.make_hook(actor=actor, url=given.url, topics=topics, idempotency_key=idempotency_key)
        return Status(201, _secret(made))


@router.get("/hooks", response=HookList, exclude_none=True, summary="Where I am told")
@access(Subscriber)
def list_hooks(request: HttpRequest, page: int = Query(1, ge=1, le=100_000)) -> Any:
    """Newest first."""
    with _as_who(request) as actor:
        return page_of(queries.hooks_of(actor), page, lambda rows: [_hook(one) for one in rows])


@router.get("/hooks/{uuid:hook_id}", response=HookOut, exclude_none=True, summary="One hook")
@access(Subscriber)
def show_hook(request: HttpRequest, hook_id: UUID) -> Any:
    """Without its secret."""
    with _as_who(request) as actor:
        return _hook(_own(actor, hook_id))


@router.delete("/hooks/{uuid:hook_id}", response={204: None}, summary="Be told no more")
@access(Subscriber)
def end_hook(request: HttpRequest, hook_id: UUID) -> Any:
    """What waits is dropped."""
    with _as_who(request) as actor:
        actions.end_hook(actor=actor, hook_id=hook_id)
    return Status(204, None)


@router.post("/hooks/{uuid:hook_id}/secret", response=SecretOut, summary="Change the secret")
@access(Subscriber)
def rotate_secret(request: HttpRequest, hook_id: UUID, idempotency_key: str | None = KEY) -> Any:
    """Notices carry the signatures of both secrets for a day."""
    with _as_who(request) as actor:
        return _secret(actions.rotate_secret(actor=actor, hook_id=hook_id, idempotency_key=idempotency_key))


@router.post("/hooks/{uuid:hook_id}/test", response={202: DeliveryOut}, exclude_none=True, summary="Send a ping")
@access(Subscriber)
def try_hook(request: HttpRequest, hook_id: UUID, idempotency_key: str | None = KEY) -> Any:
    """A notice of topic `ping`; what became of it is read among the deliveries."""
    with _as_who(request) as actor:
        made = actions.try_hook(actor=actor, hook_id=hook_id, idempotency_key=idempotency_key)
        return Status(202, _delivery(Delivery.objects.get(id=made)))


@router.get(
    "/hooks/{uuid:hook_id}/deliveries", response=DeliveryList, exclude_none=True, summary="What a hook was told"
)
@access(Subscriber)
def list_deliveries(
    request: HttpRequest,
    hook_id: UUID,
    state: Literal["", "waiting", "delivered", "dead"] = "",
    page: int = Query(1, ge=1, le=100_000),
) -> Any:
    """For thirty days, the newest first."""
    with _as_who(request) as actor:
        rows = queries.deliveries_of(_own(actor, hook_id), state)
        return page_of(rows, page, lambda found: [_delivery(one) for one in found])


@router.post(
    "/hooks/{uuid:hook_id}/deliveries/{uuid:delivery_id}/resend",
    response={202: DeliveryOut},
    exclude_none=True,
    summary="Send a notice again",
)
@access(Subscriber)
def resend(request: HttpRequest, hook_id: UUID, delivery_id: UUID) -> Any:
    """The same bytes under the same id, newly timed and signed; also one that was given up."""
    with _as_who(request) as actor:
        actions.resend(actor=actor, hook_id=hook_id, delivery_id=delivery_id)
        return Status(202, _delivery(Delivery.objects.get(id=delivery_id)))
