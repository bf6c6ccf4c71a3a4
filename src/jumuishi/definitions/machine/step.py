"""The stage machine: what a case does when something happens to it; a pure function of state, act and context."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from jumuishi.definitions.forms.scope import EvaluationError
from jumuishi.definitions.forms.settle import asked_fields
from jumuishi.definitions.machine.acts import (
    Act,
    Answer,
    Appeal,
    Context,
    Correct,
    Disclose,
    Do,
    Elapse,
    GiveReview,
    Merge,
    Pay,
    Refused,
    Submit,
    Supply,
    Withdraw,
)
from jumuishi.definitions.machine.clock import start_promise
from jumuishi.definitions.machine.effects import (
    AwaitAtCounter,
    CancelBill,
    ClockChanged,
    CloseReview,
    Escalate,
    Message,
    Outcome,
    Refund,
    RefundReason,
)
from jumuishi.definitions.machine.enter import barred, enter, withdraw
from jumuishi.definitions.machine.money import is_covered, refund_all, take
from jumuishi.definitions.machine.run import Run
from jumuishi.definitions.machine.state import MERGED, CaseState, Line, Pause
from jumuishi.definitions.model import (
    ApplicantStage,
    Edition,
    EndStage,
    Field,
    Package,
    PaymentStage,
    ReviewStage,
    TaskStage,
)
from jumuishi.kernel.worktime import NoWorkingTimeError


def step(edition: Edition | Package, state: CaseState | None, act: Act, context: Context) -> Outcome:
    """The state and the effects that an act leads to; the state is None for Submit only.

    Raises Refused, and then nothing has changed. Acts that carry the visit they saw are refused as `stale` when
    the case has moved on since, so that an act sent twice happens once.
    """
    package = edition.package if isinstance(edition, Edition) else edition
    try:
        if isinstance(act, Submit):
            if state is not None:
                raise Refused("submitted")
            return _submit(package, act, context)
        if state is None:
            raise Refused("not_submitted")
        run = Run(package, state, context)
        visit = getattr(act, "visit", None)
        if visit is not None and visit != state.visit:
            raise Refused("stale")
        _DOERS[type(act)](run, act)
        return run.outcome
    except (EvaluationError, NoWorkingTimeError) as error:
        raise Refused("definition", why=str(error)) from error


def _submit(package: Package, act: Submit, context: Context) -> Outcome:
    if act.door not in package.doors:
        raise Refused("door")
    promise = start_promise(package.promise.within, context.now, context)
    begun = CaseState(
        package.first_stage, 0, context.now, context.now, act.door, act.parties, {}, promise
    )  # fmt: skip
    run = Run(package, begun, context)
    names = {one.name for page in package.pages for one, _ in asked_fields(page.fields)}
    run.change_answers(act.answers, names, demanded=names, door=act.door)
    run.add(ClockChanged("promise", "started", promise.due_at, 0))
    if run.state.awaited:
        run.add(AwaitAtCounter(run.state.awaited))
    told = len(run.effects)
    enter(run, package.first_stage)
    # Told first, but with where the case now stands: the first stage may be a choice that nobody waits at.
    run.effects.insert(told, Message(0, run.state.stage, "submitted"))
    return run.outcome


def _do(run: Run, act: Do) -> None:
    stage_id, stage, task = run.state.stage, run.package.stages.get(run.state.stage), run.state.task
    if not isinstance(stage, TaskStage) or task is None:
        raise Refused("no_task")
    action = stage.actions.get(act.action)
    if action is None:
        raise Refused("no_action")
    _may_decide(run, stage.role, run.context.institution, stage.not_by)
    for name in action.requires:
        if not getattr(act, name, "").strip():
            raise Refused(f"{name}_missing")
    own = {one.name for one, _ in asked_fields(stage.fields)}
    if own or act.fields:
        run.change_answers(act.fields, own, demanded=own)
    run.remember(stage_id, act.action)
    run.message = act.message.strip()
    enter(run, action.to)


def _may_decide(run: Run, role: str, institution: str, not_by: tuple[str, ...]) -> None:
    """Role, institution, the applicant's side and two-person rules, all by natural person."""
    actor = run.actor()
    if actor.institution != institution or role not in actor.roles:
        raise Refused("not_role", role=role)
    if run.package.is_committee(role) != bool(actor.together):
        raise Refused("committee")
    people = actor.people
    if any(run.state.parties.includes(person) for person in people):
        raise Refused("own_case")
    # Who may not act here does not act through a colleague either.
    if not set(people).isdisjoint(barred(run.state, not_by)):
        raise Refused("two_persons")


