"""Tables that an installation brings itself: places that the postal list lacks, and which council a ward belongs to.

A postal district is not a council, and the postal list holds the mainland only; so both are data with a source. All
lines of a table are checked before any is kept, and the same table twice changes nothing.
"""

import csv
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from django.db import transaction

from jumuishi.institutions.models import Institution, Place, WardCouncil
from jumuishi.kernel import tenancy
from jumuishi.kernel.text import fold

LEVELS = ("region", "district", "ward", "village")
PLACE_COLUMNS = ("code", "name", "level", "region", "district", "ward")
COUNCIL_COLUMNS = ("ward", "institution")
Row = dict[str, str]


class TableError(ValueError):
    """Nothing was kept; `faults` says why, as "file:line: what to do"."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


def _read(path: Path, columns: tuple[str, ...]) -> list[Row]:
    """The lines of a CSV by column, trimmed; raises TableError for a file that is no such table."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if missing := [one for one in columns if one not in (reader.fieldnames or ())]:
                raise TableError([f"{path.name}:1: the first line names the columns; missing: {', '.join(missing)}"])
            return [{key: (row.get(key) or "").strip() for key in columns} for row in reader]
    except UnicodeDecodeError as error:
        raise TableError([f"{path.name}: is not UTF-8 text (byte {error.start}): save it as CSV UTF-8"]) from error


def _check(path: Path, rows: list[Row], key: tuple[str, ...], fault_of: Callable[[Row], str]) -> None:
    """Raise TableError with every line's fault; a line that says again what another said is one."""
    faults: list[str] = []
    first: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, 2):
        mine = tuple(row[one] for one in key)
        fault = fault_of(row)
        if not fault and mine in first:
            fault = f"{' '.join(mine)} is there already, at line {first[mine]}"
        if fault:
            faults.append(f"{path.name}:{number}: {fault}")
        first.setdefault(mine, number)
    if faults:
        raise TableError(faults)


def _place_fault(row: Row) -> str:
    if not row["code"] or len(row["code"]) > 12:
        return "code is needed, at most 12 characters"
    if not row["name"]:
        return "name is needed"
    if row["level"] not in LEVELS:
        return f"level {row['level'] or '(empty)'} is none of {', '.join(LEVELS)}"
    long = [key for key in ("name", "region", "district", "ward") if len(row[key]) > 80]
    return f"{long[0]} is longer than 80 characters" if long else ""


def import_places(path: Path, *, source: str, checked_on: date) -> int:
    """Add or correct places from a CSV (code,name,level,region,district,ward); returns the rows. Raises TableError."""
    rows = _read(path, PLACE_COLUMNS)
    _check(path, rows, ("code",), _place_fault)
    places = [
        Place(
            **row, source=source[:120], checked_on=checked_on,
            search=fold(" ".join([row["name"], row["region"], row["district"], row["ward"]]))[:200],
        )
        for row in rows
    ]  # fmt: skip
    changed = ["name", "level", "region", "district", "ward", "search", "source", "checked_on"]
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        Place.objects.bulk_create(
            places, batch_size=2000, update_conflicts=True, unique_fields=["code"], update_fields=changed
        )
    return len(rows)


def import_ward_councils(path: Path, *, source: str, checked_on: date) -> int:
    """Which council each ward belongs to, from a CSV: ward (its code), institution (its short name or id).

    Returns the rows. Raises TableError for a ward or a council that is not there.
    """
    rows = _read(path, COUNCIL_COLUMNS)
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        wards = set(Place.objects.filter(level="ward").values_list("code", flat=True))
        councils: dict[str, UUID] = {}
        for one in Institution.objects.filter(kind="council", state=Institution.State.APPROVED):
            councils |= {one.slug: one.id, str(one.id): one.id}

        def fault_of(row: Row) -> str:
            if row["ward"] not in wards:
                return f"there is no ward of code {row['ward'] or '(empty)'}"
            known = row["institution"] in councils
            return "" if known else f"there is no approved council called {row['institution'] or '(empty)'}"

        _check(path, rows, COUNCIL_COLUMNS, fault_of)
        for row in rows:
            WardCouncil.objects.update_or_create(
                place_code=row["ward"],
                institution_id=councils[row["institution"]],
                defaults={"source": source[:120], "checked_on": checked_on},
            )
    return len(rows)


def councils_of_ward(place_code: str) -> list[UUID]:
    """The councils that a ward belongs to, as far as the table says; none is unknown, not nobody."""
    rows = WardCouncil.objects.filter(place_code=place_code).order_by("institution_id")
    return list(rows.values_list("institution_id", flat=True))
