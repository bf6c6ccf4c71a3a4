"""Copies of played cases, with names, numbers and dates of their own, written in bulk past the application's verbs.

Journal rows are there for the pages that tell a case's history; no leaf of the log stands behind a copy.
"""

import hashlib
import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from jumuishi.project.generate.country import Home
from jumuishi.project.generate.harvest import BODY, SALT, Mould
from jumuishi.project.generate.people import FIRST, LAST, reference, uuid_at

BATCH = 2000
YEARS = 6
_WEEK = timedelta(days=7)
_PERSON = ("id", "name", "phone", "language", "same_as_id", "created_at")


class Copier:
    """Prints copies into COPY's text, a batch at a time, and writes each batch in a transaction."""

    def __init__(self, rng: random.Random, columns: dict[str, list[str]]) -> None:
        self.rng = rng
        self.columns = {"identity_person": list(_PERSON), **columns}
        self.lines: dict[str, list[str]] = {table: [] for table in self.columns}
        self.applicant = ("", "", "")
        self.shared: dict[tuple[int, UUID], list[tuple[int, str]]] = {}

    def add(self, mould: Mould, home: Home, now: datetime) -> None:
        """One copy of a case at an institution; ended ones lie up to six years back, fewer the further back."""
        rng = self.rng
        back = _WEEK * int(rng.random() ** 1.5 * 52 * YEARS) if mould.is_ended else timedelta(0)
        by = timedelta(seconds=rng.randrange(7200)) - back
        values: list[Any] = list(mould.slots.names)
        mould.slots.moved(values, by)
        at = now + by
        person, first, last = self._person(at)
        digits = f"700{rng.randrange(10**6):06d}"
        values[0:11] = [
            reference(rng, settings.NODE), "", first, last, first.lower(), last.lower(),
            f"19000101{rng.randrange(10**12):012d}", f"+255{digits}", f"255{digits}", digits, f"0{digits}",
        ]  # fmt: skip
        for number in mould.fresh:
            values[number] = uuid_at(rng, at)
        values[mould.applicant] = person
        for number, ours in self._shared(mould, home):
            values[number] = ours
        values[1] = hashlib.sha256(mould.answers.fill(values).encode()).hexdigest()
        for table, pattern in mould.rows.items():
            self.lines[table].append(pattern.fill(values))
        for row, body in mould.journal:
            said = (
                row.fill(values)
                .replace(BODY, _bytes(body.fill(values).encode()), 1)
                .replace(SALT, _bytes(os.urandom(16)), 1)
            )
            self.lines["evidence_journal"].append(said)

    def _shared(self, mould: Mould, home: Home) -> list[tuple[int, str]]:
        """The institution's own ids in the places of its model's."""
        key = (id(mould), home.id)
        if key not in self.shared:
            self.shared[key] = [(number, str(home.instead.get(one, one))) for number, one in mould.shared]
        return self.shared[key]

    def _person(self, at: datetime) -> tuple[str, str, str]:
        """Somebody who applies; one in three has applied before."""
        if self.applicant[0] and self.rng.random() < 1 / 3:
            return self.applicant
        first, last = self.rng.choice(FIRST), self.rng.choice(LAST)
        one = uuid_at(self.rng, at)
        row = f"{one}\t{first} {last}\t\tsw\t\\N\t{at.isoformat()}\n"
        self.lines["identity_person"].append(row)
        self.applicant = (one, first, last)
        return one, first, last

    def write(self) -> None:
        """All that was printed, in one transaction: COPY into a table of our own, then through the row policies."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table, names in self.columns.items():
                if not self.lines[table]:
                    continue
                listed = ", ".join(f'"{one}"' for one in names)
                cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS new_{table} (LIKE {table}) ON COMMIT DELETE ROWS")
                cursor.execute(f"ALTER TABLE new_{table} ALTER COLUMN id DROP NOT NULL")
                with cursor.cursor.copy(f"COPY new_{table} ({listed}) FROM STDIN") as copy:
                    copy.write("".join(self.lines[table]))
                once = "DISTINCT " if table == "cases_find" else ""  # a name may be one of the case's other words too
                cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {once}{listed} FROM new_{table}")  # noqa: S608  # our names
                self.lines[table].clear()


def sizes(count: int, homes: int) -> list[int]:
    """How many cases each institution has: the first the most, the n-th an n-th of that, as cities and towns have."""
    shares = [1 / (n + 1) for n in range(homes)]
    whole = [int(count * one / sum(shares)) for one in shares]
    whole[0] += count - sum(whole)
    return whole


def plan(
    rng: random.Random, moulds: list[Mould], homes: list[Home], count: int, open_share: float
) -> Iterator[tuple[Mould, Home]]:
    """Which case is copied to which institution, mixed."""
    by_model: dict[tuple[UUID, bool], list[Mould]] = {}
    for one in moulds:
        by_model.setdefault((one.model, one.is_ended), []).append(one)
    # Where no story could be played (a service of another's making), there is nothing to copy.
    fit = [one for one in homes if any((one.model, ended) in by_model for ended in (True, False))]
    for home in rng.choices(fit, weights=sizes(10**6, len(fit)), k=count):
        is_ended = rng.random() >= open_share
        yield rng.choice(by_model.get((home.model, is_ended)) or by_model[home.model, not is_ended]), home


def _bytes(raw: bytes) -> str:
    """Bytes as COPY reads them."""
    return f"\\\\x{raw.hex()}"
