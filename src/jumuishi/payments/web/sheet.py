"""A list as a file for a spreadsheet, in which no cell can act as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from django.http import HttpResponse
from django.utils.timezone import localtime

from jumuishi.kernel import clock

_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: object) -> str:
    """The cell as text; one that a spreadsheet would run begins with an apostrophe (OWASP, CSV injection)."""
    text = str(cell if cell is not None else "")
    return f"'{text}" if text.lstrip(" ").startswith(_ACTS) else text


def answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The file, in UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    found = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    found["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return found


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
