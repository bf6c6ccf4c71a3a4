"""Leaving and entering stages: what opens, closes, is billed, issued and told on the way."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from jumuishi.definitions.machine.acts import Refused
from jumuishi.definitions.machine.clock import start_clock
from jumuishi.definitions.machine.effects import (
    AskApplicant,
    CancelBill,
    ClockChanged,
    CloseTask,
    Ended,
    IssueBill,
    IssueDocument,
    Message,
    OpenReview,
    OpenTask,
    StopAsking,
    WithdrawReview,
)
from jumuishi.definitions.machine.life import following
from jumuishi.definitions.machine.money import check_all_paid, owed, price, refund_all
from jumuishi.definitions.machine.run import Run
from jumuishi.definitions.machine.state import WITHDRAWN, Bill, CaseState, Clock, Issued, Seat, Task, Wait
from jumuishi.definitions.model import (
    ApplicantStage,
    ChoiceStage,
    Due,
    EndStage,
    Expires,
    Field,
    IssueStage,
    PaymentStage,
    Review,
    ReviewStage,
    TaskStage,
)
from jumuishi.kernel.worktime import add_months

_MOST_HOPS = 200
"""Choices, issues and payments of nothing in one row; more is a circle that the checker should have found."""


def leave(run: Run) -> None:
    """Close whatever the stage has open."""
    state = run.state
    if state.task is not None:
        run.add(CloseTask(state.visit, state.stage))
    for seat in state.seats:
        if seat.is_open:
            run.add(WithdrawReview(state.visit, state.stage, seat.review))
    if state.wait is not None:
        run.add(StopAsking(state.visit, state.stage))
    run.set(task=None, seats=(), needed=0, wait=None, bill=None, appeal=None, outcome=None, ended_at=None)


def enter(run: Run, stage_id: str) -> None:
    """Go to a stage, and on through those that wait for nobody, until one waits or ends."""
    goal: str | None = stage_id
    for _ in range(_MOST_HOPS):
        if goal is None:
            return
        leave(run)
        run.set(stage=goal, visit=run.state.visit + 1, entered_at=run.context.now)
        goal = _arrive(run, goal)
    raise Refused("definition", stage=stage_id)


def _arrive(run: Run, stage_id: str) -> str | None:
    """Do what entering means; the stage to go on to at once, if any."""
    stage = run.package.stages[stage_id]
    if isinstance(stage, ChoiceStage):
        scope = run.scope
        for branch in stage.branches:
            if scope.decides(branch.when):
                return branch.to
        raise Refused("definition", stage=stage_id)
    if isinstance(stage, PaymentStage):
        return _bill(run, stage_id, stage)
    waits = stage_id in run.package.promise.pauses and isinstance(stage, ApplicantStage)
    run.pause() if waits else run.resume()
    if isinstance(stage, IssueStage):
        return _issue(run, stage)
    if isinstance(stage, EndStage):
        _end(run, stage_id, stage)
    elif isinstance(stage, TaskStage):
        _open_task(run, stage_id, stage)
    elif isinstance(stage, ApplicantStage):
        _ask(run, stage_id, stage)
    else:
        return _open_reviews(run, stage_id, stage)
    return None


def barred(state: CaseState, stages: Iterable[str]) -> tuple[str, ...]:
    """Who may not act: those who did at these stages, and the applicant's side."""
    parties = state.parties
    acted = [person for deed in state.deeds if deed.stage in stages for person in deed.people]
    own = [parties.applicant] if parties.applicant is not None else []
    return tuple(dict.fromkeys([*acted, *own, *parties.helpers, *parties.relatives]))


def _due(run: Run, due: Due | None, institution: str) -> Clock | None:
    if due is None:
        return None
    working_time = run.context.working_time_of(institution)
    return start_clock(due.within, run.context.now, run.context.settings, working_time, due.escalate)


def _expiry(run: Run, expires: Expires | None) -> Clock | None:
    if expires is None:
        return None
    return start_clock(expires.after, run.context.now, run.context.settings, run.context.working_time)


def _open_task(run: Run, stage_id: str, stage: TaskStage) -> None:
    due = _due(run, stage.due, run.context.institution)
    run.set(task=Task(stage.role, due))
    run.add(
        OpenTask(
            run.state.visit,
            stage_id,
            stage.role,
            due.at if due else None,
            due.escalate if due else None,
            barred(run.state, stage.not_by),
        )
    )


def _ask(run: Run, stage_id: str, stage: ApplicantStage) -> None:
    names = tuple(entry.name if isinstance(entry, Field) else entry for entry in stage.fields)
    ends = _expiry(run, stage.expires)
    run.set(wait=Wait(names, run.message, ends))
    run.add(AskApplicant(run.state.visit, stage_id, names, run.message, ends.at if ends else None))
    run.add(Message(run.state.visit, stage_id, "applicant"))


