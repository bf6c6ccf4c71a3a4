"""Figures of the law: shipped with their source where one is known, else said by the institution with its source."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import cast
from uuid import UUID

from jumuishi.institutions import public as institutions
from jumuishi.kernel.worktime import Span, Unit
from jumuishi.privacy.models import Figure

NAMES = ("answer", "breach", "finding", "registration", "renew")


@dataclass(frozen=True)
class Known:
    """A figure as it holds: its value (None: nobody has said it yet), unit, source, and whether it is ours."""

    name: str
    value: int | None
    unit: str
    source: str
    checked_on: date | None
    is_ours: bool


@cache
def _shipped() -> dict[str, Known]:
    with Path(__file__).with_name("figures.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["name"]: Known(
                row["name"], int(row["value"]) if row["value"] else None, row["unit"], row["source"],
                date.fromisoformat(row["checked_on"]) if row["checked_on"] else None, False,
            )
            for row in csv.DictReader(lines)
        }  # fmt: skip


def figures_of(institution_id: UUID) -> dict[str, Known]:
    """Every figure as it holds there; what the institution said goes before what was shipped."""
    found = dict(_shipped())
    for row in Figure.objects.filter(institution_id=institution_id):
        if row.name in found:
            found[row.name] = Known(row.name, row.value, found[row.name].unit, row.source, row.checked_on, True)
    return found


def due(institution_id: UUID, name: str, start: datetime) -> datetime | None:
    """When a wait that began then falls due; None while nobody has said the figure."""
    known = figures_of(institution_id)[name]
    if known.value is None:
        return None
    return institutions.working_time(institution_id).add(start, Span(known.value, cast(Unit, known.unit)))
