"""What whoever needs a rule asks of the orders. A rule that is not entered refuses by its name; nothing is assumed.

Pure. Each raises `RefusedError`: `missing="gazette"` where the orders have no gazette number (then no rule of theirs
counts), else `missing` with the rule's own name ("quorum", "notice.special", "majorities.budget", "casting", ...).
"""

from fractions import Fraction
from math import ceil, floor
from typing import TypeVar

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
    Speaking,
)

T = TypeVar("T")


def not_entered(missing: str) -> RefusedError:
    """The refusal that names a rule which the body has not entered."""
    return RefusedError("not_entered", missing=missing)


def entered(orders: Orders, value: T | None, missing: str) -> T:
    """A rule's value, where the orders have a gazette number and say it."""
    if not orders.gazette.strip():
        raise not_entered("gazette")
    if value is None:
        raise not_entered(missing)
    return value


def with_rule(orders: Orders, value: T | None, rule: Rule | None, missing: str) -> tuple[T, Rule]:
    """A value and the clause that says it; one without the other is not entered."""
    return entered(orders, value, missing), entered(orders, rule, missing)


def notice_for(orders: Orders, kind: Kind) -> Notice:
    """How long before a meeting of this kind its notice is served."""
    return entered(orders, orders.notice.get(kind), f"notice.{kind}")


def emergency(orders: Orders) -> Emergency:
    """Who may call on shorter notice, and how."""
    return entered(orders, orders.emergency, "emergency")


def quorum(orders: Orders) -> Quorum:
    """The rule of the quorum."""
    rule = entered(orders, orders.quorum, "quorum")
    if rule.share is None and rule.count is None:
        raise not_entered("quorum")
    return rule


def quorum_needed(orders: Orders, *, seats: int | None, members: int, present: int) -> int:
    """How many voting members make the quorum: whole people, a share rounded up, one at least.

    `seats` that the body has (None: not entered, refused as "seats" where the rule counts them); `members` in office
    with a vote; `present` those of them who are there and not out for the item.
    """
    rule = quorum(orders)
    if rule.share is None:
        return max(rule.count or 0, 1)
    share = rule.share * _base(rule.of, seats=seats, members=members, present=present, cast=0)
    return max(ceil(share), rule.count or 0, 1)


def majority_for(orders: Orders, decision: str) -> Majority:
    """What carries a decision of this kind."""
    return entered(orders, orders.majorities.get(decision), f"majorities.{decision}")


def votes_needed(
    orders: Orders, decision: str, *, seats: int | None, members: int, present: int, cast: int
) -> tuple[int, Rule]:
    """How many votes for it carry a decision, and the clause that says so; one at least, whatever the base.

    `present`: members with a vote who are there and not out for the item; `cast`: votes for and against, the chair's
    casting vote with them; `seats` and `members` as in `quorum_needed`.
    """
    rule = majority_for(orders, decision)
    share = rule.share * _base(rule.of, seats=seats, members=members, present=present, cast=cast)
    return max(floor(share) + 1 if rule.more_than else ceil(share), 1), rule.rule


def casting(orders: Orders) -> tuple[Casting, Rule]:
    """What the chair may do on a tie, and the clause."""
    return with_rule(orders, orders.casting, orders.casting_rule, "casting")


def voters(orders: Orders) -> tuple[tuple[str, ...], Rule]:
    """The roles of members with a vote, and the clause."""
    return with_rule(orders, orders.voters or None, orders.voters_rule, "voters")


def is_voter(orders: Orders, role: str) -> bool:
    """Whether members in this role have a vote."""
    return role in voters(orders)[0]


def seconder(orders: Orders) -> tuple[bool, Rule]:
    """Whether a motion needs a second member, and the clause."""
    return with_rule(orders, orders.seconder, orders.seconder_rule, "seconder")


def speaking(orders: Orders) -> Speaking:
    """How long and how often one may speak."""
    return entered(orders, orders.speaking, "speaking")


def recusal(orders: Orders) -> Rule:
    """The clause by which who has an interest goes out for the item."""
    return entered(orders, orders.recusal_rule, "recusal")


def remote(orders: Orders) -> tuple[bool, Rule]:
    """Whether who is not in the hall counts as present, and the clause."""
    return with_rule(orders, orders.remote, orders.remote_rule, "remote")


def public(orders: Orders) -> tuple[bool, Rule]:
    """Whether the public and the press may be there, and the clause."""
    return with_rule(orders, orders.public, orders.public_rule, "public")


def closing(orders: Orders) -> Rule:
    """The clause by which a session is closed to the public."""
    return entered(orders, orders.closing_rule, "closing")


def order_of_business(orders: Orders) -> tuple[tuple[Section, ...], Rule]:
    """The sections of an agenda in their order, and the clause."""
    return with_rule(orders, orders.order or None, orders.order_rule, "order")


def late(orders: Orders) -> tuple[bool, Rule]:
    """Whether an agenda that members have takes another item, and the clause."""
    return with_rule(orders, orders.late_items, orders.late_rule, "late")


def corrections(orders: Orders) -> tuple[int, Rule]:
    """For how many hours members may propose corrections to minutes, and the clause."""
    return with_rule(orders, orders.corrections_hours, orders.corrections_rule, "corrections")


def minutes_to(orders: Orders) -> tuple[tuple[str, ...], Rule]:
    """To whom confirmed minutes are sent, and the clause."""
    return with_rule(orders, orders.minutes_to or None, orders.minutes_rule, "minutes")


def papers(orders: Orders) -> tuple[int, Rule]:
    """How many days before the meeting its papers must be in, and the clause."""
    return with_rule(orders, orders.papers_days, orders.papers_rule, "papers")


def _base(of: Base, *, seats: int | None, members: int, present: int, cast: int) -> Fraction:
    if of is Base.SEATS:
        if seats is None:
            raise not_entered("seats")
        return Fraction(seats)
    return Fraction({Base.MEMBERS: members, Base.PRESENT: present, Base.CAST: cast}[of])
