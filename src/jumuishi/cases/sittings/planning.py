"""Before a sitting: the body's rules, the sitting, its agenda, the notice to its members."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Max

from jumuishi.cases.sittings import notices, queries, rules
from jumuishi.cases.sittings.models import Body, Item, Sitting
from jumuishi.cases.sittings.policies import body_thing, must_keep, sitting_thing
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock


@identity.action("cases.body.rule")
def enter_figures(*, actor: Actor, role: str, figures: Mapping[str, Any], source: str, checked_on: date) -> None:
    """Enter figures of a body (quorum, notice_days, casting_vote) with where they stand. Raises CaseError."""
    thing = body_thing(actor.workplace, role)
    identity.must(actor, "cases.body.rule", thing)
    if role not in queries.committees_at(actor.workplace):
        raise NotAllowedError("cases.body.rule")
    if not source.strip():
        raise CaseError("cases.sit_source_missing")
    if not figures:
        raise CaseError("cases.sit_figure_missing")
    row, _ = Body.objects.select_for_update().get_or_create(institution_id=actor.workplace, role=role)
    before = dict(row.figures)
    entered = {"source": source.strip()[:200], "checked_on": checked_on.isoformat(), "by": str(actor.who)}
    row.figures = {**before, **{name: {"value": value, **entered} for name, value in figures.items()}}
    row.save()
    identity.record(actor, thing, before=before, after=row.figures)


@identity.action("cases.sitting.make")
def make_sitting(*, actor: Actor, role: str, starts_at: datetime, place: str) -> UUID:
    """Plan a sitting, its agenda filled with what waits; the same body and hour again is the same sitting."""
    identity.must(actor, "cases.body.keep", body_thing(actor.workplace, role))
    name = queries.committees_at(actor.workplace).get(role)
    if name is None:
        raise NotAllowedError("cases.body.keep")
    if starts_at <= clock.now():
        raise CaseError("cases.sit_in_the_past")
    if not place.strip():
        raise CaseError("cases.sit_place_missing")
    # Two at once wait here for each other, and the second finds what the first made.
    Body.objects.get_or_create(institution_id=actor.workplace, role=role)
    Body.objects.select_for_update().get(institution_id=actor.workplace, role=role)
    there = Sitting.objects.filter(institution_id=actor.workplace, role=role, starts_at=starts_at)
    before = there.exclude(state=Sitting.State.CANCELLED).first()
    if before is not None:
        identity.record(actor, sitting_thing(before), after={"sent_again": "make"})
        return before.id
    sitting = Sitting.objects.create(
        institution_id=actor.workplace, role=role, name=name, starts_at=starts_at, place=place.strip()[:120],
        made_by=actor.who, made_at=clock.now(),
    )  # fmt: skip
    added = _fill(sitting)
    identity.record(actor, sitting_thing(sitting), after={"starts_at": starts_at, "place": sitting.place, "n": added})
    return sitting.id


def held(actor: Actor, sitting_id: UUID, *states: str) -> Sitting:
    """The sitting for changing by its secretary; raises NotAllowedError, CaseError when it is past that."""
    sitting = Sitting.objects.select_for_update().filter(id=sitting_id, institution_id=actor.workplace).first()
    if sitting is None:
        raise NotAllowedError("cases.body.keep")
    must_keep(actor, sitting)
    if sitting.state not in states:
        raise CaseError("cases.sit_past_that")
    return sitting


def _fill(sitting: Sitting) -> int:
    """Put what waits onto the agenda, after what is there."""
    rows = Item.objects.filter(institution_id=sitting.institution_id, sitting=sitting)
    there = {one.thing_id: one for one in rows}
    last = max((one.position for one in there.values()), default=0)
    room = queries.MOST_ITEMS - len(there)
    new = [one for one in queries.waiting_tasks(sitting.institution_id, sitting.role)[:200] if one.id not in there]
    items = [
        Item(
            institution_id=sitting.institution_id, sitting=sitting, person_id=task.person_id, thing="cases.task",
            thing_id=task.id, case_id=task.case_id, reference=task.case.reference, title=task.case.title,
            matter={lang: f"{task.case.service_name[lang]}: {task.name[lang]}" for lang in task.name},
            due_at=task.due_at, position=last + n, version=task.case.version,
        )
        for n, task in enumerate(new[:room], 1)
    ]  # fmt: skip
    Item.objects.bulk_create(items)
    return len(items)


@identity.action("cases.agenda.fill")
def fill_agenda(*, actor: Actor, sitting_id: UUID) -> int:
    """Add what came since; returns how many."""
    sitting = held(actor, sitting_id, Sitting.State.PLANNED, Sitting.State.CALLED)
    added = _fill(sitting)
    identity.record(actor, sitting_thing(sitting), after={"added": added})
    return added


@identity.action("cases.agenda.move")
def move_item(*, actor: Actor, sitting_id: UUID, item_id: UUID, up: bool) -> None:
    """One place up or down."""
    sitting = held(actor, sitting_id, Sitting.State.PLANNED, Sitting.State.CALLED)
    items = [one for one in queries.items_of(sitting) if one.state == Item.State.AGENDA]
    here = next((n for n, one in enumerate(items) if one.id == item_id), None)
    if here is None:
        raise CaseError("cases.sit_past_that")
    there = here - 1 if up else here + 1
    if 0 <= there < len(items):
        one, other = items[here], items[there]
        one.position, other.position = other.position, one.position
        Item.objects.bulk_update([one, other], ["position"])
    identity.record(actor, sitting_thing(sitting), after={"moved": item_id, "up": up})


@identity.action("cases.agenda.leave_out")
def leave_out(*, actor: Actor, sitting_id: UUID, item_id: UUID, reason: str) -> None:
    """Take a matter off this agenda, saying why; it waits for the next one, and its clock runs on."""
    sitting = held(actor, sitting_id, Sitting.State.PLANNED, Sitting.State.CALLED)
    if not reason.strip():
        raise CaseError("cases.reason_missing")
    rows = Item.objects.filter(sitting=sitting, id=item_id, state=Item.State.AGENDA)
    rows.update(state=Item.State.LEFT_OUT, why=reason.strip()[:500])
    identity.record(actor, sitting_thing(sitting), after={"left_out": item_id, "reason": reason.strip()})


@identity.action("cases.agenda.take_back")
def take_back(*, actor: Actor, sitting_id: UUID, item_id: UUID) -> None:
    """Put what was left out onto the agenda again, at its end. Raises CaseError where another agenda has it by now."""
    sitting = held(actor, sitting_id, Sitting.State.PLANNED, Sitting.State.CALLED)
    item = Item.objects.filter(sitting=sitting, id=item_id, state=Item.State.LEFT_OUT).first()
    if item is not None:
        if not queries.waiting_tasks(sitting.institution_id, sitting.role).filter(id=item.thing_id).exists():
            raise CaseError("cases.sit_elsewhere")
        last = Item.objects.filter(sitting=sitting).aggregate(last=Max("position"))["last"]
        Item.objects.filter(id=item.id).update(state=Item.State.AGENDA, why="", position=last + 1)
    identity.record(actor, sitting_thing(sitting), after={"taken_back": item_id})


@identity.action("cases.sitting.call")
def call_members(*, actor: Actor, sitting_id: UUID) -> int:
    """Tell the members by SMS and letter, in the time that the body's rules give; returns how many were reached."""
    sitting = held(actor, sitting_id, Sitting.State.PLANNED, Sitting.State.CALLED)
    zone = ZoneInfo(institutions.working_time(sitting.institution_id).zone)
    figures = queries.figures_of(sitting.institution_id, sitting.role)
    if sitting.state == Sitting.State.CALLED:
        identity.record(actor, sitting_thing(sitting), after={"sent_again": "call"})
        return 0
    today = clock.now().astimezone(zone).date()
    rules.check_notice(figures, sitting.starts_at.astimezone(zone).date(), today)
    sitting.state, sitting.called_at = Sitting.State.CALLED, clock.now()
    sitting.save(update_fields=["state", "called_at"])
    reached = notices.tell_members(sitting, "cases.sit_sms_notice", zone.key)
    identity.record(actor, sitting_thing(sitting), after={"called": sitting.called_at, "reached": reached})
    return reached


@identity.action("cases.sitting.cancel")
def cancel_sitting(*, actor: Actor, sitting_id: UUID, reason: str) -> None:
    """It will not be held: what lay on its agenda waits for the next; members who were called are told why."""
    sitting = held(actor, sitting_id, Sitting.State.PLANNED, Sitting.State.CALLED)
    if not reason.strip():
        raise CaseError("cases.reason_missing")
    was_called = sitting.state == Sitting.State.CALLED
    sitting.state, sitting.reason = Sitting.State.CANCELLED, reason.strip()[:500]
    sitting.save(update_fields=["state", "reason"])
    rows = Item.objects.filter(sitting=sitting, state__in=queries.OPEN)
    rows.update(state=Item.State.LEFT_OUT, why=sitting.reason, position=F("position"))
    if was_called:
        zone = institutions.working_time(sitting.institution_id).zone
        notices.tell_members(sitting, "cases.sit_sms_cancelled", zone)
    identity.record(actor, sitting_thing(sitting), after={"cancelled": sitting.reason})
