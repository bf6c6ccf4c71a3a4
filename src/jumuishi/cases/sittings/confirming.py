"""After a sitting: who presided confirms the record, and each decision is carried into its case."""

from uuid import UUID

from jumuishi.cases import effects, messages
from jumuishi.cases.actions.deciding import held as held_task
from jumuishi.cases.actions.deciding import keep_reason
from jumuishi.cases.actions.things import SYSTEM, case_thing
from jumuishi.cases.actions.together import decide_together
from jumuishi.cases.models import Task
from jumuishi.cases.sittings import queries
from jumuishi.cases.sittings.models import Item, Sitting
from jumuishi.cases.sittings.policies import body_thing, sitting_thing
from jumuishi.cases.sittings.recording import deciding_on, is_same, resolution_of
from jumuishi.cases.sittings.rules import DEFER
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock, tenancy


def may_confirm(actor: Actor, sitting: Sitting, item: Item) -> bool:
    """Who presided; for an item that this person was out of, another member who took part. Never who recorded it."""
    if sitting.state != Sitting.State.RECORDED or sitting.recorded_by is None or actor.person_id is None:
        return False
    deciding = deciding_on(sitting, item)
    presided = item.outcome == DEFER or sitting.presided_by in deciding
    mine = actor.who == sitting.presided_by if presided else actor.who in deciding
    return mine and not is_same(actor.who, sitting.recorded_by)


def _held(actor: Actor, sitting_id: UUID) -> Sitting:
    sitting = Sitting.objects.select_for_update().filter(id=sitting_id, institution_id=actor.workplace).first()
    if sitting is None:
        raise NotAllowedError("cases.body.read")
    identity.must(actor, "cases.body.read", body_thing(sitting.institution_id, sitting.role))
    return sitting


@identity.action("cases.agenda.confirm")
def confirm_item(*, actor: Actor, sitting_id: UUID, item_id: UUID) -> Item.State:
    """Confirm one item: the decision goes into its case, in this transaction, once. Returns what became of it.

    A case that is another by now, or that the machine refuses, is named and not decided. Raises CaseError for who may
    not confirm it.
    """
    sitting = _held(actor, sitting_id)
    item = Item.objects.filter(sitting=sitting, id=item_id).first()
    if item is None:
        raise NotAllowedError("cases.body.read")
    if item.state in (Item.State.DECIDED, Item.State.DEFERRED, Item.State.UNDECIDED):
        identity.record(actor, sitting_thing(sitting), after={"sent_again": item.id})
        return Item.State(item.state)
    if item.state != Item.State.RECORDED or not may_confirm(actor, sitting, item):
        raise CaseError("cases.sit_may_not_confirm")
    item.state, item.code = _carry(actor, sitting, item)
    item.confirmed_by, item.confirmed_at = actor.who, clock.now()
    item.save(update_fields=["state", "code", "confirmed_by", "confirmed_at"])
    if not Item.objects.filter(sitting=sitting, state=Item.State.RECORDED).exists():
        sitting.state, sitting.confirmed_at = Sitting.State.CONFIRMED, clock.now()
        sitting.confirmed_by = sitting.presided_by
        sitting.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    identity.record(actor, sitting_thing(sitting), after={"item": item.id, "state": item.state, "code": item.code})
    return Item.State(item.state)


def _carry(actor: Actor, sitting: Sitting, item: Item) -> tuple[Item.State, str]:
    try:
        if item.outcome == DEFER:
            defer_together(actor=actor, item=item)
            return Item.State.DEFERRED, ""
        decide_together(actor=actor, task_id=item.thing_id, resolution=resolution_of(sitting, item))
    except CaseError as error:
        return Item.State.UNDECIDED, error.code
    return Item.State.DECIDED, ""


@identity.action("cases.task.defer_together")
def defer_together(*, actor: Actor, item: Item) -> None:
    """The body did not decide yet: the case and its clock go on as they are, the applicant reads why."""
    task, case = held_task(actor, item.thing_id)
    if task.state != Task.State.OPEN:
        raise CaseError("cases.stale")
    if item.late_reason:
        keep_reason(actor, task, case, item.late_reason)
    with tenancy.acting_as(SYSTEM):
        effects.write_note(case, actor, "deferred", item.text, role=task.role)
        messages.tell_deferred(case, str(item.id))
    identity.record(actor, case_thing(case), after={"deferred": item.text, "sitting": item.sitting_id})


@identity.action("cases.sitting.return")
def return_record(*, actor: Actor, sitting_id: UUID, reason: str) -> None:
    """Who presided sends the record back to the secretary, saying what is wrong; only before any item was carried."""
    sitting = _held(actor, sitting_id)
    if sitting.state != Sitting.State.RECORDED or actor.who != sitting.presided_by:
        raise CaseError("cases.sit_may_not_confirm")
    if not reason.strip():
        raise CaseError("cases.reason_missing")
    if any(one.confirmed_at for one in queries.items_of(sitting)):
        raise CaseError("cases.sit_past_that")
    sitting.state, sitting.reason, sitting.recorded_by = Sitting.State.CALLED, reason.strip()[:500], None
    sitting.save(update_fields=["state", "reason", "recorded_by"])
    identity.record(actor, sitting_thing(sitting), after={"returned": sitting.reason})
