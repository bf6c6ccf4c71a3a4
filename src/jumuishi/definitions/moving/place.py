"""Whether the stage where a case stands, what is open there and what was done before mean the same in both editions."""

from collections.abc import Iterator

from jumuishi.definitions.forms.scope import EvaluationError, Scope
from jumuishi.definitions.machine.money import fee_amounts
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import ApplicantStage, Field, Package, PaymentStage, ReviewStage, TaskStage
from jumuishi.definitions.moving.types import Ask, Reason


def place_reasons(old: Package, new: Package, state: CaseState) -> Iterator[Reason]:
    """What about the stage forbids the move, whatever the answers."""
    was, now = old.stages.get(state.stage), new.stages.get(state.stage)
    if was is None or now is None:
        yield Reason("stage_gone", was.name if was else None)
        return
    if type(was) is not type(now):
        yield Reason("stage_kind", was.name)
        return
    if state.issued:
        yield Reason("issued")
    if state.late_bill is not None:
        yield Reason("late_bill")
    for stage in dict.fromkeys(deed.stage for deed in state.deeds):
        acted = old.stages.get(stage)
        # Who acted there may not act elsewhere: a rule that hangs on the stage's name.
        if stage not in new.stages or type(acted) is not type(new.stages[stage]):
            yield Reason("deeds", acted.name if acted else None)
    yield from _open(old, new, state, now)


def _open(old: Package, new: Package, state: CaseState, now: object) -> Iterator[Reason]:
    if isinstance(now, TaskStage) and state.task is not None:
        due = state.task.due
        is_same = now.role == state.task.role and old.is_committee(now.role) == new.is_committee(now.role)
        if not is_same or (due is not None and due.escalate is not None and due.escalate not in new.roles):
            yield Reason("role", now.name)
    if isinstance(now, ReviewStage):
        was = old.stages[state.stage]
        for seat in state.seats:
            review = now.reviews.get(seat.review)
            before = was.reviews.get(seat.review) if isinstance(was, ReviewStage) else None
            if review is None or before is None or (review.role, review.institution) != (seat.role, before.institution):
                yield Reason("reviews", now.name)
                return
    if isinstance(now, ApplicantStage) and state.wait is not None:
        asked = {entry.name if isinstance(entry, Field) else entry for entry in now.fields}
        if asked != set(state.wait.fields):
            yield Reason("asked", now.name)


def review_reasons(new: Package, state: CaseState, scope: Scope) -> Iterator[Reason]:
    """Whether the very reviews that are open count in the newer edition, and as many are needed."""
    now = new.stages.get(state.stage)
    if not isinstance(now, ReviewStage):
        return
    counting = {name for name, review in now.reviews.items() if scope.decides(review.when)}
    needed = {"all": max(len(counting), 1), "any": 1}.get(str(now.needed)) or int(now.needed)
    if counting != {seat.review for seat in state.seats} or needed != state.needed:
        yield Reason("reviews", now.name)


def money(old: Package, new: Package, state: CaseState, before: Scope, after: Scope) -> Iterator[Reason | Ask]:
    """What the move would do to money: nothing once a bill stands or something was paid; asked where a fee rises."""
    left, right = _amounts(old, before), _amounts(new, after)
    if state.bill is not None:
        stage = new.stages.get(state.stage)
        fees = stage.fees if isinstance(stage, PaymentStage) else ()
        owed = {fee: (right.get(fee) or 0) - state.paid.get(fee, 0) for fee in fees}
        if {fee: n for fee, n in owed.items() if n > 0} != {line.fee: line.amount for line in state.bill.lines}:
            yield Reason("bill", stage.name if stage else None)
    if any(state.paid.values()) or state.bill is not None:
        if not set(state.paid) <= set(new.fees) or left != right or None in right.values():
            yield Reason("fee_paid")
        return
    for fee, amount in right.items():
        earlier = left.get(fee, 0)
        unknown = amount is None or earlier is None
        is_same_rule = fee in old.fees and (old.fees[fee].amount, old.fees[fee].when) == (
            new.fees[fee].amount, new.fees[fee].when,
        )  # fmt: skip
        if (unknown and (amount != earlier or not is_same_rule)) or (not unknown and (amount or 0) > (earlier or 0)):
            yield Ask("fee", fee, earlier, amount)


def _amounts(package: Package, scope: Scope) -> dict[str, int | None]:
    """Every fee that applies; None for one that can't be worked out yet."""
    found: dict[str, int | None] = {}
    for fee in package.fees:
        try:
            found |= fee_amounts(package, scope, [fee])
        except EvaluationError:
            found[fee] = None
    return found
