"""Times of a case: spans resolved, due times, the promise with its pauses, what falls due next, and moved holidays."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from jumuishi.definitions.machine.acts import Context, Elapse, Refused
from jumuishi.definitions.machine.effects import ClockChanged, Effect, Outcome
from jumuishi.definitions.machine.state import CaseState, Clock, Pause, Promised
from jumuishi.definitions.model import Within
from jumuishi.kernel.worktime import Span, Unit, WorkingTime


def span_of(within: Within, settings: Mapping[str, Any]) -> Span:
    """The span that is meant; raises Refused `setting` where its setting has no value of at least 1."""
    n = within.n if within.setting is None else settings.get(within.setting)
    if isinstance(n, bool) or not isinstance(n, int) or (within.setting is not None and n < 1):
        raise Refused("setting", name=within.setting)
    return Span(n, within.unit)


def start_clock(
    within: Within, since: datetime, settings: Mapping[str, Any], working_time: WorkingTime, escalate: str | None = None
) -> Clock:
    """A clock that runs from an instant."""
    span = span_of(within, settings)
    return Clock(since, span.n, span.unit, working_time.add(since, span), escalate)


def start_promise(within: Within, since: datetime, context: Context) -> Promised:
    """The promise as it stands at submission."""
    span = span_of(within, context.settings)
    return Promised(since, span.n, span.unit, context.working_time.add(since, span))


def due_of(promise: Promised, working_time: WorkingTime) -> datetime:
    """When a promise falls due: its span, made longer by each closed pause, in working time where it runs in that."""
    due = working_time.add(promise.since, Span(promise.n, cast(Unit, promise.unit)))
    for pause in promise.pauses:
        if pause.end is None:
            continue
        if promise.unit.startswith("working_"):
            lost = working_time.elapsed(pause.start, pause.end)
            due = working_time.add_work(due, lost) if lost > timedelta() else due
        else:
            due += pause.end - pause.start
    return due


def pause_promise(promise: Promised, at: datetime) -> Promised:
    """The promise with its clock stopped from an instant on."""
    return replace(promise, pauses=(*promise.pauses, Pause(at)), due_at=None)


def resume_promise(promise: Promised, at: datetime, working_time: WorkingTime) -> Promised:
    """The promise running again from an instant on."""
    pauses = (*promise.pauses[:-1], Pause(promise.pauses[-1].start, at))
    resumed = replace(promise, pauses=pauses)
    return replace(resumed, due_at=due_of(resumed, working_time))


def next_elapses(state: CaseState) -> tuple[tuple[datetime, Elapse], ...]:
    """What falls due by itself, soonest first: the acts that the shell must bring at those times."""
    found: list[tuple[datetime, Elapse]] = []
    for held in (state.wait, state.bill):
        if held is not None and held.expires is not None:
            found.append((held.expires.at, Elapse("expires", state.visit)))
    if state.task is not None and state.task.due is not None and not state.task.due.told:
        found.append((state.task.due.at, Elapse("due", state.visit)))
    for seat in state.seats:
        if seat.is_open and seat.due is not None and not seat.due.told:
            found.append((seat.due.at, Elapse(f"review:{seat.review}", state.visit)))
    if state.promise.due_at is not None and state.promise.stopped_at is None and not state.promise.told:
        found.append((state.promise.due_at, Elapse("promise", state.visit)))
    return tuple(sorted(found, key=lambda one: one[0]))


def recompute(state: CaseState, context: Context) -> Outcome:
    """Every open due time again, as when a holiday was announced or hours changed; an effect for each that moved.

    A clock whose lateness was told stays as it is: what is late is not made timely afterwards.
    """
    effects: list[Effect] = []

    def moved(clock: Clock | None, what: str, working_time: WorkingTime) -> Clock | None:
        if clock is None or clock.told:
            return clock
        at = working_time.add(clock.since, Span(clock.n, cast(Unit, clock.unit)))
        if at != clock.at:
            effects.append(ClockChanged(what, "moved", at, state.visit))
        return replace(clock, at=at)

    own = context.working_time
    new = state
    if new.task is not None:
        new = replace(new, task=replace(new.task, due=moved(new.task.due, "due", own)))
    new = replace(
        new,
        seats=tuple(
            replace(seat, due=moved(seat.due, f"review:{seat.review}", context.working_time_of(seat.institution)))
            if seat.is_open
            else seat
            for seat in new.seats
        ),
    )
    if new.wait is not None:
        new = replace(new, wait=replace(new.wait, expires=moved(new.wait.expires, "expires", own)))
    if new.bill is not None:
        new = replace(new, bill=replace(new.bill, expires=moved(new.bill.expires, "expires", own)))
    if new.appeal is not None and context.now <= new.appeal.at:
        new = replace(new, appeal=moved(new.appeal, "appeal", own))
    promise = new.promise
    if promise.due_at is not None and promise.stopped_at is None and not promise.told:
        due = due_of(promise, own)
        if due != promise.due_at:
            effects.append(ClockChanged("promise", "moved", due, state.visit))
            new = replace(new, promise=replace(promise, due_at=due))
    return Outcome(new, tuple(effects))
