"""From attendance to the lines of a sheet. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jumuishi.meetings.minutes.attendance import Stay


@dataclass(frozen=True)
class Amount:
    """What a sitting is worth to a role from a day, and by which paper."""

    role: str
    amount: int
    currency: str
    source: str
    from_on: date


def amount_on(amounts: Iterable[Amount], role: str, day: date) -> Amount | None:
    """The newest amount for a role that counts on a day; None where the body has entered none."""
    found = [one for one in amounts if one.role == role and one.from_on <= day]
    return max(found, key=lambda one: one.from_on, default=None)


def line(member: str, name: str, role: str, stay: Stay, rate: Amount | None) -> dict[str, Any]:
    """One member: what the record says, and the amount where a rate is entered and the member came.

    A part of a sitting is shown and not reckoned: no rule of that kind is known to us.
    """
    return {
        "member": member,
        "name": name,
        "role": role,
        "came": stay.came_at.isoformat() if stay.came_at else "",
        "left": stay.spans[-1][1].isoformat() if stay.spans else "",
        "minutes": stay.minutes,
        "late": stay.is_late,
        "left_early": stay.left_at is not None,
        "way": stay.way,
        "excused": stay.excused is not None,
        "amount": rate.amount if rate and stay.is_present else (0 if rate else None),
        "currency": rate.currency if rate else "",
        "source": rate.source if rate else "",
    }


def total(rows: Iterable[Mapping[str, Any]]) -> int | None:
    """The sum; None where an amount is not entered for somebody."""
    amounts = [one["amount"] for one in rows]
    return None if any(one is None for one in amounts) else sum(amounts)
