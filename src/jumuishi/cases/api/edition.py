"""What a move to a newer edition asks of me, by API: read, answered and agreed to point by point, or left as it is."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import UploadedFile
from ninja.params.functions import File

from jumuishi.cases import engine, queries
from jumuishi.cases.api.common import detail_of, not_asked, own, refuse, router, take_file, told
from jumuishi.cases.api.mine import show_case
from jumuishi.cases.models import Case
from jumuishi.cases.moving import actions, asking
from jumuishi.cases.moving.judging import Judge
from jumuishi.cases.moving.models import MoveItem
from jumuishi.cases.shapes import CaseOut, EditionOut, FileOut, SettleIn
from jumuishi.channels.api import FieldProblem, ProblemError, Status
from jumuishi.definitions.moving.types import TO_ANSWER, Ask
from jumuishi.definitions.types import Error, Field, Package
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.kernel import clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services


def _asked(case: Case) -> tuple[MoveItem, Judge]:
    item = actions.asked_of(case, clock.now())
    if item is None:
        raise ProblemError(409, "cases.move_nothing")
    return item, Judge(item.to_hash, clock.now())


@router.get(
    "/cases/{uuid:case_id}/edition", response=EditionOut, exclude_none=True, summary="What a newer edition asks"
)
@access(KnownPerson)
def show_edition(request: HttpRequest, case_id: UUID) -> Any:
    """Each point, with what was and what would be; 409 where nothing is asked, or the case can't move any more."""
    case = own(actor_of(request), case_id)
    item, judge = _asked(case)
    found = asking.verdict(judge, case, {}, ())
    if found.reasons:
        raise ProblemError(409, "cases.move_cannot_now")
    edition = services.edition_by_hash(item.to_hash)
    old, left = engine.frame_of(case).edition.package, asking.offered(case, judge, {})
    points = [_point(one, old, judge.package) for one in found.asks]
    for one in points:
        field = judge.package.all_fields().get(one["field"])
        if field is not None and field.choices and left is not None:
            one["question"] = services.question(field, left.choices(field))
    return {"edition": edition.number if edition else 0, "until": item.asked_until, "points": points}


def _point(one: Ask, old: Package, new: Package) -> dict[str, Any]:
    was, now = old.all_fields().get(one.field), new.all_fields().get(one.field)
    label = new.fees[one.field].label if one.why == "fee" else (now or was).label  # type: ignore[union-attr]  # one has it
    return {
        "why": one.why, "field": one.field, "detail": t(f"definitions.ask_{one.why}", language()),
        "mark": None if one.why in TO_ANSWER else one.mark,
        "label": dict(label) if label else {"sw": one.field, "en": one.field},
        "was": services.question(was) if was is not None and one.why != "fee" else None,
        "question": services.question(now) if now is not None and one.why not in ("fee", "drop") else None,
        "reads": [{"was": was, "now": now} for was, now in asking.reworded(one, old, new, language())],
        "before": one.before, "after": one.after,
    }  # fmt: skip


def _wanted(case: Case, judge: Judge) -> dict[str, Field]:
    """The files that the move asks for."""
    asks = asking.verdict(judge, case, {}, ()).asks
    fields = asking.fields_of(judge.package, [one.field for one in asks if one.why in TO_ANSWER])
    return {one.name: one for one in fields if one.type == "file"}


@router.post(
    "/cases/{uuid:case_id}/edition/files/{field}", response={201: FileOut}, summary="Attach a file that it asks for"
)
@access(KnownPerson)
def attach_for_edition(request: HttpRequest, case_id: UUID, field: str, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """It goes with the answers that follow; a later one takes its place."""
    actor = actor_of(request)
    case = own(actor, case_id)
    wanted = _wanted(case, _asked(case)[1]).get(field)
    if wanted is None:
        raise ProblemError(404, "cases.no_field")
    return Status(201, take_file(actor, case_id, wanted, file))


@router.post(
    "/cases/{uuid:case_id}/edition", response=CaseOut, exclude_none=True, summary="Settle what a newer edition asks"
)
@access(KnownPerson)
def settle_edition(request: HttpRequest, case_id: UUID, given: SettleIn) -> Any:
    """The case moves once nothing is left; else nothing changes and each point that is open is named (422).

    Sent again after it moved, it answers the same.
    """
    actor = actor_of(request)
    case = own(actor, case_id)
    if not actions.is_settled(case):
        item, judge = _asked(case)
        known, files = judge.package.all_fields(), _wanted(case, judge)
        # What a file is, we found out from the file itself: nobody tells us.
        refuse([not_asked(name) for name in given.answers if name not in known or known[name].type == "file"])
        sent = queries.attachments_of(case)
        kept = {one.field: queries.as_answer(one) for one in sent if one.created_at > item.created_at}
        answers = {**given.answers, **{name: kept[name] for name in files if name in kept}}
        with told():
            found = actions.agree(actor=actor, case_id=case_id, given=answers, agreed=given.agreed)
        if found.reasons:
            raise ProblemError(409, "cases.move_cannot_now")
        wrong = [detail_of(one, known) for one in found.errors]
        named = {one.field for one in wrong}
        refuse([*wrong, *(_open(one, known) for one in found.asks if one.field not in named)])
    return show_case(request, case_id)


def _open(one: Ask, known: dict[str, Field]) -> FieldProblem:
    if one.why in TO_ANSWER:
        return detail_of(Error((one.field,), "required"), known)
    return FieldProblem(field=one.field, code="not_agreed", detail=t(f"definitions.ask_{one.why}", language()))


@router.post("/cases/{uuid:case_id}/edition/stay", response=CaseOut, exclude_none=True, summary="Stay as it is")
@access(KnownPerson)
def stay(request: HttpRequest, case_id: UUID) -> Any:
    """The case goes on under the edition that it was submitted to; once more is no error."""
    actor = actor_of(request)
    own(actor, case_id)
    with told():
        actions.decline(actor=actor, case_id=case_id)
    return show_case(request, case_id)
