"""A table as a file for a spreadsheet, piece by piece, in which no cell can act as a formula.

Rows may be a million: nothing here keeps more than a page of them. A page is read in a transaction of its own, so that
a slow download holds neither a connection of the pool nor an old snapshot, and leaves nothing behind when it is cut.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils.timezone import localtime

from jumuishi.kernel import tenancy, xlsx

T = TypeVar("T")
M = TypeVar("M", bound=Model)
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What a spreadsheet may run (OWASP, CSV injection), the full-width twins too.
ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CHUNK = 65_536


def safe(cell: object) -> str:
    """The cell as text; one that a spreadsheet would run begins with an apostrophe (OWASP, CSV injection)."""
    if isinstance(cell, datetime):
        return (localtime(cell) if cell.tzinfo else cell).isoformat(timespec="seconds")
    text = str(cell if cell is not None else "")
    if isinstance(cell, int | float):
        return text
    return f"'{text}" if text.lstrip(" ").startswith(ACTS) else text


def pieces(kind: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The file of a kind of KINDS in pieces of about 64 KiB; CSV in UTF-8 with the mark that spreadsheets look for."""
    return xlsx.workbook(head, rows, acts=ACTS) if kind == "xlsx" else _csv(head, rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([safe(one) for one in head])
    for row in rows:
        writer.writerow([safe(one) for one in row])
        if out.tell() >= _CHUNK:
            yield out.getvalue().encode()
            out = io.StringIO()
            writer = csv.writer(out)
    yield out.getvalue().encode()


def paged(read: Callable[[T | None], Sequence[T]]) -> Iterator[T]:
    """What `read(the last one of before, at first None)` gives until it gives nothing, as the principal of now.

    `read` asks for the rows after that one in an order that does not change (an index serves it), some thousands at
    most. Between two pages nobody is asking, and no connection is held.
    """
    principal = tenancy.current()

    def follow() -> Iterator[T]:
        last: T | None = None
        while True:
            with tenancy.acting_as(principal), transaction.atomic():
                page = read(last)
            if not connection.in_atomic_block:
                connection.close()
            if not page:
                return
            yield from page
            last = page[-1]

    return follow()


def beyond(rows: QuerySet[M], column: str, last: tuple[datetime, UUID] | None) -> QuerySet[M]:
    """The rows after the last one of before (instant, id), by the column and then the id; newest first for "-column".

    All of them where there is no such row yet. An index that ends in the column finds the place at once.
    """
    name, way = column.removeprefix("-"), "lt" if column.startswith("-") else "gt"
    ordered = rows.order_by(column, "-id" if way == "lt" else "id")
    if last is None:
        return ordered
    at, row_id = last
    later = Q(**{f"{name}__{way}": at}) | Q(**{name: at, f"id__{way}": row_id})
    return ordered.filter(later, **{f"{name}__{way}e": at})
