"""Rows as they were last read: of a table of ten thousand only those are read again that somebody wrote since."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

Row = TypeVar("Row", bound=Model)
Given = TypeVar("Given")
Value = TypeVar("Value")


@dataclass
class Shelf(Generic[Row]):
    """The rows of one query, by id. What tells that one was written is PostgreSQL's own number of the transaction."""

    kept: dict[UUID, tuple[str, Row]] = field(default_factory=dict)

    def read(self, query: QuerySet[Row]) -> dict[UUID, Row]:
        """The rows that the query finds now; one that nobody wrote is the same object as before."""
        table = query.model._meta.db_table
        written = RawSQL(f'"{table}"."xmin"::text', ())  # noqa: S611  # a name of ours
        now = dict(query.annotate(written=written).values_list("id", "written"))
        stale = [one for one, at in now.items() if one not in self.kept or self.kept[one][0] != at]
        if stale:
            found = query if len(stale) * 2 > len(now) else query.filter(id__in=stale)
            # A row that is written in between bears the older number, and so is read once more.
            fresh = {row.pk: (now[row.pk], row) for row in found if row.pk in now}
        else:
            fresh = {}
        # A stale one that is not found any more was taken away in between.
        held = {one: row for one, row in self.kept.items() if one in now and one not in set(stale)}
        self.kept = {one: row for one in now if (row := fresh.get(one) or held.get(one))}
        return {one: row for one, (_, row) in self.kept.items()}


@dataclass
class Made(Generic[Row, Given, Value]):
    """What was made of a row and something beside it, made again only where either is another."""

    make: Callable[[Row, Given], Value]
    kept: dict[UUID, tuple[Row, Given, Value]] = field(default_factory=dict)

    def of(self, rows: dict[UUID, tuple[Row, Given]]) -> dict[UUID, Value]:
        """By id, in the order of the rows."""
        found: dict[UUID, tuple[Row, Given, Value]] = {}
        for one, (row, given) in rows.items():
            known = self.kept.get(one)
            is_same = known is not None and known[0] is row and known[1] == given
            found[one] = known if known is not None and is_same else (row, given, self.make(row, given))
        self.kept = found
        return {one: value for one, (_, _, value) in found.items()}
