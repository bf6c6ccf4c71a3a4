"""The form of an application as data: which pages and fields are relevant, what is wrong or missing, what it costs.

No door's markup: web, USSD, counter and API each draw it in their own way, from the same answers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from jumuishi.definitions.answers import Refused as Unread
from jumuishi.definitions.answers import answers_data, parse_answer
from jumuishi.definitions.forms.data import answers_from_data
from jumuishi.definitions.forms.scope import EvaluationError, Scope
from jumuishi.definitions.forms.settle import (
    Error,
    asked_fields,
    check_fields,
    names_in,
    read_changes,
    settle,
)
from jumuishi.definitions.machine.acts import Context
from jumuishi.definitions.machine.money import fee_amounts
from jumuishi.definitions.machine.run import scope_of, split_answers
from jumuishi.definitions.model import Field, Package, Page, Text
from jumuishi.definitions.values import Answer

_SILENT = ("note", "calculate")


@dataclass(frozen=True)
class Saved:
    """What came of a page: `keep` is canonical data to store (None clears a field), `errors` what must be mended.

    What could be read is kept even where something else on the page is wrong.
    """

    keep: Mapping[str, Any]
    errors: tuple[Error, ...]


@dataclass(frozen=True)
class Charge:
    """One fee as it stands with these answers; `amount` is None while an answer that it needs is missing."""

    fee: str
    label: Text
    amount: int | None


@dataclass(frozen=True)
class Row:
    """One line of a summary: `text` is what a person reads, empty where nothing was answered."""

    page: str
    field: str
    label: str
    text: str
    awaited: bool = False


@dataclass(frozen=True)
class Form:
    """A package with the answers so far, in order: what is not relevant is null, calculates are computed."""

    package: Package
    scope: Scope
    relevant: frozenset[str]
    # What a door does not ask although it is relevant: it is known from elsewhere, or waits for that.
    hidden: frozenset[str] = frozenset()

    def hiding(self, names: frozenset[str]) -> "Form":
        """The same form with these fields asked by nobody; what is missing is missing all the same."""
        return replace(self, hidden=names)

    @cached_property
    def shown(self) -> tuple[tuple[Page, Field], ...]:
        """Every field that is relevant on its page, in order, as `fields` gives them page by page."""
        return tuple((page, one) for page in self.package.pages for one in self.fields(page))

    def pages(self) -> list[Page]:
        """The pages that ask something now, in order."""
        asking = {page.page for page, one in self.shown if one.type not in _SILENT}
        return [page for page in self.package.pages if page.page in asking]

    def fields(self, page: Page) -> list[Field]:
        """The relevant fields of a page in order: notes too, calculates not, plain groups as their members."""
        return self.named(one.name for one, _ in asked_fields(page.fields))

    def named(self, names: Iterable[str]) -> list[Field]:
        """The relevant ones of these fields, in the order given: a task's, or what an applicant may change."""
        fields = self.scope.fields
        return [fields[name] for name in names if self._is_asked(name, fields[name])]

    def _is_asked(self, name: str, one: Field) -> bool:
        return name in self.relevant and name not in self.hidden and one.type != "calculate"

    def choices(self, one: Field, item: tuple[str, Mapping[str, Answer | None]] | None = None) -> list[str]:
        """The keys that a select offers now; for a group's member, in that item."""
        scope = self.scope if item is None else self.scope.with_item(*item)
        return [key for key, choice in one.choices.items() if scope.holds(choice.relevant)]

    def data(self) -> dict[str, Any]:
        """The answers as canonical JSON data, as they would be submitted; calculates are left out."""
        return split_answers(self.package, self.scope.answers)[0]

    def prefilled(self, fields: Iterable[Field]) -> dict[str, Any]:
        """Data of these fields as a page first shows them: the answer, else the author's default."""
        data, found = self.data(), {}
        for one in fields:
            value: Any = data.get(one.name)
            if value is None and one.default is not None:
                read = parse_answer(one, one.default)
                value = None if isinstance(read, Unread) else answers_data(self.package, {one.name: read}).get(one.name)
            found[one.name] = value
        return found


