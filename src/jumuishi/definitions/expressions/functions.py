"""The functions that the format adds to CEL, and size() by characters."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


def size(value: Any) -> int:
    """Characters of a text, items of a list, seconds are no size."""
    return len(value)


def string(value: Any) -> str:
    """A scalar as text, as CEL says: true, 5, 1.5, an instant in ISO form, a duration in seconds."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}s"
    if value is None:
        raise ValueError("null has no text")
    return value.isoformat() if isinstance(value, datetime) else str(value)


def round_to(x: float, unit: int) -> int:
    """Half up (away from zero) to a whole multiple of unit; raises ValueError where unit is not over 0."""
    if unit <= 0:
        raise ValueError("round_to needs a unit over 0")
    steps = (Decimal(repr(x) if isinstance(x, float) else x) / unit).quantize(Decimal(1), ROUND_HALF_UP)
    return int(steps) * unit


def years_between(a: datetime, b: datetime) -> int:
    """Whole years from a to b by the calendar, negative when b is the earlier; 29 February comes on 1 March."""
    if b < a:
        return -years_between(b, a)
    b = b.astimezone(a.tzinfo)
    return b.year - a.year - ((b.month, b.day, b.time()) < (a.month, a.day, a.time()))


def add_months(t: datetime, n: int) -> datetime:
    """The same day n months on, or that month's last day where there is no such day."""
    if not -120_000 < n < 120_000:
        raise ValueError("add_months: too many months")
    month = t.month - 1 + n
    year, month = t.year + month // 12, month % 12 + 1
    for day in range(t.day, 0, -1):
        try:
            return t.replace(year=year, month=month, day=day)
        except ValueError:
            if day <= 28:
                raise
    raise ValueError("add_months: no such day")


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "Size": size,
    "String": string,
    "round_to": round_to,
    "years_between": years_between,
    "add_months": add_months,
}
"""By the name that the evaluator calls; `Size` and `String` can be no field's name: those are in small letters."""
