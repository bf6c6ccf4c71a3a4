"""What is asked of orders: the arithmetic against plain counting, and the refusal that names what is not entered."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.meetings.orders import needs
from jumuishi.meetings.orders.types import Base, Casting, Kind, Majority, Notice, Orders, Quorum, RefusedError, Rule

RULE = Rule("Kanuni 9(1)", "Akidi ni theluthi.")
SHARES = st.fractions(0, 1, max_denominator=12)
PEOPLE = st.integers(0, 60)


@given(SHARES, st.sampled_from([Base.SEATS, Base.MEMBERS, Base.PRESENT]), PEOPLE, PEOPLE, PEOPLE)
def test_the_quorum_is_the_fewest_whole_people_that_make_the_share(
    share: Fraction, of: Base, seats: int, members: int, present: int
) -> None:
    orders = Orders(gazette="Mfano 1/1900", quorum=Quorum(RULE, share=share, of=of))
    base = {Base.SEATS: seats, Base.MEMBERS: members, Base.PRESENT: present}[of]
    fewest = next(n for n in range(1, 200) if n * share.denominator >= share.numerator * base)
    assert needs.quorum_needed(orders, seats=seats, members=members, present=present) == fewest


@given(SHARES, st.sampled_from(Base), st.booleans(), PEOPLE, PEOPLE, PEOPLE, PEOPLE)
def test_the_votes_needed_are_the_fewest_that_reach_or_pass_the_share(
    share: Fraction, of: Base, more: bool, seats: int, members: int, present: int, cast: int
) -> None:
    orders = Orders(gazette="1", majorities={"budget": Majority(share, of, RULE, more_than=more)})
    base = {Base.SEATS: seats, Base.MEMBERS: members, Base.PRESENT: present, Base.CAST: cast}[of]
    carries = [
        n
        for n in range(1, 200)
        if (n * share.denominator > share.numerator * base if more else n * share.denominator >= share.numerator * base)
    ]
    needed, rule = needs.votes_needed(orders, "budget", seats=seats, members=members, present=present, cast=cast)
    assert (needed, rule) == (carries[0], RULE)


def test_a_whole_number_is_the_quorum_as_it_stands() -> None:
    orders = Orders(gazette="1", quorum=Quorum(RULE, count=5))
    assert needs.quorum_needed(orders, seats=None, members=3, present=0) == 5


ASKED: list[tuple[str, Callable[[Orders], object]]] = [
    ("notice.special", lambda orders: needs.notice_for(orders, Kind.SPECIAL)),
    ("emergency", needs.emergency),
    ("quorum", lambda orders: needs.quorum_needed(orders, seats=9, members=9, present=9)),
    ("majorities.budget", lambda orders: needs.majority_for(orders, "budget")),
    ("casting", needs.casting),
    ("voters", lambda orders: needs.is_voter(orders, "member")),
    ("seconder", needs.seconder),
    ("speaking", needs.speaking),
    ("recusal", needs.recusal),
    ("remote", needs.remote),
    ("public", needs.public),
    ("closing", needs.closing),
    ("order", needs.order_of_business),
    ("corrections", needs.corrections),
    ("minutes", needs.minutes_to),
    ("papers", needs.papers),
]


@pytest.mark.parametrize(("name", "ask"), ASKED)
def test_a_rule_that_is_not_entered_refuses_by_its_name(name: str, ask: Callable[[Orders], object]) -> None:
    with pytest.raises(RefusedError) as refused:
        ask(Orders(gazette="Mfano 1/1900"))
    assert refused.value.missing == name


@pytest.mark.parametrize("ask", [ask for _, ask in ASKED])
def test_without_its_gazette_number_no_rule_counts(ask: Callable[[Orders], object]) -> None:
    with pytest.raises(RefusedError) as refused:
        ask(Orders(gazette=" ", notice={Kind.SPECIAL: Notice(7, RULE)}, quorum=Quorum(RULE, count=5)))
    assert refused.value.missing == "gazette"


def test_seats_that_are_not_known_are_asked_for_where_the_rule_counts_them() -> None:
    orders = Orders(gazette="1", quorum=Quorum(RULE, share=Fraction(1, 2), of=Base.SEATS))
    with pytest.raises(RefusedError) as refused:
        needs.quorum_needed(orders, seats=None, members=9, present=9)
    assert refused.value.missing == "seats"


def test_a_value_without_its_clause_is_not_entered() -> None:
    orders = Orders(gazette="1", casting=Casting.SECOND)
    with pytest.raises(RefusedError) as refused:
        needs.casting(orders)
    assert refused.value.missing == "casting"
    assert needs.casting(replace(orders, casting_rule=RULE)) == (Casting.SECOND, RULE)
