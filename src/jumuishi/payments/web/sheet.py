"""The months that books can be taken out by."""

from datetime import date

from django.utils.timezone import localtime

from jumuishi.kernel import clock


def month_of(typed: str) -> date:
    """The first day of `2026-11`; of this month when it is no month."""
    try:
        year, month = (int(part) for part in typed.split("-"))
        return date(year, month, 1)
    except ValueError:
        return localtime(clock.now()).date().replace(day=1)


def months(count: int = 12) -> list[str]:
    """This month and those before it, newest first, as month_of reads them."""
    found, day = [], localtime(clock.now()).date().replace(day=1)
    for _ in range(count):
        found.append(f"{day:%Y-%m}")
        day = date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
    return found
