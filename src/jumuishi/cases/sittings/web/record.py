"""At the sitting: who came, and the outcome of each item."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from jumuishi.cases import engine
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.models import Item, Sitting, Task
from jumuishi.cases.sittings import queries, recording, rules
from jumuishi.cases.sittings.rules import DEFER, Vote
from jumuishi.cases.sittings.web.common import attempt, done, entered, may_keep, page
from jumuishi.cases.sittings.web.sitting import head_of
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import answers, office, office_page
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def _kept(request: HttpRequest, sitting_id: UUID) -> Sitting:
    found = entered(request, sitting_id)
    if not may_keep(actor_of(request), found.role):
        raise Http404
    return found


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for one in texts:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


@access(Officer)
def attendance(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """Tick who came, and say who presided."""
    sitting, lang, message = _kept(request, sitting_id), language(), ""
    present, chair = set(_ids(sitting.present)), sitting.presided_by
    if request.method == "POST":
        present = set(_ids(request.POST.getlist("present")))
        chair = next(iter(_ids([request.POST.get("chair", "")])), None)
        message = attempt(
            lambda: recording.record_attendance(
                actor=actor_of(request), sitting_id=sitting_id, present=present, presided_by=chair
            )
        )
        if not message:
            return done(request, f"/ofisi/vikao/{sitting_id}/", "cases.sit_done_attend")
    chairs = queries.presiding(sitting, queries.seats_of(sitting))
    context = {
        "s": head_of(sitting, lang),
        "seats": [
            {"id": one, "name": name, "here": one in present, "chair": one == chair, "is_chair": one in chairs}
            for one, name in queries.seats_of(sitting).items()
        ],
        "quorum": rules.figure(queries.figures_of(sitting.institution_id, sitting.role), "quorum"),
        "changes": any(one.state == Item.State.RECORDED for one in queries.items_of(sitting)),
    }
    return page(request, "attendance", context, message)


@access(Officer)
def item(request: HttpRequest, sitting_id: UUID, item_id: UUID) -> HttpResponse:
    """One item: the case in short, who is out, what was resolved, how they voted. The look is journalled."""
    sitting, actor, lang = _kept(request, sitting_id), actor_of(request), language()
    found = Item.objects.filter(institution_id=actor.workplace, sitting=sitting, id=item_id).first()
    task = Task.objects.select_related("case").filter(id=found.thing_id).first() if found else None
    if found is None or task is None:
        raise Http404
    identity.looked(actor, case_thing(task.case), "case")
    typed, message = _before(found), ""
    if request.method == "POST":
        typed = _typed(request)
        given, wrong = office.sent_fields(request, task.case, task)
        typed["fields"] = given
        try:
            if wrong:
                raise CaseError("cases.errors", errors=tuple(wrong))
            if not typed["act"]:
                raise CaseError("cases.choose_act")
            recording.record_item(actor=actor, sitting_id=sitting_id, item_id=item_id, said=_said(request, typed))
        except CaseError as error:
            message, typed["wrong"] = office_page.refusal(error, lang), office_page.wrong_fields(error)
        else:
            return done(request, _next(sitting, found), "cases.sit_done_item")
    return page(request, "item", _context(sitting, found, task, typed, lang), message)


def _before(item: Item) -> dict[str, Any]:
    """What was recorded before, to be changed."""
    return {
        "act": item.outcome, "text": item.text, "late": item.late_reason, "fields": item.fields,
        "for": item.votes_for or "", "against": item.votes_against or "", "abstained": item.abstained or "",
        "casting": item.casting, "interests": {UUID(one["person"]) for one in item.out if one["why"] == "declared"},
    }  # fmt: skip


def _typed(request: HttpRequest) -> dict[str, Any]:
    post = request.POST
    typed: dict[str, Any] = {
        key: post.get(key, "").strip() for key in ("act", "text", "late", "for", "against", "abstained")
    }
    return typed | {"casting": "casting" in post, "interests": set(_ids(post.getlist("interest")))}


def _said(request: HttpRequest, typed: dict[str, Any]) -> recording.Said:
    yes, no, none = (int(typed[key][:3]) if typed[key].isdecimal() else 0 for key in ("for", "against", "abstained"))
    version = request.POST.get("version", "")
    return recording.Said(
        outcome=typed["act"], version=int(version) if version.isdecimal() else -1, text=typed["text"],
        late_reason=typed["late"], vote=Vote(yes, no, none, typed["casting"]),
        interests=typed["interests"], fields=typed["fields"],
    )  # fmt: skip


def _next(sitting: Sitting, item: Item) -> str:
    """The next item without an outcome; the sitting's page after the last."""
    after = (one for one in queries.items_of(sitting) if one.state == Item.State.AGENDA and one.id != item.id)
    following = next(after, None)
    return f"/ofisi/vikao/{sitting.id}/" + (f"hoja/{following.id}/" if following else "")


def _context(sitting: Sitting, item: Item, task: Task, typed: dict[str, Any], lang: str) -> dict[str, Any]:
    case, seats = task.case, queries.seats_of(sitting)
    package = engine.frame_of(case).edition.package
    here = _ids(sitting.present)
    barred = queries.barred_members([item], here).get(item.id, set())
    figures = queries.figures_of(sitting.institution_id, sitting.role)
    on = [one for one in queries.items_of(sitting) if one.state != Item.State.LEFT_OUT]
    return {
        "s": head_of(sitting, lang),
        "item": item,
        "title": item.title,
        "number": group(item.reference),
        "matter": item.matter[lang],
        "n": next((n for n, one in enumerate(on, 1) if one.id == item.id), 0),
        "of": len(on),
        "version": case.version,
        "form": office_page.decision_form(task, case, package, lang, typed),
        "typed": typed,
        "defers": typed["act"] == DEFER,
        "members": [
            {"id": one, "name": seats.get(one, ""), "out": one in typed["interests"], "barred": one in barred}
            for one in here
        ],
        "n_here": len(here),
        "casting": rules.figure(figures, "casting_vote"),
        "lacks": [t(f"cases.sit_rule_{one}", lang) for one in rules.lacking(figures)],
        "late": task.due_at is not None and task.due_at < clock.now(),
        "late_text": typed["late"] or task.late_reason,
        "sections": answers.sections(package, case.state["answers"], lang),
        "may_record": sitting.state == Sitting.State.CALLED and bool(here),
    }
