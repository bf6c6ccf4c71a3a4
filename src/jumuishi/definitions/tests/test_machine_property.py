"""Random acts on the shipped services: one stage, one open thing, nothing twice, refusals without a trace."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumuishi.definitions.machine.acts import (
    Acting,
    Answer,
    Appeal,
    Do,
    Elapse,
    GiveReview,
    Pay,
    Refused,
    Submit,
    Withdraw,
)
from jumuishi.definitions.machine.clock import next_elapses
from jumuishi.definitions.machine.effects import CancelBill, IssueBill, IssueDocument, Refund
from jumuishi.definitions.machine.state import WITHDRAWN, CaseState
from jumuishi.definitions.model import EndStage, ReviewStage, TaskStage
from jumuishi.definitions.tests.driving import ANSWERS, AWAY, HOME, NAMES, Drive, drive, licence

pytestmark = pytest.mark.slow

PACKAGES = {name: drive(name) for name in NAMES}


@st.composite
def started(draw: st.DrawFn) -> Drive:
    """A submitted case of any shipped service; a licence is taken on some way, so that late stages are met often."""
    name = draw(st.sampled_from(NAMES))
    base = PACKAGES[name]
    answers = dict(ANSWERS[name])
    if name == "business-licence":
        until = draw(st.sampled_from(["check", "reviews", "approve", "payment", "payment", "granted"]))
        return licence(draw(st.sampled_from(["shop", "food", "medicine"])), until=until, years=draw(st.integers(1, 3)))
    if name == "introduction-letter":
        answers["office"] = draw(st.sampled_from(["street", "ward"]))
    else:
        answers["status"] = draw(st.sampled_from(["studying", "finished"]))
    return Drive(base.package, base.settings).submit(answers)


def some_act(data: st.DataObject, case: Drive, number: int):  # type: ignore[no-untyped-def]
    """An act that might be possible, and often is, with whoever might do it."""
    package, state = case.package, case.case
    stage = package.stages.get(state.stage)
    likely = ["pay", "pay", "elapse", "withdraw"] if state.bill or state.late_bill else ["step"] * 4
    kind = data.draw(st.sampled_from([*likely, "pay", "elapse", "withdraw", "appeal", "odd"]))
    visit = data.draw(st.sampled_from([state.visit, state.visit, state.visit, state.visit - 1, None]))
    person = data.draw(st.sampled_from(["juma", "neema", "zawadi", "asha"]))
    if kind == "step" and isinstance(stage, TaskStage):
        action = data.draw(st.sampled_from(sorted(stage.actions)))
        fields = {"known_by": "visit"} if state.stage == "confirm" else {}
        act = Do(action, fields, "ujumbe", data.draw(st.sampled_from(["sababu", ""])), visit)
        return act, Acting(person, HOME, frozenset({stage.role}))
    if kind == "step" and isinstance(stage, ReviewStage):
        name = data.draw(st.sampled_from(sorted(stage.reviews)))
        home = AWAY if stage.reviews[name].institution else HOME
        role = frozenset({stage.reviews[name].role})
        return GiveReview(name, data.draw(st.sampled_from([True, True, False])), "", visit), Acting(person, home, role)
    if kind == "step" and state.wait is not None:
        changes = {"explanation": "Nyumba ya tatu."} if "explanation" in state.wait.fields else {}
        return Answer(changes, visit), Acting("asha")
    if kind in ("step", "pay"):
        fees = data.draw(st.sets(st.sampled_from(sorted(package.fees)), min_size=1))
        bill = state.bill or state.late_bill
        owed = {line.fee: line.amount for line in bill.lines} if bill else {}
        part = data.draw(st.sampled_from([1, 2, 2]))
        amounts = {fee: max(owed.get(fee, 700) // part, 1) for fee in fees}
        return Pay(amounts, f"r{data.draw(st.sampled_from([number, number, number - 1]))}"), None
    if kind == "elapse":
        due = next_elapses(state)
        if due and data.draw(st.booleans()):
            case.now = max(case.now, due[0][0])
            return due[0][1], None
        return Elapse(data.draw(st.sampled_from(["expires", "due", "promise", "review:planning"])), visit), None
    if kind == "withdraw":
        return Withdraw(visit), Acting("asha")
    if kind == "appeal":
        return Appeal("si kweli", visit), Acting("asha")
    return Do("hakuna", {}, "", "", visit), Acting("baraka")


def check_shape(case: Drive) -> None:
    """In exactly one stage, with exactly what that stage has open."""
    state, stages = case.case, case.package.stages
    assert state.stage in stages or state.stage == WITHDRAWN
    kind = stages[state.stage].kind if state.stage in stages else "end"
    assert kind not in ("choice", "issue")
    assert (state.task is not None) == (kind == "task")
    assert bool(state.seats) == (kind == "review")
    assert (state.wait is not None) == (kind == "applicant")
    assert (state.bill is not None) == (kind == "payment")
    assert (state.outcome is not None) == (kind == "end")
    assert (state.ended_at is not None) == (kind == "end")
    if kind == "review":
        assert any(seat.is_open for seat in state.seats)
        given_by = [seat.by for seat in state.seats if seat.by]
        assert len(given_by) == len(set(given_by))
    if state.stage in stages:
        end = stages[state.stage]
        assert state.appeal is None or (isinstance(end, EndStage) and end.appeal is not None)
    if kind == "end":
        assert state.promise.stopped_at is not None


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=started(), data=st.data())
def test_random_acts(case: Drive, data: st.DataObject) -> None:
    check_shape(case)
    received: Counter[str] = Counter(case.case.paid)
    returned: Counter[str] = Counter()
    once: Counter[tuple[object, ...]] = Counter()
    for number in range(data.draw(st.integers(0, 25))):
        case.now += timedelta(minutes=data.draw(st.sampled_from([0, 1, 60, 600])))
        act, actor = some_act(data, case, number)
        before = json.dumps(case.case.to_data(), sort_keys=True)
        visit = case.case.visit
        try:
            case.act(act, actor)
        except Refused as no:
            if no.code == "definition":
                raise
            assert json.dumps(case.case.to_data(), sort_keys=True) == before
            continue
        check_shape(case)
        # it survives being stored, and the same facts give the same state
        assert CaseState.from_data(json.loads(json.dumps(case.case.to_data()))) == case.case
        assert case.case.visit >= visit
        # who decided was none of the applicant's side, and nobody decided where two persons are needed
        for deed in case.case.deeds:
            assert deed.person != "asha"
        # nothing is asked for twice
        for effect in case.effects:
            if isinstance(effect, IssueBill | IssueDocument | CancelBill):
                once[(type(effect).__name__, effect.visit)] += 1
            elif isinstance(effect, Refund):
                returned.update({line.fee: line.amount for line in effect.lines})
        assert all(n == 1 for n in once.values()), once
        if isinstance(act, Pay):
            received.update(act.amounts)
        # every shilling is either kept for this case or on its way back
        assert received == Counter({k: v for k, v in case.case.paid.items() if v}) + returned
        if getattr(act, "visit", None) is not None and not isinstance(act, GiveReview | Elapse):
            _refused_again(case, act, actor)
        if isinstance(act, Pay | GiveReview | Submit):
            _refused_again(case, act, actor)
    two_persons(case)


def _refused_again(case: Drive, act, actor) -> None:  # type: ignore[no-untyped-def]
    before = case.case
    try:
        case.act(act, actor)
    except Refused:
        assert case.case == before
    else:
        raise AssertionError(f"{act} happened twice")


def two_persons(case: Drive) -> None:
    """Nobody acted at a stage who had acted at one that it names in not_by."""
    for number, deed in enumerate(case.case.deeds):
        stage = case.package.stages[deed.stage]
        barred = {one.person for one in case.case.deeds[:number] if one.stage in getattr(stage, "not_by", ())}
        assert deed.person not in barred


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=started(), data=st.data())
def test_left_alone_every_case_ends_or_waits_for_an_officer_who_was_told(case: Drive, data: st.DataObject) -> None:
    for number in range(data.draw(st.integers(0, 6))):
        act, actor = some_act(data, case, number)
        try:
            case.act(act, actor)
        except Refused:
            continue
    for _ in range(50):
        due = next_elapses(case.case)
        if not due:
            break
        case.now = max(case.now, due[0][0])
        case.act(due[0][1])
    assert next_elapses(case.case) == ()
    state = case.case
    if state.outcome is None:
        clocks = [state.task.due] if state.task else [seat.due for seat in state.seats if seat.is_open]
        assert clocks
        assert all(clock is not None and clock.told for clock in clocks)
