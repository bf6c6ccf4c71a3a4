"""At a sitting: who is present, what became of each item; then the record goes to whoever presided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from jumuishi.cases.actions.together import Resolution, foresee_together
from jumuishi.cases.models import Task
from jumuishi.cases.sittings import queries, rules
from jumuishi.cases.sittings.models import Item, Sitting
from jumuishi.cases.sittings.planning import held
from jumuishi.cases.sittings.policies import sitting_thing
from jumuishi.cases.sittings.rules import DEFER, Vote
from jumuishi.cases.types import CaseError, StaleCaseError
from jumuishi.definitions.types import TaskStage
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.services import public as services


@dataclass(frozen=True)
class Said:
    """What the secretary writes of an item: `outcome` is an action of the stage or `defer`."""

    outcome: str
    version: int
    text: str = ""
    late_reason: str = ""
    vote: Vote = field(default_factory=lambda: Vote(0, 0, 0))
    interests: Iterable[UUID] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@identity.action("cases.sitting.attend")
def record_attendance(*, actor: Actor, sitting_id: UUID, present: Iterable[UUID], presided_by: UUID | None) -> None:
    """Who came, and who of them presided. What was recorded of items by another attendance is asked again."""
    sitting = held(actor, sitting_id, Sitting.State.CALLED)
    rules.check_begun(sitting.starts_at, clock.now())
    here = [one for one in queries.seats_of(sitting) if one in set(present)]
    if not here:
        raise CaseError("cases.sit_nobody")
    if presided_by is None or presided_by not in queries.presiding(sitting, here):
        raise CaseError("cases.sit_no_chair")
    before = {"present": sitting.present, "presided_by": sitting.presided_by}
    changed = [str(one) for one in here] != sitting.present or presided_by != sitting.presided_by
    sitting.present, sitting.presided_by = [str(one) for one in here], presided_by
    sitting.save(update_fields=["present", "presided_by"])
    if changed:
        Item.objects.filter(sitting=sitting, state=Item.State.RECORDED).update(state=Item.State.AGENDA)
    identity.record(actor, sitting_thing(sitting), before=before, after={"present": here, "presided_by": presided_by})


def resolution_of(sitting: Sitting, item: Item) -> Resolution:
    """What an item's record means for its case."""
    zone = ZoneInfo(institutions.working_time(sitting.institution_id).zone)
    return Resolution(
        act=item.outcome, members=deciding_on(sitting, item), sat_on=sitting.starts_at.astimezone(zone).date(),
        sitting=str(sitting.id), version=item.version, text=item.text, fields=item.fields,
        late_reason=item.late_reason,
    )  # fmt: skip


def deciding_on(sitting: Sitting, item: Item) -> list[UUID]:
    """The members present who were not out for an item."""
    out = {one["person"] for one in item.out}
    return [UUID(one) for one in sitting.present if one not in out]


@identity.action("cases.agenda.record")
def record_item(*, actor: Actor, sitting_id: UUID, item_id: UUID, said: Said) -> None:
    """Write down what became of an item; what could not be carried is refused here already. Raises CaseError."""
    sitting = held(actor, sitting_id, Sitting.State.CALLED)
    if not sitting.present:
        raise CaseError("cases.sit_attendance_first")
    item = Item.objects.filter(sitting=sitting, id=item_id, state__in=queries.OPEN).first()
    task = Task.objects.select_related("case").filter(id=item.thing_id).first() if item is not None else None
    if item is None or task is None:
        raise CaseError("cases.sit_past_that")
    if task.state != Task.State.OPEN or task.case.version != said.version:
        raise StaleCaseError
    here = [UUID(one) for one in sitting.present]
    barred = queries.barred_members([item], here).get(item.id, set())
    declared = set(said.interests) & set(here) - barred
    item.out = [{"person": str(one), "why": "barred" if one in barred else "declared"}
                for one in here if one in barred | declared]  # fmt: skip
    item.outcome, item.text, item.version = said.outcome, said.text.strip()[:2000], said.version
    item.late_reason, item.fields = said.late_reason.strip()[:500], dict(said.fields)
    _check_late(task, item)
    if said.outcome == DEFER:
        _defer(item)
    else:
        _decide(actor, sitting, item, task, said)
    item.state = Item.State.RECORDED
    item.save()
    after = {"item": item.id, "outcome": item.outcome, "for": item.votes_for, "against": item.votes_against,
             "abstained": item.abstained, "out": item.out}  # fmt: skip
    identity.record(actor, sitting_thing(sitting), after=after)


def _check_late(task: Task, item: Item) -> None:
    """A committee that is late says why too, deciding or not."""
    is_late = task.due_at is not None and task.due_at < clock.now()
    if is_late and not item.late_reason and not task.late_reason:
        raise CaseError("cases.late_reason_needed")


def _defer(item: Item) -> None:
    if not item.text:
        raise CaseError("cases.reason_missing")
    item.outcome_name = {}
    item.votes_for, item.votes_against, item.abstained, item.casting = 0, 0, 0, False


def _decide(actor: Actor, sitting: Sitting, item: Item, task: Task, said: Said) -> None:
    figures = queries.figures_of(sitting.institution_id, sitting.role)
    deciding = deciding_on(sitting, item)
    rules.check_vote(said.vote, deciding, figures, chair_is_out=sitting.presided_by not in deciding)
    item.votes_for, item.votes_against = said.vote.votes_for, said.vote.votes_against
    item.abstained, item.casting = said.vote.abstained, said.vote.casting
    foresee_together(actor=actor, task_id=task.id, resolution=resolution_of(sitting, item))
    stage = services.definition(task.case.edition_hash).package.stages.get(task.stage)
    action = stage.actions.get(said.outcome) if isinstance(stage, TaskStage) else None
    item.outcome_name = dict(action.label) if action is not None else {}


def is_same(one: UUID, other: UUID) -> bool:
    """Whether these are one natural person."""
    natural = identity.natural_people([one, other])
    return natural[one] == natural[other]


@identity.action("cases.sitting.record")
def hand_in_record(*, actor: Actor, sitting_id: UUID) -> None:
    """The record is whole: it goes to whoever presided, who is another person. Raises CaseError."""
    sitting = held(actor, sitting_id, Sitting.State.CALLED)
    items = [one for one in queries.items_of(sitting) if one.state != Item.State.LEFT_OUT]
    if not items or any(one.state != Item.State.RECORDED for one in items):
        raise CaseError("cases.sit_items_open")
    if sitting.presided_by is not None and is_same(actor.who, sitting.presided_by):
        raise CaseError("cases.sit_same_person")
    sitting.state, sitting.recorded_by, sitting.recorded_at = Sitting.State.RECORDED, actor.who, clock.now()
    sitting.quorum = rules.figure(queries.figures_of(sitting.institution_id, sitting.role), "quorum")
    sitting.reason = ""
    sitting.save()
    identity.record(actor, sitting_thing(sitting), after={"recorded": len(items)})
