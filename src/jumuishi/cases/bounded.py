"""Counts and pages of sets that may be large: counted up to a bound, so that a million costs what a thousand does."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet

from jumuishi.cases.types import COUNTED, MOST


def counts(*sets: QuerySet[Any], most: int = COUNTED) -> list[int]:
    """How many rows each has, most + 1 standing for more than that; one question for all of them."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in sets:
        try:
            sql, params = rows.order_by().values("id")[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS n)")  # noqa: S608  # Django's own statement
        values += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return [int(n) for n in cursor.fetchone()]


def said(n: int) -> str:
    """A count that was not counted to its end says so: "100+"."""
    return f"{COUNTED}+" if n > COUNTED else str(n)


class Pages(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Pages of the first MOST rows, in their order; who looks for more narrows the list, or takes it out as a file."""

    def __init__(self, rows: QuerySet[Any], size: int) -> None:
        super().__init__(rows, size)
        [self.found] = counts(rows, most=MOST)
        self.is_cut = self.found > MOST
        # Django counts at first need, and keeps what it counted under this name.
        self.__dict__["count"] = min(self.found, MOST)
