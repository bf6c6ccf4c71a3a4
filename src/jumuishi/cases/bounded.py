"""Counts and pages of sets that may be large: counted up to a bound, so that a million costs what a thousand does."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet

from jumuishi.cases.types import COUNTED, MOST


def counts(*sets: QuerySet[Any] | Sequence[QuerySet[Any]], most: int = COUNTED) -> list[int]:
    """How many rows each has, most + 1 standing for more than that; one question for all of them.

    A set given in parts that may overlap is counted part by part, each up to the bound and each row once.
    """
    said: list[str] = []
    values: list[Any] = []
    for one in sets:
        parts = []
        for rows in [one] if isinstance(one, QuerySet) else one:
            try:
                sql, params = rows.order_by().values("id")[: most + 1].query.sql_with_params()
            except EmptyResultSet:
                continue
            parts.append(f"({sql})")
            values += params
        if not parts:
            said.append("0")
            continue
        union = " UNION ".join(parts)
        said.append(f"(SELECT least(count(*), {most + 1:d}) FROM ({union}) AS n)")  # noqa: S608  # Django's own statement
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(said)}", values)
        return [int(n) for n in cursor.fetchone()]


def said(n: int) -> str:
    """A count that was not counted to its end says so: "100+"."""
    return f"{COUNTED}+" if n > COUNTED else str(n)


class Pages(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Pages of the first MOST rows, in their order; who looks for more narrows the list, or takes it out as a file.

    `parts` make up the rows where these are to be counted part by part.
    """

    def __init__(
        self, rows: QuerySet[Any] | list[Any], size: int, *, parts: Sequence[QuerySet[Any]] | None = None
    ) -> None:
        super().__init__(rows, size)
        [self.found] = [len(rows)] if isinstance(rows, list) else counts(parts or rows, most=MOST)
        self.is_cut = self.found > MOST
        # Django counts at first need, and keeps what it counted under this name.
        self.__dict__["count"] = min(self.found, MOST)
