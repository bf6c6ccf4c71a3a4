"""Members from a sheet: a CSV file with a line of names, in Kiswahili or English. All of it is taken, or nothing."""

import csv
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel.text import LANGUAGES, fold
from jumuishi.meetings.bodies.making import kept
from jumuishi.meetings.bodies.policies import body_thing
from jumuishi.meetings.bodies.seating import member_thing, seat
from jumuishi.meetings.bodies.types import BodyRefusedError, MemberSaid, WrongSheetError
from jumuishi.meetings.orders.shape import ROLES
from jumuishi.meetings.orders.words import role_name

# What a column may be called; the first two names are those of the model that is offered.
COLUMNS = {
    "name": ("jina", "name"),
    "role": ("nafasi", "role"),
    "seat": ("kiti", "seat"),
    "place": ("kata", "ward"),
    "phone": ("simu", "phone"),
    "email": ("barua pepe", "email"),
    "language": ("lugha", "language"),
    "from_on": ("kuanzia", "from"),
    "until_on": ("hadi", "until"),
}
MOST, SIZE = 500, 200_000


@identity.action("meetings.member.import")
def import_members(*, actor: Actor, body_id: UUID, text: str) -> tuple[int, int]:
    """Seat everybody of a sheet; returns how many are new and how many were there. Raises WrongSheetError by line."""
    body = kept(actor, body_id)
    new, there, errors = [], 0, list[tuple[int, str, dict[str, object]]]()
    for line, found in rows_of(text):
        if isinstance(found, BodyRefusedError):
            errors.append((line, found.key, found.given))
            continue
        try:
            row, is_new = seat(actor, body, found)
        except BodyRefusedError as error:
            errors.append((line, error.key, error.given))
        else:
            new += [row] if is_new else []
            there += not is_new
    if errors:
        raise WrongSheetError(errors)
    for row in new:
        identity.record(actor, member_thing(row), after={"name": row.name, "role": row.role, "from_on": row.from_on})
    identity.record(actor, body_thing(body), after={"members": len(new), "were_there": there})
    return len(new), there


def rows_of(text: str) -> Iterator[tuple[int, MemberSaid | BodyRefusedError]]:
    """(line in the file, the member or why it is none). Raises WrongSheetError for what is no such sheet."""
    if len(text) > SIZE:
        raise WrongSheetError([(1, "meetings.sheet_large", {})])
    lines = text.lstrip("\ufeff").splitlines()
    first = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=max(",;\t", key=first.count))
    names = {fold(name): key for key, both in COLUMNS.items() for name in both}
    columns = [names.get(fold(one), "") for one in next(reader, [])]
    missing = [COLUMNS[one][0] for one in ("name", "role", "from_on") if one not in columns]
    if missing:
        raise WrongSheetError([(1, "meetings.sheet_columns", {"columns": ", ".join(missing)})])
    taken = 0
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        taken += 1
        if taken > MOST:
            raise WrongSheetError([(reader.line_num, "meetings.sheet_many", {"most": MOST})])
        values = {key: cell.strip() for key, cell in zip(columns, cells, strict=False) if key}
        try:
            yield reader.line_num, _said(values)
        except BodyRefusedError as error:
            yield reader.line_num, error


def _said(values: dict[str, str]) -> MemberSaid:
    roles = {fold(word): role for role in ROLES for word in (role, *(role_name(role, lang) for lang in LANGUAGES))}
    role = roles.get(fold(values.get("role", "")), "")
    return MemberSaid(
        name=values.get("name", ""), role=role, from_on=_day(values.get("from_on", ""), "from_on") or date.min,
        until_on=_day(values.get("until_on", ""), "until_on", is_needed=False), seat=values.get("seat", ""),
        place=place_code(values.get("place", "")), phone=values.get("phone", ""), email=values.get("email", ""),
        language=values.get("language", "").lower() or "sw",
    )  # fmt: skip


def _day(text: str, field: str, *, is_needed: bool = True) -> date | None:
    if not text and not is_needed:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BodyRefusedError("meetings.bad_day", field) from None


def place_code(text: str) -> str:
    """A ward's code by its code or its name; raises BodyRefusedError where there is none or more than one."""
    wanted = text.strip()
    if not wanted:
        return ""
    if wanted.isdecimal() and institutions.place(wanted) is not None:
        return wanted
    found = [one for one in institutions.search_places(wanted, "ward") if fold(one.name) == fold(wanted)]
    if len(found) != 1:
        raise BodyRefusedError("meetings.bad_place" if not found else "meetings.many_places", "place")
    return found[0].code
