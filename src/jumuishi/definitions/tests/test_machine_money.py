"""Fees, late and double money, refunds: no paid case is stranded, no document goes out unpaid."""

from datetime import timedelta

import pytest

from jumuishi.definitions.machine.acts import Acting, Elapse, Merge, Refused, Withdraw
from jumuishi.definitions.machine.clock import next_elapses
from jumuishi.definitions.machine.effects import CancelBill, IssueBill, Refund
from jumuishi.definitions.machine.state import MERGED
from jumuishi.definitions.tests.driving import ANSWERS, drive, licence, officer


def test_a_bill_has_the_fees_that_apply() -> None:
    case = licence("food", until="payment")
    bill = next(one for one in case.effects if isinstance(one, IssueBill))
    assert (bill.total, [line.fee for line in bill.lines]) == (220000, ["licence", "health"])
    assert bill.expires_at == case.now + timedelta(days=30)


def test_fees_of_nothing_skip_the_payment() -> None:
    case = drive("introduction-letter", letter_fee=0).submit({**ANSWERS["introduction-letter"], "office": "street"})
    case.do("street-officer", "confirm", fields={"known_by": "visit"})
    assert case.case.stage == "granted"
    assert "IssueBill" not in case.kinds()


def test_parts_are_added_up_and_what_is_over_goes_back() -> None:
    case = licence("food", until="payment").pay("r1", licence=150000)
    assert case.case.stage == "payment"
    case.pay("r2", licence=60000, health=20000)
    assert case.case.stage == "granted"
    back = [one for one in case.effects if isinstance(one, Refund)]
    assert [(one.reason, [(line.fee, line.amount) for line in one.lines]) for one in back] == [
        ("paid_twice", [("licence", 10000)])
    ]


def test_one_receipt_counts_once() -> None:
    case = licence("food", until="payment").pay("r1", licence=150000)
    with pytest.raises(Refused) as no:
        case.pay("r1", licence=150000)
    assert no.value.code == "receipt_taken"
    assert case.case.paid == {"licence": 150000}


def test_paying_again_after_the_end_goes_back() -> None:
    case = licence("food", until="granted").pay("r9", licence=200000)
    assert case.case.outcome == "granted"
    assert [one.reason for one in case.effects if isinstance(one, Refund)] == ["paid_twice"]


def test_money_that_comes_late_opens_the_case_at_paid() -> None:
    case = licence("shop", until="payment").later(days=30)
    case.act(Elapse("expires", case.case.visit))
    assert case.case.stage == "lapsed"
    assert any(isinstance(one, CancelBill) for one in case.effects)
    case.later(days=5).pay("r1", licence=160000)
    assert (case.case.stage, case.case.outcome) == ("granted", "granted")
    assert case.case.late_bill is None


def test_a_part_that_lapsed_goes_back_and_so_does_too_little_late_money() -> None:
    case = licence("shop", until="payment").pay("r1", licence=1000).later(days=30)
    case.act(Elapse("expires"))
    assert [one.reason for one in case.effects if isinstance(one, Refund)] == ["lapsed"]
    case.pay("r2", licence=159000)
    assert case.case.stage == "lapsed"
    assert [one.lines[0].amount for one in case.effects if isinstance(one, Refund)] == [159000]
    assert case.pay("r3", licence=160000).case.stage == "granted"


def test_withdrawing_gives_back_what_was_paid_and_cancels_the_bill() -> None:
    case = licence("food", until="payment").pay("r1", licence=200000).act(Withdraw(), Acting("asha"))
    kinds = case.kinds()
    assert kinds.count("Refund") == 1
    assert kinds.count("CancelBill") == 1
    case.pay("r2", health=20000)
    assert [one.reason for one in case.effects if isinstance(one, Refund)] == ["withdrawn"]
    assert case.case.outcome == "withdrawn"


def test_money_before_any_bill_goes_back() -> None:
    case = licence("food").pay("r1", licence=5)
    assert [one.reason for one in case.effects if isinstance(one, Refund)] == ["paid_twice"]
    for amounts in ({"licence": 0}, {"other": 5}):
        with pytest.raises(Refused):
            case.pay("r2", **amounts)


def test_an_open_bill_has_an_end() -> None:
    case = licence("shop", until="payment")
    assert next_elapses(case.case)[0][1].what == "expires"
    with pytest.raises(Refused) as no:
        case.later(days=29).act(Elapse("expires"))
    assert no.value.code == "not_yet"


def test_a_case_that_another_goes_on_for_owes_and_keeps_nothing() -> None:
    case = licence("food", until="payment").pay("r1", licence=150000)
    case.act(Merge("nyingine", "mara mbili"), officer("trade-officer", "juma"))
    assert (case.case.stage, case.case.outcome, case.case.paid) == (MERGED, "withdrawn", {})
    assert any(isinstance(one, CancelBill) for one in case.effects)
    assert [
        (one.reason, sum(line.amount for line in one.lines)) for one in case.effects if isinstance(one, Refund)
    ] == [("withdrawn", 150000)]
    case.pay("r2", licence=70000)
    assert [one.reason for one in case.effects if isinstance(one, Refund)] == ["withdrawn"], "late money goes back too"


@pytest.mark.parametrize(
    ("who", "reason", "code"),
    [("asha", "x", "own_case"), ("juma", " ", "reason_missing")],
)
def test_who_may_not_end_a_case_for_another(who: str, reason: str, code: str) -> None:
    case = licence(until="check")
    with pytest.raises(Refused) as no:
        case.act(Merge("nyingine", reason), officer("trade-officer", who))
    assert no.value.code == code
    with pytest.raises(Refused) as no:
        case.act(Merge("nyingine", "x"), officer("trade-officer", "juma", "jirani"))
    assert no.value.code == "not_role"
    done = licence("food", until="granted")
    with pytest.raises(Refused) as no:
        done.act(Merge("nyingine", "x"), officer("trade-officer", "juma"))
    assert no.value.code == "ended"
