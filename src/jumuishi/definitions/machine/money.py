"""Fees of a case: what applies, what is owed, what goes back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from jumuishi.definitions.forms.scope import EvaluationError, Scope
from jumuishi.definitions.machine.acts import Refused
from jumuishi.definitions.machine.effects import Refund
from jumuishi.definitions.machine.run import Run
from jumuishi.definitions.machine.state import Bill, Line
from jumuishi.definitions.model import Package


def fee_amounts(package: Package, scope: Scope, fees: Iterable[str]) -> dict[str, int]:
    """Amount of each fee whose `when` holds and that is over nothing.

    Raises EvaluationError, also where an amount is not a whole number of at least 0.
    """
    found: dict[str, int] = {}
    for name in fees:
        fee = package.fees[name]
        if not scope.decides(fee.when):
            continue
        amount = scope.value(fee.amount)
        if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
            raise EvaluationError(f"fee {name} is {amount!r}")
        if amount:
            found[name] = amount
    return found


def owed(run: Run, fees: Iterable[str], at: datetime | None = None) -> tuple[Line, ...]:
    """What is still to be paid of these fees, as they were at an instant (None: now)."""
    paid = run.state.paid
    amounts = fee_amounts(run.package, replace(run.scope, now=at) if at else run.scope, fees)
    lines = (Line(name, amount - paid.get(name, 0)) for name, amount in amounts.items())
    return tuple(line for line in lines if line.amount > 0)


def price(run: Run) -> None:
    """Note when fees are asked for, where the day has a say in them: what was asked for then stands."""
    parts = (part for fee in run.package.fees.values() for part in (fee.amount, fee.when) if part is not None)
    if any(part.names_the_day for part in parts):
        run.set(priced_at=run.context.now)


def check_all_paid(run: Run) -> None:
    """Before any issue every fee that applies is paid; raises Refused `unpaid`.

    A fee does not grow by the days that pass between its bill and the issue, only by answers that change.
    """
    if owed(run, run.package.fees, run.state.priced_at):
        raise Refused("unpaid", stage=run.state.stage)


def refund_all(run: Run, reason: Literal["refused", "withdrawn", "lapsed"]) -> None:
    """Give back all that was paid and not given back yet; what is owed starts again from nothing."""
    lines = tuple(Line(fee, amount) for fee, amount in run.state.paid.items() if amount > 0)
    if lines:
        run.add(Refund(reason, lines))
        late = run.state.late_bill
        run.set(paid={}, priced_at=None, late_bill=late and replace(late, paid={}))


def take(run: Run, bill: Bill, amounts: Mapping[str, int]) -> Bill:
    """Book money against a bill; what is over goes back as paid twice."""
    paid, booked = dict(run.state.paid), dict(bill.paid)
    over: list[Line] = []
    for fee, amount in amounts.items():
        wanted = sum(line.amount for line in bill.lines if line.fee == fee)
        taken = min(amount, wanted - booked.get(fee, 0))
        if taken > 0:
            paid[fee] = paid.get(fee, 0) + taken
            booked[fee] = booked.get(fee, 0) + taken
        if amount > taken:
            over.append(Line(fee, amount - taken))
    run.set(paid=paid)
    if over:
        run.add(Refund("paid_twice", tuple(over)))
    return replace(bill, paid=booked)


def is_covered(bill: Bill) -> bool:
    """Whether all of a bill has come in."""
    return all(bill.paid.get(line.fee, 0) >= line.amount for line in bill.lines)
