"""What a list of cases may hold when it is taken out: facts of the case and its tasks, and a service's answers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jumuishi.cases.form import SILENT, flat
from jumuishi.cases.models import Case, Task
from jumuishi.cases.wording import words
from jumuishi.definitions.types import Field, Package
from jumuishi.kernel.numbers import group
from jumuishi.kernel.text import t

# Those that say who the applicant is: whoever takes them out is seen to have looked at each case.
PERSONAL = ("title", "phone")


@dataclass(frozen=True)
class Line:
    """A case with its open tasks, and the names of its institution's people."""

    case: Case
    tasks: tuple[Task, ...]
    names: Mapping[UUID | None, str]
    lang: str


def _owners(line: Line) -> str:
    nobody = t("cases.nobody", line.lang)
    return "; ".join(line.names.get(one.assignee_id, nobody) for one in line.tasks)


def _due(line: Line) -> object:
    return min((one.due_at for one in line.tasks if one.due_at is not None), default=None)


def _state(line: Line) -> str:
    case = line.case
    return t(f"cases.outcome_{case.outcome}" if case.outcome else f"cases.waits_{case.waits or 'nobody'}", line.lang)


COLUMNS: dict[str, Callable[[Line], object]] = {
    "reference": lambda line: group(line.case.reference),
    "service": lambda line: line.case.service_name[line.lang],
    "stage": lambda line: line.case.stage_name[line.lang],
    "state": _state,
    "submitted": lambda line: line.case.submitted_at,
    "promise": lambda line: line.case.promise_due_at,
    "ended": lambda line: line.case.ended_at,
    "door": lambda line: t(f"cases.door_{line.case.door}", line.lang),
    "owner": _owners,
    "due": _due,
    "late_reason": lambda line: "; ".join(filter(None, (one.late_reason for one in line.tasks))),
    "title": lambda line: line.case.title,
    "phone": lambda line: line.case.phone,
}


def fields_of(packages: Iterable[Package]) -> dict[str, Field]:
    """The questions of a service over its editions: as the first one given asks them, then what others had."""
    found: dict[str, Field] = {}
    for package in packages:
        asked = [field for page in package.pages for field in flat(page.fields)]
        members = {member.name for field in package.all_fields().values() for member in field.fields}
        later = [field for name, field in package.all_fields().items() if name not in members]
        for field in [*asked, *later]:
            if field.type not in SILENT and not (field.type == "group" and field.repeat is None):
                found.setdefault(field.name, field)
    return found


def answer(field: Field, value: Any, lang: str) -> object:
    """One answer as a sheet has it: numbers and days as such, all else in words."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if field.type == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return words(field, value, lang)


def title(column: str, lang: str) -> str:
    """What a column of facts is called."""
    return t(f"cases.column_{column}", lang)


def label(field: Field, lang: str) -> str:
    """What a column of answers is called."""
    return field.label[lang] if field.label is not None else field.name