def _open_reviews(run: Run, stage_id: str, stage: ReviewStage) -> str | None:
    scope = run.scope
    counting = {name: review for name, review in stage.reviews.items() if scope.decides(review.when)}
    needed = {"all": max(len(counting), 1), "any": 1}.get(str(stage.needed)) or int(stage.needed)
    if len(counting) < needed:
        return stage.failed
    seats: list[Seat] = []
    for name, review in counting.items():
        institution = institution_of(run, review)
        due = _due(run, review.due, institution)
        seats.append(Seat(name, review.role, institution, due))
        run.add(
            OpenReview(
                run.state.visit,
                stage_id,
                name,
                review.role,
                institution,
                due.at if due else None,
                due.escalate if due else None,
                barred(run.state, (*stage.not_by, *review.not_by)),
            )
        )
    run.set(seats=tuple(seats), needed=needed)
    return None


def institution_of(run: Run, review: Review) -> str:
    """Where a review is given; raises Refused `setting` where the institution is not filled in."""
    if review.institution is None:
        return run.context.institution
    found = run.context.settings.get(review.institution)
    if not found:
        raise Refused("setting", name=review.institution)
    return str(found)


def _bill(run: Run, stage_id: str, stage: PaymentStage) -> str | None:
    lines = owed(run, stage.fees)
    price(run)
    if not lines:
        run.resume()
        return stage.paid
    run.pause() if stage_id in run.package.promise.pauses else run.resume()
    ends = _expiry(run, stage.expires)
    run.set(bill=Bill(stage_id, run.state.visit, lines, ends), late_bill=None)
    run.add(IssueBill(run.state.visit, stage_id, lines, ends.at if ends else None))
    run.add(Message(run.state.visit, stage_id, "payment"))
    return None


def _issue(run: Run, stage: IssueStage) -> str:
    check_all_paid(run)
    document = run.package.documents[stage.document]
    scope, now = run.scope, run.context.now
    after = following(stage.document, run.package, scope.answers, run.context.earlier)
    claims = {name: claim_data(scope.value(one), scope.zone) for name, one in document.claims.items()}
    present = {name: value for name, value in claims.items() if value is not None}
    until: str | None = None
    if document.valid_for is not None:
        # The last valid day: a year from 25 November ends on 24 November.
        today = now.astimezone(ZoneInfo(scope.zone)).date()
        first = after.first_day(today) if after else today
        months = int(scope.value(document.valid_for))
        until = date.fromordinal(add_months(first, months).toordinal() - 1).isoformat()
    elif document.valid_until is not None:
        until = claim_data(scope.value(document.valid_until), scope.zone)
    if after is not None and after.is_in_place and after.earlier is not None:
        until = after.earlier.until.isoformat() if after.earlier.until else None
    visit = run.state.visit
    run.set(issued=(*run.state.issued, Issued(stage.document, visit, present, until, now)))
    earlier, is_in_place = (after.number, after.is_in_place) if after else ("", False)
    run.add(IssueDocument(visit, stage.document, present, until, earlier, is_in_place))
    return stage.to


def claim_data(value: Any, zone: str) -> Any:
    """A claim as JSON: an instant is the day in the institution's zone, all else as it is."""
    return value.astimezone(ZoneInfo(zone)).date().isoformat() if isinstance(value, datetime) else value


def _end(run: Run, stage_id: str, stage: EndStage) -> None:
    if stage.outcome != "granted":
        refund_all(run, stage.outcome)
    appeal = None
    # An appeal that was decided is not appealed against at the same place again.
    if stage.appeal is not None and all(deed.stage != stage.appeal.to for deed in run.state.deeds):
        within = stage.appeal.within
        appeal = start_clock(within, run.context.now, run.context.settings, run.context.working_time)
    finish(run, stage_id, stage.outcome)
    run.set(appeal=appeal)
    if stage.outcome != "lapsed":
        run.set(late_bill=None)
    run.add(Ended(run.state.visit, stage_id, stage.outcome, appeal.at if appeal else None))
    run.add(Message(run.state.visit, stage_id, "end"))


def finish(run: Run, stage_id: str, outcome: Literal["granted", "refused", "lapsed", "withdrawn"]) -> None:
    """The case is at an end: the promise's clock stops for good."""
    now = run.context.now
    promise = run.state.promise
    if promise.stopped_at is None:
        run.resume()
        run.set(promise=replace(run.state.promise, stopped_at=now))
        run.add(ClockChanged("promise", "stopped", run.state.promise.due_at, run.state.visit))
    run.set(stage=stage_id, outcome=outcome, ended_at=now)


def withdraw(run: Run, stage: str = WITHDRAWN) -> None:
    """The applicant takes it back, or another case goes on for it, wherever it stands: the platform's own stage."""
    bill = run.state.bill
    if bill is not None:
        run.add(CancelBill(bill.visit, bill.stage))
    leave(run)
    run.set(stage=stage, visit=run.state.visit + 1, entered_at=run.context.now, late_bill=None)
    refund_all(run, "withdrawn")
    finish(run, stage, "withdrawn")
    run.add(Ended(run.state.visit, stage, "withdrawn", None))
    run.add(Message(run.state.visit, stage, "end"))
