"""A draft's form at one moment, under the frame it was begun in."""

from collections.abc import Iterable, Mapping
from typing import Any

from jumuishi.cases import engine
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import ApplicantStage, Field, Form, Package, Page
from jumuishi.kernel import clock

SILENT = ("note", "calculate")


def flat(fields: Iterable[Field]) -> Iterable[Field]:
    """Fields as asked: members of plain groups in their group's place."""
    for field in fields:
        if field.type == "group" and field.repeat is None:
            yield from flat(field.fields)
        else:
            yield field


def asked(page: Page) -> list[Field]:
    """The questions of a page, notes and calculations left out."""
    return asked_of(page.fields)


def asked_of(fields: Iterable[Field]) -> list[Field]:
    """The questions among fields."""
    return [field for field in flat(fields) if field.type not in SILENT]


def form_of(frame: engine.Frame, answers: Mapping[str, Any]) -> Form:
    """The form for answers kept as canonical data."""
    return forms.form_of(frame.edition.package, answers, engine.context(frame, now=clock.now(), actor=None))


def wanted(package: Package, stage: str) -> dict[str, Field]:
    """The questions that the office asks the applicant at a stage; none at a stage of another kind."""
    found = package.stages.get(stage)
    fields = package.all_fields()
    asked_now = found.fields if isinstance(found, ApplicantStage) else ()
    return {one.name: one for one in (fields[it] if isinstance(it, str) else it for it in asked_now)}
