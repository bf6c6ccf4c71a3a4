"""What contradicts in orders, before they are used; and which rules are not entered, which is no contradiction."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from jumuishi.meetings.orders import needs
from jumuishi.meetings.orders.shape import NAMES
from jumuishi.meetings.orders.types import Base, Casting, Kind, Orders, RefusedError


@dataclass(frozen=True)
class Finding:
    """`code` names the text (`meetings.check_CODE`), `rules` the rules that it lies between.

    A warning does not keep the orders from being agreed.
    """

    code: str
    rules: tuple[str, ...]
    given: Mapping[str, object] = field(default_factory=dict)
    is_warning: bool = False


def findings(orders: Orders, *, seats: int | None) -> list[Finding]:
    """What contradicts in the orders of a body with so many seats (None: not entered); errors first."""
    found = [*_quorum(orders, seats), *_notice(orders), *_majorities(orders), *_order(orders), *_open(orders)]
    return sorted(found, key=lambda one: one.is_warning)


def _quorum(orders: Orders, seats: int | None) -> Iterator[Finding]:
    rule = orders.quorum
    if rule is None:
        return
    if rule.count is not None and seats is not None and rule.count > seats:
        yield Finding("quorum_seats", ("quorum",), {"count": rule.count, "seats": seats})
    if rule.share is None:
        return
    if rule.share > 1:
        yield Finding("quorum_above_all", ("quorum",), {"share": rule.share})
    if rule.share == 0:
        yield Finding("quorum_nobody", ("quorum",))
    if rule.of in (Base.PRESENT, Base.CAST):
        yield Finding("quorum_of_present", ("quorum",))
    if rule.of is Base.SEATS and seats is None:
        yield Finding("seats_unknown", ("quorum",))


def _notice(orders: Orders) -> Iterator[Finding]:
    short = orders.emergency
    for kind, notice in sorted(orders.notice.items()):
        name = f"notice.{kind}"
        given = {"kind": kind, "days": notice.days}
        if short is not None and kind is Kind.EMERGENCY:
            yield Finding("emergency_twice", (name, "emergency"))
        elif short is not None and short.hours > notice.days * 24:
            yield Finding("emergency_longer", ("emergency", name), {**given, "hours": short.hours})
        if orders.papers_days is not None and orders.papers_days < notice.days and kind is not Kind.EMERGENCY:
            yield Finding("papers_late", ("papers", name), {**given, "papers": orders.papers_days}, is_warning=True)


def _majorities(orders: Orders) -> Iterator[Finding]:
    ties = orders.casting not in (None, Casting.NONE)
    for decision, rule in sorted(orders.majorities.items()):
        name, given = f"majorities.{decision}", {"decision": decision, "share": rule.share}
        if rule.share > 1 or (rule.share == 1 and rule.more_than):
            yield Finding("majority_above_all", (name,), given)
        elif rule.share == 0 and not rule.more_than:
            yield Finding("majority_nobody", (name,), given)
        elif rule.of is Base.CAST and rule.share < Fraction(1, 2):
            yield Finding("majority_minority", (name,), given)
        elif rule.of is Base.CAST and rule.share == Fraction(1, 2) and not rule.more_than and ties:
            yield Finding("majority_tie", (name, "casting"), given)
    if ties and orders.voters and "chair" not in orders.voters:
        yield Finding("casting_no_chair", ("casting", "voters"))


def _order(orders: Orders) -> Iterator[Finding]:
    for kind, code in (("key", "section_twice"), ("comes", "comes_twice")):
        seen: set[str] = set()
        for section in orders.order:
            value = getattr(section, kind)
            if value and value in seen:
                yield Finding(code, ("order",), {kind: value})
            seen.add(value)


def _open(orders: Orders) -> Iterator[Finding]:
    if orders.public and orders.closing_rule is None:
        yield Finding("never_closed", ("public", "closing"), is_warning=True)
    if orders.public is False and orders.closing_rule is not None:
        yield Finding("closed_already", ("public", "closing"), is_warning=True)


_ASKED: dict[str, Callable[[Orders], object]] = {
    "emergency": needs.emergency, "quorum": needs.quorum, "casting": needs.casting, "voters": needs.voters,
    "seconder": needs.seconder, "speaking": needs.speaking, "recusal": needs.recusal, "remote": needs.remote,
    "public": needs.public, "closing": needs.closing, "order": needs.order_of_business, "late": needs.late,
    "corrections": needs.corrections, "minutes": needs.minutes_to, "papers": needs.papers,
}  # fmt: skip


def not_entered(orders: Orders) -> list[str]:
    """The rules of `NAMES` that whoever needs them would be refused for, by name, and "gazette"."""
    numbered = replace(orders, gazette=orders.gazette.strip() or "-")
    missing = [] if orders.gazette.strip() else ["gazette"]
    for name in NAMES:
        family, dot, key = name.partition(".")
        if dot:
            there = key in orders.majorities if family == "majorities" else Kind(key) in orders.notice
        else:
            there = _says(numbered, name)
        if not there:
            missing.append(name)
    return missing


def _says(orders: Orders, name: str) -> bool:
    try:
        _ASKED[name](orders)
    except RefusedError:
        return False
    return True