def _review(run: Run, act: GiveReview) -> None:
    state = run.state
    stage = run.package.stages.get(state.stage)
    seat = next((one for one in state.seats if one.review == act.review), None)
    if not isinstance(stage, ReviewStage) or seat is None:
        raise Refused("no_review")
    if not seat.is_open:
        raise Refused("review_given")
    _may_decide(run, seat.role, seat.institution, (*stage.not_by, *stage.reviews[act.review].not_by))
    actor = run.actor()
    gave = {person for deed in state.deeds if deed.visit == state.visit for person in deed.people}
    if not gave.isdisjoint(actor.people):
        raise Refused("one_review_each")
    given = replace(seat, passed=act.passed, by=actor.person, at=run.context.now, reason=act.reason.strip())
    seats = tuple(given if one is seat else one for one in state.seats)
    run.set(seats=seats)
    run.remember(state.stage, act.review)
    run.add(CloseReview(state.visit, state.stage, act.review, act.passed))
    passes = sum(one.passed is True for one in seats)
    if passes >= state.needed:
        enter(run, stage.passed)
    elif passes + sum(one.is_open for one in seats) < state.needed:
        enter(run, stage.failed)


def _applicant_only(run: Run) -> None:
    actor, parties = run.context.actor, run.state.parties
    if parties.applicant is None or actor is None:
        return
    if actor.person != parties.applicant and actor.person not in parties.helpers:
        raise Refused("not_applicant")


def _answer(run: Run, act: Answer) -> None:
    stage, wait = run.package.stages.get(run.state.stage), run.state.wait
    if not isinstance(stage, ApplicantStage) or wait is None:
        raise Refused("not_asked")
    _applicant_only(run)
    new = {entry.name for entry in stage.fields if isinstance(entry, Field)}
    awaited = run.state.awaited
    run.change_answers(act.changes, {*wait.fields, *awaited}, opens=True, demanded=new)
    if run.state.awaited != awaited:
        run.add(AwaitAtCounter(run.state.awaited))
    enter(run, stage.answered)


def _supply(run: Run, act: Supply) -> None:
    if run.state.is_ended:
        raise Refused("ended")
    left = {name for name in run.package.all_fields() if _left_to_counter(run, name)}
    if not act.fields or not set(act.fields) <= left:
        raise Refused("not_awaited")
    run.change_answers(act.fields, left)
    run.add(AwaitAtCounter(run.state.awaited))


def _left_to_counter(run: Run, name: str) -> bool:
    """Whether the door could not carry the field and nobody brought it yet; optional ones may be brought too."""
    doors = run.package.all_fields()[name].doors
    return name in run.state.awaited or (doors.get(run.state.door) == "at_counter" and name not in run.state.answers)


def _pay(run: Run, act: Pay) -> None:
    if act.receipt in run.state.receipts:
        raise Refused("receipt_taken")
    amounts = {fee: amount for fee, amount in act.amounts.items() if amount > 0}
    if not amounts or not set(amounts) <= set(run.package.fees):
        raise Refused("no_money")
    run.set(receipts=(*run.state.receipts, act.receipt))
    if run.state.bill is not None:
        bill = take(run, run.state.bill, amounts)
        run.set(bill=bill)
        if is_covered(bill):
            _paid(run, bill.stage)
    elif run.state.late_bill is not None:
        _pay_late(run, amounts)
    else:
        outcome = run.state.outcome
        reason: RefundReason = outcome if outcome in ("refused", "withdrawn", "lapsed") else "paid_twice"
        run.add(Refund(reason, tuple(Line(fee, amount) for fee, amount in amounts.items())))


def _pay_late(run: Run, amounts: dict[str, int]) -> None:
    """Money that comes after its bill expired opens the case at `paid`; too little goes back once the case ended."""
    late = run.state.late_bill
    if late is None:
        return
    bill = take(run, late, amounts)
    run.set(late_bill=bill)
    if not is_covered(bill):
        if run.state.is_ended:
            refund_all(run, "lapsed")
        return
    promise = run.state.promise
    if promise.stopped_at is not None:
        # The days during which the case was closed for want of money are not the institution's.
        pauses = (*promise.pauses, Pause(promise.stopped_at))
        run.set(promise=replace(promise, stopped_at=None, due_at=None, pauses=pauses))
        run.resume()
    run.set(late_bill=None)
    _paid(run, bill.stage)


