"""A draft's form at one moment: which pages and questions are asked, and what is wrong with an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jumuishi.cases import engine
from jumuishi.definitions import forms_public as definitions
from jumuishi.definitions.types import Error, Field, Package, Page, Scope
from jumuishi.kernel import clock

SILENT = ("note", "calculate")


@dataclass(frozen=True)
class Form:
    """The answers so far, in order, and the names of the questions that they make relevant."""

    package: Package
    scope: Scope
    shown: frozenset[str]

    def pages(self) -> list[Page]:
        """The pages with something to ask, in order."""
        return [page for page in self.package.pages if any(f.name in self.shown for f in asked(page))]

    def fields(self, page: Page) -> list[Field]:
        """The questions and notes of a page that are relevant now."""
        return [field for field in flat(page.fields) if field.name in self.shown]

    def choices(self, field: Field) -> list[str]:
        """The choices of a select that are offered now."""
        return [key for key, choice in field.choices.items() if self.scope.holds(choice.relevant)]

    def data(self) -> dict[str, Any]:
        """The answers as canonical JSON data."""
        return definitions.split_answers(self.package, self.scope.answers)[0]


def flat(fields: Iterable[Field]) -> Iterable[Field]:
    """Fields as asked: members of plain groups in their group's place."""
    for field in fields:
        if field.type == "group" and field.repeat is None:
            yield from flat(field.fields)
        else:
            yield field


def asked(page: Page) -> list[Field]:
    """The questions of a page, notes and calculations left out."""
    return [field for field in flat(page.fields) if field.type not in SILENT]


def form_of(frame: engine.Frame, answers: Mapping[str, Any]) -> Form:
    """The form for answers kept as canonical data."""
    package = frame.edition.package
    context = engine.context(frame, now=clock.now(), actor=None)
    scope = definitions.scope_of(package, definitions.answers_from_data(package, answers), context)
    settled, shown = definitions.settle(package, scope)
    return Form(package, settled, shown)


@dataclass(frozen=True)
class Saved:
    """A page read: the canonical data to keep (None clears), what is wrong, and the form as it is now."""

    keep: Mapping[str, Any]
    errors: list[Error]
    form: Form


def read_page(frame: engine.Frame, form: Form, page: Page, raw: Mapping[str, Any], *, door: str, later: Iterable[str] = ()) -> Saved:
    """Take a page's raw answers in. What could be read is kept even where something else is wrong: nothing is lost.

    `later` names files that the person will bring to a counter.
    """
    package = form.package
    fields = {field.name: field for field in asked(page)}
    read, errors = definitions.read_changes(fields, {name: value for name, value in raw.items() if name in fields})
    scope, shown = definitions.settle(package, form.scope.with_answers(read), set(read))
    among = [name for name in fields if name not in {error.field for error in errors}]
    faults, _ = definitions.check_fields(package, scope, shown, among, door)
    waived = set(later)
    errors += [f for f in faults if not (f.code == "required" and f.field in waived)]
    now = Form(package, scope, shown)
    data = now.data()
    keep = {name: data.get(name) for name in fields}
    del frame
    return Saved(keep, errors, now)


def missing(form: Form, door: str) -> tuple[list[Error], tuple[str, ...]]:
    """What stands against submitting, over all pages; and the fields that are awaited at a counter."""
    names = [field.name for page in form.package.pages for field in asked(page)]
    return definitions.check_fields(form.package, form.scope, form.shown, names, door)


def fees(frame: engine.Frame, form: Form) -> list[tuple[dict[str, str], int]]:
    """The fees as these answers make them: label and amount of each that applies and is over nothing."""
    del frame
    amounts = definitions.fee_amounts(form.package, form.scope, form.package.fees)
    return [(dict(form.package.fees[name].label), amount) for name, amount in amounts.items()]
