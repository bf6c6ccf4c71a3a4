"""What the facts come to: the same in any order, however often they are heard."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.payments import rules
from jumuishi.payments.types import BillLine, MoneyState, WrongBillError

FIRST, SECOND = UUID(int=1), UUID(int=2)
TASK = UUID(int=9)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def stand(*facts: rules.Fact) -> tuple[MoneyState, int]:
    found = rules.position(facts)
    return found.state, found.owed_back


def test_the_usual_way() -> None:
    issued, numbered = rules.Issued(FIRST, 100), rules.Numbered(FIRST, "991000000001")
    assert stand() == (MoneyState.NONE, 0)
    assert stand(issued) == (MoneyState.WAITING_NUMBER, 0)
    assert stand(issued, numbered) == (MoneyState.WAITING_PAYMENT, 0)
    assert stand(issued, numbered, rules.Paid(FIRST, "a", 40)) == (MoneyState.PART_PAID, 0)
    assert stand(issued, numbered, rules.Paid(FIRST, "a", 40), rules.Paid(FIRST, "b", 60)) == (MoneyState.PAID, 0)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([rules.Paid(FIRST, "a", 100)], (MoneyState.PAID, 0)),  # the number's callback is missing
        ([rules.Paid(FIRST, "a", 100), rules.Paid(FIRST, "a", 100)], (MoneyState.PAID, 0)),
        ([rules.Paid(FIRST, "a", 100), rules.Paid(FIRST, "b", 100)], (MoneyState.OVERPAID, 100)),
        ([rules.Paid(FIRST, "a", 100), rules.Expired(FIRST)], (MoneyState.PAID, 0)),  # late, and kept
        ([rules.Expired(FIRST)], (MoneyState.EXPIRED, 0)),
        ([rules.Paid(FIRST, "a", 40), rules.Expired(FIRST)], (MoneyState.REFUND_DUE, 40)),
        ([rules.Cancelled(FIRST)], (MoneyState.CANCELLED, 0)),
        ([rules.Cancelled(FIRST), rules.Paid(FIRST, "a", 100)], (MoneyState.REFUND_DUE, 100)),
        ([rules.Returned(FIRST), rules.Paid(FIRST, "a", 100)], (MoneyState.REFUND_DUE, 100)),
        ([rules.Returned(FIRST)], (MoneyState.CANCELLED, 0)),
        (
            [rules.Returned(FIRST), rules.Paid(FIRST, "a", 100), rules.Refunded(FIRST, TASK, 100)],
            (MoneyState.REFUNDED, 0),
        ),
        (
            [rules.Paid(FIRST, "a", 100), rules.Paid(FIRST, "b", 30), rules.Refunded(FIRST, TASK, 30)],
            (MoneyState.PAID, 0),
        ),
        # expired and issued anew: what was paid on the old number counts, a second payment comes back
        ([rules.Expired(FIRST), rules.Issued(SECOND, 100, FIRST)], (MoneyState.WAITING_NUMBER, 0)),
        (
            [rules.Expired(FIRST), rules.Paid(FIRST, "a", 100), rules.Issued(SECOND, 100, FIRST)],
            (MoneyState.PAID, 0),
        ),
        (
            [rules.Paid(FIRST, "a", 100), rules.Issued(SECOND, 100, FIRST), rules.Paid(SECOND, "b", 100)],
            (MoneyState.OVERPAID, 100),
        ),
    ],
)
def test_each_turn(facts: list[rules.Fact], expected: tuple[MoneyState, int]) -> None:
    assert stand(rules.Issued(FIRST, 100), *facts) == expected


def schedules() -> st.SearchStrategy[list[rules.Fact]]:
    def of(bill: UUID) -> st.SearchStrategy[rules.Fact]:
        return st.one_of(
            st.just(rules.Numbered(bill, f"99{bill.int:010d}")),
            st.sampled_from(["a", "b", "c"]).map(
                lambda name: rules.Paid(bill, f"{bill.int}{name}", {"a": 40, "b": 60, "c": 100}[name])
            ),
            st.just(rules.Expired(bill)),
            st.just(rules.Cancelled(bill)),
            st.just(rules.Returned(bill)),
        )

    start = st.sampled_from([[rules.Issued(FIRST, 100)], [rules.Issued(FIRST, 100), rules.Issued(SECOND, 100, FIRST)]])
    return start.flatmap(
        lambda issued: st.lists(of(FIRST) if len(issued) == 1 else st.one_of(of(FIRST), of(SECOND)), max_size=9).map(
            lambda more: issued + more
        )
    )


@given(schedules(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(facts: list[rules.Fact], chance: random.Random) -> None:
    shuffled = facts + chance.choices(facts, k=3)
    chance.shuffle(shuffled)
    assert rules.position(shuffled) == rules.position(facts)


@given(schedules())
def test_no_money_is_stranded(facts: list[rules.Fact]) -> None:
    """What is held is kept for the debt, waits for the rest, or is owed back: never more, never nothing."""
    found = rules.position(facts)
    assert isinstance(found.state, MoneyState)
    assert 0 <= found.owed_back <= found.held
    kept = found.held - found.owed_back
    if found.state in (MoneyState.PAID, MoneyState.OVERPAID):
        assert kept == found.due > 0
    elif found.state is MoneyState.PART_PAID:
        assert 0 < kept < found.due
    else:
        assert kept == 0
    assert (found.owed_back > 0) == (found.state in (MoneyState.OVERPAID, MoneyState.REFUND_DUE))


@given(schedules())
def test_giving_back_what_is_owed_settles_it(facts: list[rules.Fact]) -> None:
    owed = rules.position(facts).owed_back
    after = rules.position([*facts, *([rules.Refunded(FIRST, TASK, owed)] if owed else [])])
    assert after.owed_back == 0


def test_a_case_with_several_debts_is_in_one_state() -> None:
    paid = rules.position([rules.Issued(FIRST, 10), rules.Paid(FIRST, "a", 10)])
    waiting = rules.position([rules.Issued(SECOND, 10)])
    assert rules.state_of_case([paid, waiting]) is MoneyState.WAITING_NUMBER
    assert rules.state_of_case([]) is MoneyState.NONE
    assert set(rules.PRECEDENCE) == set(MoneyState)


def test_what_may_be_billed() -> None:
    line = BillLine("licence", "Ada", 100)
    assert rules.check_bill([line, line], NOW + timedelta(days=1), NOW) == 200
    for lines, expiry in (
        ([], NOW + timedelta(days=1)),
        ([BillLine("x", "x", 0)], NOW + timedelta(days=1)),
        ([line], NOW),
    ):
        with pytest.raises(WrongBillError):
            rules.check_bill(lines, expiry, NOW)


def test_the_rest_of_the_lines_adds_up() -> None:
    lines = [BillLine("a", "A", 30), BillLine("b", "B", 70)]
    assert rules.remaining_lines(lines, 40) == (BillLine("b", "B", 60),)
    assert rules.remaining_lines(lines, 0) == tuple(lines)