def _paid(run: Run, stage_id: str) -> None:
    stage = run.package.stages[stage_id]
    if isinstance(stage, PaymentStage):
        enter(run, stage.paid)


def _elapse(run: Run, act: Elapse) -> None:
    state, now = run.state, run.context.now
    if act.what == "expires":
        _expire(run)
    elif act.what == "promise":
        due = state.promise.due_at
        if due is None or state.promise.stopped_at is not None or state.promise.told:
            raise Refused("nothing_due")
        if now < due:
            raise Refused("not_yet")
        run.set(promise=replace(state.promise, told=True))
        run.add(ClockChanged("promise", "late", due, state.visit))
    else:
        _late(run, act.what)


def _expire(run: Run) -> None:
    state = run.state
    stage = run.package.stages.get(state.stage)
    if not isinstance(stage, ApplicantStage | PaymentStage) or stage.expires is None:
        raise Refused("nothing_due")
    held = state.wait or state.bill
    if held is None or held.expires is None:
        raise Refused("nothing_due")
    if run.context.now < held.expires.at:
        raise Refused("not_yet")
    if state.bill is not None:
        run.add(CancelBill(state.bill.visit, state.bill.stage))
        run.set(late_bill=state.bill)
    enter(run, stage.expires.to)


def _late(run: Run, what: str) -> None:
    state = run.state
    review = what.removeprefix("review:") if what.startswith("review:") else None
    seat = next((one for one in state.seats if one.review == review and one.is_open), None)
    held = state.task if what == "due" else seat
    if held is None or held.due is None or held.due.told:
        raise Refused("nothing_due")
    if run.context.now < held.due.at:
        raise Refused("not_yet")
    told = replace(held, due=replace(held.due, told=True))
    if seat is None:
        run.set(task=told)
    else:
        run.set(seats=tuple(told if one is seat else one for one in state.seats))
    if held.due.escalate is not None:
        run.add(Escalate(state.visit, state.stage, what, held.due.escalate))


def _withdraw(run: Run, act: Withdraw) -> None:  # noqa: ARG001  # one shape for all acts
    if run.state.is_ended:
        raise Refused("ended")
    if not run.package.withdraw:
        raise Refused("no_withdrawal")
    _applicant_only(run)
    withdraw(run)


def _merge(run: Run, act: Merge) -> None:
    """Ends as a withdrawal does, money and reviews too; whoever ends it is of the institution and not a party."""
    actor = run.actor()
    if run.state.is_ended:
        raise Refused("ended")
    if actor.institution != run.context.institution:
        raise Refused("not_role", role="")
    if any(run.state.parties.includes(one) for one in filter(None, (actor.person, actor.on_behalf_of))):
        raise Refused("own_case")
    if not act.reason.strip():
        raise Refused("reason_missing")
    withdraw(run, MERGED)


def _appeal(run: Run, act: Appeal) -> None:
    stage = run.package.stages.get(run.state.stage)
    if not isinstance(stage, EndStage) or stage.appeal is None or run.state.appeal is None:
        raise Refused("no_appeal")
    _applicant_only(run)
    if run.context.now > run.state.appeal.at:
        raise Refused("appeal_too_late")
    if not act.reason.strip():
        raise Refused("reason_missing")
    run.message = act.reason.strip()
    enter(run, stage.appeal.to)


def _disclose(run: Run, act: Disclose) -> None:
    parties = run.state.parties
    if run.state.is_ended:
        raise Refused("ended")
    if not parties.includes(act.person):
        run.set(parties=replace(parties, relatives=(*parties.relatives, act.person)))


def _correct(run: Run, act: Correct) -> None:
    """Nothing moves: whoever has the case decides on the corrected answers. What was asked to be paid stands."""
    if run.state.bill is not None:
        raise Refused("bill_open")
    run.change_answers(act.changes, set(act.changes))


_DOERS: dict[type, Callable[[Run, Any], None]] = {
    Do: _do,
    GiveReview: _review,
    Answer: _answer,
    Supply: _supply,
    Pay: _pay,
    Elapse: _elapse,
    Withdraw: _withdraw,
    Merge: _merge,
    Appeal: _appeal,
    Disclose: _disclose,
    Correct: _correct,
}
