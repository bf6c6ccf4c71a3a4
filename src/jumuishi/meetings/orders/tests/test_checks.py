"""What contradicts in orders is found, and what does not is left alone."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.kernel.text import LANGUAGES
from jumuishi.meetings.orders import needs, words
from jumuishi.meetings.orders.checks import findings
from jumuishi.meetings.orders.types import (
    Base,
    Casting,
    Emergency,
    Kind,
    Majority,
    Notice,
    Orders,
    Quorum,
    RefusedError,
    Rule,
    Section,
)

RULE = Rule("Kanuni 9(1)", "Akidi ni nusu.")
HALF = Fraction(1, 2)
SOUND = Orders(
    gazette="Mfano 1/1900",
    voters=("chair", "member"),
    voters_rule=RULE,
    notice={Kind.ORDINARY: Notice(7, RULE)},
    emergency=Emergency(("chair",), 24, RULE),
    quorum=Quorum(RULE, share=HALF),
    majorities={"ordinary": Majority(HALF, Base.CAST, RULE)},
    casting=Casting.SECOND,
    casting_rule=RULE,
    public=True,
    public_rule=RULE,
    closing_rule=RULE,
    order=(Section("a", {"sw": "a", "en": "a"}, "minutes"), Section("b", {"sw": "b", "en": "b"})),
    order_rule=RULE,
    papers_days=7,
    papers_rule=RULE,
)


def majority(share: Fraction, of: Base = Base.CAST, *, more_than: bool = True) -> Orders:
    return replace(SOUND, majorities={"budget": Majority(share, of, RULE, more_than=more_than)})


CASES: list[tuple[str, Orders, bool]] = [
    ("quorum_seats", replace(SOUND, quorum=Quorum(RULE, count=10)), False),
    ("quorum_above_all", replace(SOUND, quorum=Quorum(RULE, share=Fraction(3, 2))), False),
    ("quorum_nobody", replace(SOUND, quorum=Quorum(RULE, share=Fraction(0))), False),
    ("quorum_of_present", replace(SOUND, quorum=Quorum(RULE, share=HALF, of=Base.PRESENT)), False),
    ("quorum_of_present", replace(SOUND, quorum=Quorum(RULE, share=HALF, of=Base.CAST)), False),
    ("emergency_longer", replace(SOUND, notice={Kind.SPECIAL: Notice(1, RULE)}, papers_days=1,
                                 emergency=Emergency(("chair",), 25, RULE)), False),
    ("emergency_twice", replace(SOUND, notice={Kind.EMERGENCY: Notice(1, RULE)}), False),
    ("majority_above_all", majority(Fraction(4, 3)), False),
    ("majority_above_all", majority(Fraction(1)), False),
    ("majority_nobody", majority(Fraction(0), more_than=False), False),
    ("majority_minority", majority(Fraction(1, 3)), False),
    ("majority_tie", majority(HALF, more_than=False), False),
    ("casting_no_chair", replace(SOUND, voters=("member",)), False),
    ("section_twice", replace(SOUND, order=(SOUND.order[1], SOUND.order[1])), False),
    ("comes_twice", replace(SOUND, order=(SOUND.order[0], replace(SOUND.order[0], key="c"))), False),
    ("papers_late", replace(SOUND, papers_days=3), True),
    ("never_closed", replace(SOUND, closing_rule=None), True),
    ("closed_already", replace(SOUND, public=False), True),
]  # fmt: skip


def test_sound_orders_have_no_finding() -> None:
    assert findings(SOUND, seats=9) == []


@pytest.mark.parametrize(("code", "orders", "is_warning"), CASES)
def test_a_contradiction_is_found_alone_and_said(code: str, orders: Orders, is_warning: bool) -> None:
    found = findings(orders, seats=9)
    assert [(one.code, one.is_warning) for one in found] == [(code, is_warning)]
    for lang in LANGUAGES:
        assert words.finding_words(found[0], lang)


def test_a_quorum_of_seats_needs_their_number() -> None:
    orders = replace(SOUND, quorum=Quorum(RULE, share=HALF, of=Base.SEATS))
    assert [one.code for one in findings(orders, seats=None)] == ["seats_unknown"]
    assert findings(orders, seats=9) == []


@given(st.fractions(0, 2, max_denominator=9), st.sampled_from([Base.SEATS, Base.MEMBERS]), st.integers(1, 60))
def test_a_quorum_without_a_finding_can_be_reached_and_can_be_missed(share: Fraction, of: Base, seats: int) -> None:
    orders = replace(SOUND, quorum=Quorum(RULE, share=share, of=of))
    needed = needs.quorum_needed(orders, seats=seats, members=seats, present=seats)
    if not findings(orders, seats=seats):
        assert 1 <= needed <= seats


@given(st.fractions(0, 2, max_denominator=9), st.sampled_from(Base), st.booleans(), st.integers(1, 60))
def test_a_majority_without_a_finding_is_reached_when_all_vote_for(
    share: Fraction, of: Base, more: bool, n: int
) -> None:
    orders = majority(share, of, more_than=more)
    needed, _ = needs.votes_needed(orders, "budget", seats=n, members=n, present=n, cast=n)
    if not findings(orders, seats=n):
        assert needed <= n
        if of is Base.CAST:
            assert 2 * needed >= n, "the other side would have carried it too"


def test_a_refusal_quotes_the_rule_or_names_the_missing_one() -> None:
    missing = RefusedError("not_entered", missing="notice.special")
    assert words.refusal(missing, "en").startswith("A rule has not been entered: the notice (special meeting).")
    assert "taarifa ya kikao maalum" in words.refusal(missing, "sw")
    for name in ("gazette", "seats", "quorum", "majorities.budget", "recusal"):
        assert words.rule_name(name, "sw") in words.refusal(RefusedError("not_entered", missing=name), "sw")
    assert words.quoted(RULE, "sw") == "Kanuni 9(1): “Akidi ni nusu.”"
    assert words.quoted(Rule("Kanuni 9"), "sw") == "(Kanuni 9)"
