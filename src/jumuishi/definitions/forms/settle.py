"""Answers brought into order: what is not relevant is null, what is calculated is computed and fixed, faults by field.

Shared by the pages of an application, the officers' fields of a task, and what an applicant changes later.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from jumuishi.definitions.answers import Refused as Unread
from jumuishi.definitions.answers import parse_answer
from jumuishi.definitions.forms.data import lift
from jumuishi.definitions.forms.scope import EvaluationError, Scope
from jumuishi.definitions.model import ApplicantStage, Expression, Field, Package, Page, TaskStage, Text
from jumuishi.definitions.values import Answer

_NOT_ASKED = ("note", "calculate")
_WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Error:
    """Why an answer can't stay. `path` is the field's name, or group, item index, member.

    Codes: those of answers.Refused, required, constraint (`message` is then the author's text, where there is one),
    choice (no longer offered), min_items, max_items, not_asked.
    """

    path: tuple[str | int, ...]
    code: str
    message: Text | None = None

    @property
    def field(self) -> str:
        """The name of the field that the message stands at."""
        return str(self.path[0])


def asked_fields(fields: Collection[Field]) -> Iterator[tuple[Field, tuple[Expression, ...]]]:
    """Fields as they are asked, members of plain groups in their group's place, each with what encloses it."""
    for one in fields:
        if one.type == "group" and one.repeat is None:
            around = () if one.relevant is None else (one.relevant,)
            for member, outer in asked_fields(one.fields):
                yield member, (*around, *outer)
        else:
            yield one, ()


def _conditions(page: Page | None, one: Field, around: tuple[Expression, ...]) -> Iterator[Expression]:
    if page is not None and page.relevant is not None:
        yield page.relevant
    yield from around
    if one.relevant is not None:
        yield one.relevant


def page_questions(package: Package) -> Iterator[tuple[Field, tuple[Expression, ...]]]:
    """The fields of the pages alone, likewise (see all_asked)."""
    for page in package.pages:
        for one, around in asked_fields(page.fields):
            yield one, tuple(_conditions(page, one, around))


def stage_questions(package: Package, stage: str) -> Iterator[tuple[Field, tuple[Expression, ...]]]:
    """The fields that a stage itself asks, likewise; none where it asks nothing or there is no such stage."""
    asking = package.stages.get(stage)
    if isinstance(asking, TaskStage | ApplicantStage):
        own = [entry for entry in asking.fields if isinstance(entry, Field)]
        for one, around in asked_fields(own):
            yield one, tuple(_conditions(None, one, around))


def all_asked(package: Package) -> Iterator[tuple[Field, tuple[Expression, ...]]]:
    """Every field outside repeat groups in order of asking, with all conditions that must hold for it."""
    yield from page_questions(package)
    for stage in package.stages:
        yield from stage_questions(package, stage)


def names_in(expression: Expression) -> set[str]:
    """The words of an expression outside its strings: a superset of the fields it reads."""
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", " ", expression.source)
    return set(_WORD.findall(bare))


def settle(package: Package, scope: Scope, changed: Collection[str] | None = None) -> tuple[Scope, frozenset[str]]:
    """The answers in order, and the names of the fields that are relevant; required defaults are filled in.

    A calculate keeps its value unless it has none yet or an answer it reads is among `changed` (None: all are computed
    anew); it is in order of asking, so that one calculation may read another's.
    """
    moved = None if changed is None else set(changed)
    relevant: set[str] = set()
    for one, conditions in all_asked(package):
        before = scope.answers.get(one.name)
        if not all(scope.holds(condition) for condition in conditions):
            value: Answer | None = None
        else:
            relevant.add(one.name)
            if one.type == "calculate" and one.calculation is not None:
                stale = moved is None or before is None or bool(names_in(one.calculation) & moved)
                value = calculate(one, scope) if stale else before
            elif one.type == "group":
                value = _settled_items(one, scope, before)
            else:
                value = before if before is not None else _usual(one)
        if value != before:
            scope = scope.with_answer(one.name, value)
            if moved is not None:
                moved.add(one.name)
    return scope, frozenset(relevant)


def calculate(one: Field, scope: Scope) -> Answer | None:
    """The value of a calculate; null while an answer that it needs is not there."""
    if one.calculation is None:
        return None
    try:
        value = scope.value(one.calculation)
    except EvaluationError:
        return None
    return tuple(value) if isinstance(value, list) else cast("Answer | None", value)


def _usual(one: Field) -> Answer | None:
    """A required field that says nothing has the author's default, through doors that show no form too."""
    if not one.required or one.default is None:
        return None
    value = parse_answer(one, one.default)
    return None if isinstance(value, Unread) else value


def _settled_items(group: Field, scope: Scope, items: Any) -> Answer | None:
    if not items:
        return None
    settled: list[Mapping[str, Answer | None]] = []
    for item in items:
        inner = scope.with_item(group.name, dict(item))
        kept: dict[str, Answer | None] = {}
        for member, around in asked_fields(group.fields):
            shown = all(inner.holds(one) for one in _conditions(None, member, around))
            value: Answer | None = dict(item).get(member.name) if shown else None
            if shown and member.type == "calculate" and member.calculation is not None:
                value = calculate(member, inner)
            kept[member.name] = value
            inner = inner.with_item(group.name, {**dict(item), **kept})
        settled.append(kept)
    return tuple(settled)


def read_changes(
    fields: Mapping[str, Field], changes: Mapping[str, Any]
) -> tuple[dict[str, Answer | None], list[Error]]:
    """Answers as typed or as canonical data, read by their fields' types; a name that is not asked is an error."""
    read: dict[str, Answer | None] = {}
    errors: list[Error] = []
    for name, raw in changes.items():
        one = fields.get(name)
        if one is None or one.type in _NOT_ASKED:
            errors.append(Error((name,), "not_asked"))
            continue
        value = parse_answer(one, lift(one, raw))
        if isinstance(value, Unread):
            errors.append(Error((name, *value.path), value.code))
        else:
            read[name] = value
    return read, errors


def check_field(one: Field, scope: Scope, excused: bool = False) -> list[Error]:
    """Faults of one relevant field's answer; `excused`: it may be missing, since it is awaited at a counter."""
    if one.type in _NOT_ASKED:
        return []
    value: Any = scope.answers.get(one.name)
    if one.type == "group" and one.repeat is not None:
        return _check_items(one, scope, value or (), excused)
    return _check_value((one.name,), one, scope, value, excused)


def _check_value(path: tuple[str | int, ...], one: Field, scope: Scope, value: Any, excused: bool) -> list[Error]:
    if value is None or value == ():
        return [Error(path, "required")] if one.required and not excused else []
    if one.type == "place":
        found = scope.places(value)
        if found is None or (one.level is not None and found.level not in ("", one.level)):
            return [Error(path, "place")]
    chosen = value if one.type == "select_multiple" else (value,) if one.type == "select_one" else ()
    for key in chosen:
        offered = one.choices.get(key)
        if offered is None or not scope.holds(offered.relevant):
            return [Error(path, "choice")]
    if one.constraint is not None and not scope.holds(one.constraint):
        return [Error(path, "constraint", one.constraint_message)]
    return []


def _check_items(group: Field, scope: Scope, items: Any, excused: bool) -> list[Error]:
    if excused and not items:
        # All of it is brought to the counter: there is nothing yet that a constraint could be asked of.
        return []
    repeat = group.repeat
    least = repeat.min if repeat is not None else 0
    if group.required:
        least = max(least, 1)
    if len(items) < least:
        return [Error((group.name,), "min_items")]
    if repeat is not None and repeat.max is not None and len(items) > repeat.max:
        return [Error((group.name,), "max_items")]
    errors: list[Error] = []
    for number, item in enumerate(items):
        inner = scope.with_item(group.name, item)
        for member, around in asked_fields(group.fields):
            if member.type not in _NOT_ASKED and all(inner.holds(c) for c in _conditions(None, member, around)):
                path = (group.name, number, member.name)
                errors += _check_value(path, member, inner, item.get(member.name), False)
    if not errors and group.constraint is not None and not scope.holds(group.constraint):
        errors.append(Error((group.name,), "constraint", group.constraint_message))
    return errors


def check_fields(
    package: Package, scope: Scope, relevant: Collection[str], among: Collection[str], door: str | None = None
) -> tuple[list[Error], tuple[str, ...]]:
    """Faults of the relevant fields `among`, and those awaited at a counter since `door` can't carry them."""
    errors: list[Error] = []
    awaited: list[str] = []
    for one, _ in all_asked(package):
        if one.name not in among or one.name not in relevant:
            continue
        excused = door is not None and one.doors.get(door) == "at_counter"
        demanded = one.required or (one.repeat is not None and one.repeat.min > 0)
        if excused and demanded and scope.answers.get(one.name) in (None, ()):
            awaited.append(one.name)
        errors += check_field(one, scope, excused)
    return errors, tuple(awaited)
