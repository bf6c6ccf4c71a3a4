"""Helping by API: an officer's own program, or a relative's app, asks, fills in, ends; the owner sees and ends.

What is filled in goes through the same drafts and cases as the owner's own: see `filler` in common.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from jumuishi.cases.api.common import PAGE, filler, router, told
from jumuishi.cases.helping import actions, filing, messages, queries, wording
from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.helping.shapes import (
    AskIn,
    CodeIn,
    EndIn,
    ForIn,
    ForOut,
    HelperList,
    HelperOut,
    MandateList,
    MandateOut,
)
from jumuishi.cases.models import Draft
from jumuishi.cases.sheet import sheet_of
from jumuishi.channels.api import FieldProblem, ProblemError, Status, page_of
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def _own(actor: Actor, mandate_id: UUID) -> Mandate:
    found = queries.mandate_of(actor, mandate_id)
    if found is None:
        raise ProblemError(404, "cases.help_none")
    return found


def _lines(rows: list[Mandate]) -> list[dict[str, Any]]:
    """Consents with what was begun last under each; one question for all."""
    begun: Mapping[UUID | None, Draft] = {
        one.mandate_id: one
        for one in Draft.objects.filter(mandate_id__in=[row.id for row in rows]).order_by("created_at")
    }
    return [
        {
            "id": row.id, "owner": wording.owner(row), "kind": row.kind, "scope": row.scope,
            "offering": row.offering_id, "fee": row.fee, "state": wording.state_of(row), "asked_at": row.asked_at,
            "given_at": row.given_at, "until_at": row.until_at,
            "draft": begun[row.id].id if row.id in begun else None,
            "case": begun[row.id].case_id if row.id in begun else None,
        }
        for row in rows
    ]  # fmt: skip


def _line(actor: Actor, mandate_id: UUID) -> dict[str, Any]:
    return _lines([_own(actor, mandate_id)])[0]


@router.post(
    "/helping", response={201: MandateOut}, exclude_none=True, tags=["helping"], summary="Ask to help somebody"
)
@filler
def ask_to_help(request: HttpRequest, given: AskIn) -> Any:
    """A code goes to the owner's phone, with who asks, for what and for which fee. Asked again in ten minutes: once."""
    actor = actor_of(request)
    with told():
        made = actions.ask_mandate(
            actor=actor, phone=given.phone, offering_id=given.offering, kind=given.kind, scope=given.scope,
            fee=given.fee, language=given.language,
        )  # fmt: skip
    return Status(201, _line(actor, made))


@router.get("/helping", response=MandateList, exclude_none=True, tags=["helping"], summary="Whom I help")
@filler
def list_helped(request: HttpRequest, page: int = PAGE) -> Any:
    """What was asked and has not ended, newest first."""
    return page_of(queries.of_helper(actor_of(request)), page, _lines)


@router.get("/helping/{uuid:mandate_id}", response=MandateOut, exclude_none=True, tags=["helping"], summary="A consent")
@filler
def show_helped(request: HttpRequest, mandate_id: UUID) -> Any:
    """Once it ended it is not there."""
    return _line(actor_of(request), mandate_id)


@router.post("/helping/{uuid:mandate_id}/code", response={202: None}, tags=["helping"], summary="Send another code")
@filler
def send_helping_code(request: HttpRequest, mandate_id: UUID) -> Any:
    """It takes the place of the one before."""
    actor = actor_of(request)
    _own(actor, mandate_id)
    with told():
        actions.send_again(actor=actor, mandate_id=mandate_id)
    return Status(202, None)


@router.post(
    "/helping/{uuid:mandate_id}/consent", response=MandateOut, exclude_none=True, tags=["helping"],
    summary="Give the owner's code",
)  # fmt: skip
@filler
def consent_by_code(request: HttpRequest, mandate_id: UUID, given: CodeIn) -> Any:
    """The owner told it: from now on the consent stands. Once it stands, again is the same."""
    actor = actor_of(request)
    _own(actor, mandate_id)
    with told():
        is_right = actions.consent_by_code(actor=actor, mandate_id=mandate_id, code=given.code)
    if not is_right:
        said = FieldProblem(field="code", code="wrong_code", detail=t("cases.help_wrong_code", language()))
        raise ProblemError(422, "cases.help_wrong_code", errors=[said])
    return _line(actor, mandate_id)


@router.post(
    "/helping/{uuid:mandate_id}/drafts", response={201: ForOut}, exclude_none=True, tags=["helping"],
    summary="Begin for the owner",
)  # fmt: skip
@filler
def begin_for(request: HttpRequest, mandate_id: UUID, given: ForIn) -> Any:
    """Then as one's own: `/drafts/{id}`, its pages, files, `submit`. For one application: the one that is there."""
    actor = actor_of(request)
    _own(actor, mandate_id)
    with told():
        made = filing.begin_for(actor=actor, mandate_id=mandate_id, offering_id=given.offering, door="api")
    sheet = sheet_of(actor, made)
    after = sheet.next_open() if sheet is not None else None
    return Status(201, {"id": made, "next_page": after.page if after else None})


@router.delete("/helping/{uuid:mandate_id}", response={204: None}, tags=["helping"], summary="Be done helping")
@filler
def let_go(request: HttpRequest, mandate_id: UUID) -> Any:
    """At once: from then on nothing of the owner's is read. Once more it is not there any more (404)."""
    actor = actor_of(request)
    _own(actor, mandate_id)
    with told():
        actions.let_go(actor=actor, mandate_id=mandate_id)
    return Status(204, None)


def _helpers(rows: list[Mandate]) -> list[dict[str, Any]]:
    names, lang, now = messages.Names(rows), language(), clock.now()
    return [
        {
            "id": row.id, "who": messages.who(row, lang, names), "kind": row.kind, "scope": row.scope,
            "what": messages.what(row, lang, names), "fee": row.fee, "state": wording.state_of(row),
            "given_at": row.given_at, "until_at": row.until_at, "ended_at": row.ended_at,
            "may_repudiate": row.repudiable_until is not None and now <= row.repudiable_until
            and row.ended_why != Mandate.Why.REPUDIATED,
        }
        for row in rows
    ]  # fmt: skip


@router.get("/helpers", response=HelperList, exclude_none=True, tags=["helping"], summary="Who helps me")
@access(KnownPerson)
def list_helpers(request: HttpRequest, page: int = PAGE) -> Any:
    """Those who did too, newest first."""
    with tenancy.acting_as(queries.SYSTEM):
        return page_of(queries.of_owner(actor_of(request)), page, _helpers)


@router.post(
    "/helpers/{uuid:mandate_id}/end", response=HelperOut, exclude_none=True, tags=["helping"], summary="End a helper"
)
@access(KnownPerson)
def end_helper(request: HttpRequest, mandate_id: UUID, given: EndIn) -> Any:
    """At once: from then on the helper reads nothing. Ended twice is ended once."""
    actor = actor_of(request)
    with tenancy.acting_as(queries.SYSTEM):
        if not queries.of_owner(actor).filter(id=mandate_id).exists():
            raise ProblemError(404, "cases.help_none")
    with told():
        actions.end_mandate(actor=actor, mandate_id=mandate_id, is_repudiated=given.repudiate)
    with tenancy.acting_as(queries.SYSTEM):
        return _helpers([queries.of_owner(actor).get(id=mandate_id)])[0]
