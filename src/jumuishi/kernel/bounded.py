"""Counts and pages of sets that may be large: counted up to a bound, so that a million costs what a thousand does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Q, QuerySet

# Counts of now go so far and no further: "100+". A list is counted so far at a time, and goes on from there.
COUNTED, MOST = 100, 500
# A place in a list, as an address says it: pages before it, the column's value ("" for none), the row's id.
_Key = tuple[int, date | None, UUID]


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


class BoundedPage(Page):  # type: ignore[type-arg]  # generic in the stubs only
    """A page of a stretch of a list: its number in the whole list, how many pages are known, where the list goes on."""

    paginator: "Stretch"

    @property
    def said_number(self) -> int:
        """The page's number in the whole list."""
        return self.paginator.before + self.number

    @property
    def said_pages(self) -> str:
        """How many pages there are, as far as they were counted: "40+" where there are more."""
        return f"{self.paginator.before + self.paginator.num_pages}{'+' if self.paginator.goes_on else ''}"

    @property
    def further(self) -> str:
        """What an address says to go on behind the last page of a stretch; "" elsewhere and at the list's end."""
        rows = [] if self.has_next() or not self.paginator.goes_on else list(self.object_list)
        return self.paginator.place_behind(rows[-1]) if rows else ""


class Stretch(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Pages of a part of a list that may have no end: from its start or from behind a place, MOST rows at most.

    `after` is that place as the address says it, `before` how many pages lie before it, `goes_on` whether rows follow.
    """

    def __init__(self, rows: QuerySet[Any] | list[UUID], size: int, after: str, key: _Key | None, found: int) -> None:
        super().__init__(rows, size)
        self.after, self.before = (after, key[0]) if key else ("", 0)
        self.goes_on = found > MOST
        # Django counts at first need, and keeps what it counted under this name.
        self.__dict__["count"] = min(found, MOST)

    def get_page(self, number: float | str | None) -> BoundedPage:
        """A page of this stretch, the first or last for a number that is none."""
        return super().get_page(number)  # type: ignore[return-value]  # made by _get_page

    def _get_page(self, *args: Any, **kwargs: Any) -> BoundedPage:
        return BoundedPage(*args, **kwargs)

    def place_behind(self, row: Any) -> str:
        """The place behind the stretch, whose last row is given."""
        raise NotImplementedError

    def _place(self, value: date | None, key: UUID) -> str:
        return f"{self.before + self.num_pages}_{value.isoformat() if value else ''}_{key.hex}"


class Pages(Stretch):
    """A stretch of rows that are ordered by one date or time and then by the id, both in one direction.

    What has no date comes last. `parts` make up the rows where these are to be counted part by part.
    """

    def __init__(
        self, rows: QuerySet[Any], size: int, after: str = "", parts: Sequence[QuerySet[Any]] | None = None
    ) -> None:
        name, *rest = map(str, rows.query.order_by)
        self.column, self.is_down = name.removeprefix("-"), name.startswith("-")
        if rest != ["-id" if self.is_down else "id"]:
            raise ValueError(f"a list is ordered by one column and the id, not by {rows.query.order_by}")
        self.field = rows.model._meta.get_field(self.column)
        key, whole = _read(after, self.field), rows
        counted = list(parts or [rows])
        if key:
            behind = self._behind(key)
            rows, counted = rows.filter(behind), [one.filter(behind) for one in counted]
        [found] = counts(counted, most=MOST)
        super().__init__(rows, size, after, key, found)
        # Behind a place in the dated part, what has no date is a stretch of its own.
        is_dated = key is not None and key[1] is not None and not self.is_down and self.field.null
        self.ends_dated = is_dated and not self.goes_on
        self.goes_on |= self.ends_dated and whole.filter(**{f"{self.column}__isnull": True}).exists()

    def place_behind(self, row: Any) -> str:
        """The place behind a row; behind the last dated one, the beginning of what has no date."""
        return self._place(None, UUID(int=0)) if self.ends_dated else self._place(getattr(row, self.column), row.id)

    def _behind(self, key: _Key) -> Q:
        _, value, last = key
        way = "lt" if self.is_down else "gt"
        if value is None:
            return Q(**{f"{self.column}__isnull": True, f"id__{way}": last})
        same = Q(**{self.column: value, f"id__{way}": last})
        # The first condition is what an index can begin at.
        return Q(**{f"{self.column}__{way}e": value}) & (Q(**{f"{self.column}__{way}": value}) | same)


class IdPages(Stretch):
    """A stretch of ids, as a search gives them in its order."""

    def place_behind(self, row: Any) -> str:
        """The place behind an id."""
        return self._place(None, row)


def _read(after: str, field: Any = None) -> _Key | None:
    """The place that an address says; None for what is no place."""
    try:
        pages, text, key = after.split("_")
        value = field.to_python(text) if text and field is not None else None
        is_naive = isinstance(value, datetime) and value.tzinfo is None
        if text and (is_naive or not isinstance(value, date)):
            return None
        return int(pages[:6]), value, UUID(key)
    except (ValueError, ValidationError):
        return None


def page_of(
    rows: QuerySet[Any],
    size: int,
    given: Mapping[str, str],
    name: str = "page",
    *,
    parts: Sequence[QuerySet[Any]] | None = None,
) -> BoundedPage:
    """The page that an address asks for: `page`, in the stretch that begins behind `page_after`."""
    return Pages(rows, size, given.get(f"{name}_after", "")[:100], parts).get_page(given.get(name, ""))


def ids_page_of(find: Callable[[UUID | None], Iterable[UUID]], size: int, given: Mapping[str, str]) -> BoundedPage:
    """The same for ids: `find` gives those behind one, or from the start, MOST + 1 at most."""
    after = given.get("page_after", "")[:100]
    key = _read(after)
    ids = list(find(key[2] if key else None))
    return IdPages(ids, size, after, key, len(ids)).get_page(given.get("page", ""))
