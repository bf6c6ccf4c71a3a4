"""Registers by API: what they say of an application's fields; their questions, and values that are wrong."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from jumuishi.cases.api.common import detail_of, filler, refuse, router, told
from jumuishi.cases.lookups import actions, showing
from jumuishi.cases.lookups.rules import Way
from jumuishi.cases.shapes import DisputeIn, LookOut, QuestionIn
from jumuishi.cases.sheet import Sheet, sheet_of
from jumuishi.channels.api import FieldProblem, ProblemError
from jumuishi.definitions.types import Error
from jumuishi.exchange import public as exchange
from jumuishi.identity import public as identity
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import Actor
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def looks_out(sheet: Sheet) -> list[dict[str, Any]]:
    """How each field of a register stands."""
    lang, package, answers = language(), sheet.frame.edition.package, sheet.draft.answers
    fields, found = package.all_fields(), []
    for name, way in sheet.ways.items():
        row, lookup = sheet.looks.row(name, answers), sheet.looks.lookups[name]
        one: dict[str, Any] = {
            "field": name, "state": way.value, "register_name": exchange.label_of(lookup.register, lang),
            "basis": showing.basis_of(package, fields[name], lang),
        }  # fmt: skip
        if row is not None:
            one |= {"look": row.id, "source": row.source, "message": row.message_id, "at": row.at}
            one |= {"value": row.values[name]} if name in row.values else {}
            if row.question:
                asked = row.question
                one |= {"question": asked.get(lang, ""), "tries_left": asked.get("tries_left")}
                one |= {"was_wrong": bool(asked.get("was_wrong"))}
            elif way is Way.ASKED:
                one["why"] = showing.why_asked(row, lang, sheet.work)
        found.append(one)
    return found


def _looks(actor: Actor, draft_id: UUID) -> list[dict[str, Any]]:
    sheet = sheet_of(actor, draft_id)
    if sheet is None:
        raise ProblemError(404, "cases.no_draft")
    return looks_out(sheet)


def _is_there(actor: Actor, draft_id: UUID) -> None:
    sheet = sheet_of(actor, draft_id)
    if sheet is None:
        raise ProblemError(404, "cases.no_draft")


@router.post("/drafts/{uuid:draft_id}/looks/{uuid:look_id}", response=list[LookOut], exclude_none=True,
             summary="Answer a register's question")  # fmt: skip
@filler
def answer_look(request: HttpRequest, draft_id: UUID, look_id: UUID, given: QuestionIn) -> Any:
    """The answer goes to the register and is kept nowhere; where the question was answered before, nothing is asked."""
    actor = actor_of(request)
    _is_there(actor, draft_id)
    with told():
        if given.answer.strip():
            actions.answer_question(
                actor=actor, draft_id=draft_id, look_id=look_id, said=given.answer,
                address=identity.address_of(request),
            )  # fmt: skip
        else:
            actions.skip_question(actor=actor, draft_id=draft_id, look_id=look_id)
    return _looks(actor, draft_id)


@router.post("/drafts/{uuid:draft_id}/disputes/{field}", response=list[LookOut], exclude_none=True,
             summary="Say that a register is wrong")  # fmt: skip
@filler
def dispute_look(request: HttpRequest, draft_id: UUID, field: str, given: DisputeIn) -> Any:
    """The same again leaves it as it is; without a reason the register is right after all."""
    actor = actor_of(request)
    sheet = sheet_of(actor, draft_id)
    if sheet is None:
        raise ProblemError(404, "cases.no_draft")
    fields = sheet.frame.edition.package.all_fields()
    with told(fields):
        if not given.reason.strip():
            actions.take_back(actor=actor, draft_id=draft_id, name=field)
            return _looks(actor, draft_id)
        wrong = actions.dispute(actor=actor, draft_id=draft_id, name=field, raw=given.value, reason=given.reason)
    refuse([_problem(one, fields) for one in wrong])
    return _looks(actor, draft_id)


def _problem(error: Error, fields: dict[str, Any]) -> FieldProblem:
    if error.field == "reason":
        return FieldProblem(field="reason", code=error.code, detail=t("cases.err_reason", language()))
    return detail_of(error, fields)