def form_of(package: Package, data: Mapping[str, Any], context: Context) -> Form:
    """The form with these answers (canonical data); raises ValueError or KeyError for data that are no answers.

    A required field that the author gave a default counts as answered with it, as it does on submission.
    """
    scope, relevant = settle(package, scope_of(package, answers_from_data(package, data), context))
    return Form(package, scope, relevant)


def read_page(form: Form, page: Page, raw: Mapping[str, Any], door: str) -> Saved:
    """Read what was typed on a page; names that the page does not have are left alone."""
    return read_fields(form, [one for one, _ in asked_fields(page.fields)], raw, door)


def read_fields(form: Form, fields: Iterable[Field], raw: Mapping[str, Any], door: str) -> Saved:
    """Read what was typed for these fields, and check them all as they then stand.

    `raw` holds texts, lists of texts, FileAnswers or canonical data by name; a name that is absent keeps its answer.
    A field that becomes relevant by what was typed, and is required, is an error: it has to be shown now.
    """
    by_name = {one.name: one for one in fields}
    read, errors = read_changes(by_name, {name: value for name, value in raw.items() if name in by_name})
    scope, relevant = settle(form.package, form.scope.with_answers(read), set(read))
    among = {name for name in by_name if name in relevant}
    # A constraint of an earlier page may hang on what was typed here.
    among |= {name for name in relevant if _hangs_on(form, name, read)}
    faults, _ = check_fields(form.package, scope, relevant, among, door)
    unreadable = {one.field for one in errors}
    errors += [one for one in faults if one.field not in unreadable]
    kept = answers_data(form.package, read)
    return Saved({name: kept.get(name) for name in read}, tuple(errors))


def _hangs_on(form: Form, name: str, read: Collection[str]) -> bool:
    one = form.scope.fields[name]
    return (
        one.constraint is not None
        and form.scope.answers.get(name) is not None
        and bool(names_in(one.constraint) & (set(read) - {name}))
    )


def missing(form: Form, door: str) -> tuple[tuple[Error, ...], tuple[str, ...]]:
    """What stands in the way of submitting through a door, and which fields will be awaited at a counter."""
    names = {one.name for page in form.package.pages for one, _ in asked_fields(page.fields)}
    errors, awaited = check_fields(form.package, form.scope, form.relevant, names, door)
    return tuple(errors), awaited


def charges(form: Form) -> list[Charge]:
    """The fees that apply, or may, with the answers so far."""
    found: list[Charge] = []
    for name, fee in form.package.fees.items():
        try:
            amounts = fee_amounts(form.package, form.scope, [name])
        except EvaluationError:
            found.append(Charge(name, fee.label, None))
            continue
        found += [Charge(name, fee.label, amount) for amount in amounts.values()]
    return found


def summary(form: Form, language: str, door: str) -> list[Row]:
    """All that was asked on the pages, with labels and choices in a language; dates and figures as canonical text."""
    _, awaited = missing(form, door)
    found: list[Row] = []
    for page in form.pages():
        for one in form.fields(page):
            if one.type == "note":
                continue
            label = one.label.in_language(language) if one.label else one.name
            text = answer_text(form.scope, one, form.scope.answers.get(one.name), language)
            found.append(Row(page.page, one.name, label, text, one.name in awaited))
    return found


def answer_text(scope: Scope, one: Field, value: Any, language: str) -> str:
    """One answer as a person reads it; empty for none."""
    if value is None or value == ():
        return ""
    if one.type == "select_one":
        return one.choices[value].label.in_language(language) if value in one.choices else str(value)
    if one.type == "select_multiple":
        return ", ".join(one.choices[key].label.in_language(language) for key in value if key in one.choices)
    if one.type == "yes_no":
        return {"sw": ("Hapana", "Ndiyo")}.get(language, ("No", "Yes"))[value]
    if one.type == "place":
        place = scope.places(value)
        return place.name if place is not None else str(value)
    if one.type == "file":
        return str(value.name)
    if one.type == "group":
        lines = (
            ", ".join(
                filter(None, (answer_text(scope, member, item.get(member.name), language) for member in one.fields))
            )
            for item in value
        )
        return "; ".join(lines)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
