"""A model of the solver's as answers that a person could give, and their replay on the real forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import z3

from jumuishi.definitions.forms.scope import Scope
from jumuishi.definitions.forms.settle import Error, asked_fields, check_fields, settle
from jumuishi.definitions.machine.acts import any_place
from jumuishi.definitions.model import Field, Package
from jumuishi.definitions.solve.calendar import EPOCH
from jumuishi.definitions.solve.calls import ZONE
from jumuishi.definitions.solve.logic import Formula
from jumuishi.definitions.solve.moment import Moment, Shared
from jumuishi.definitions.solve.terms import Term
from jumuishi.definitions.solve.variables import PLACE_PARTS, members_of
from jumuishi.definitions.values import Answer, FileAnswer, Place


@dataclass(frozen=True)
class Seen:
    """The answers at one moment, places as their codes; what is not answered is absent."""

    now: datetime
    answers: Mapping[str, Answer | None]


@dataclass(frozen=True)
class Example:
    """Concrete answers: an institution's settings, the door applied through, and the moments one after the other."""

    settings: Mapping[str, Any]
    door: str
    moments: tuple[Seen, ...]
    places: Mapping[str, Place] = field(default_factory=dict)

    def scope(self, package: Package, at: int = 0) -> Scope:
        """What an expression really sees at one of the moments, answers brought into order as the forms do."""
        seen = self.moments[at]
        scope = Scope(
            package, dict(seen.answers), self.settings, seen.now, str(ZONE), self.place, fields=package.all_fields()
        )  # fmt: skip
        return settle(package, scope)[0] if at == 0 else scope

    def place(self, code: str) -> Place:
        """The place of a code."""
        return self.places.get(code) or any_place(code)

    def errors(self, package: Package) -> list[Error]:
        """What the real form has against the application."""
        scope = self.scope(package)
        _, relevant = settle(package, scope)
        names = {one.name for page in package.pages for one, _ in asked_fields(page.fields)}
        return check_fields(package, scope, relevant, names, self.door)[0]


class Reader:
    """Reads one model."""

    def __init__(self, shared: Shared, model: Any, said: dict[tuple[int, int, str], str]) -> None:
        self.shared = shared
        self.model = model
        self.said = said
        self.places: dict[str, Place] = {}

    def example(self, moments: list[Moment]) -> Example:
        """The answers at these moments, of all fields on the pages and those that a moment's own variables have."""
        package = self.shared.layout.package
        settings = {}
        for name, one in package.settings.items():
            if one.type == "institution":
                settings[name] = name
            elif (term := self.shared.settings.get(f"setting.{name}")) is not None:
                settings[name] = self._value(Field(name, one.type), term)
        doors = package.doors or ("web",)
        door = doors[self._int(self.shared.door) % len(doors)]
        seen = tuple(self._seen(one) for one in moments)
        return Example(settings, door, seen, self.places)

    def _seen(self, moment: Moment) -> Seen:
        day = self._day(moment.day)
        now = datetime.combine(day, time(), ZONE) + timedelta(seconds=self._int(moment.second))
        answers = {}
        for name, one in self.shared.layout.questions.items():
            if one.field.type in ("note", "calculate") or not moment.has(name):
                continue
            found = self._value(one.field, moment.term(name))
            if found is not None:
                answers[name] = found
        return Seen(now, answers)

    def _value(self, one: Field, term: Term) -> Any:
        if self._true(term.null):
            return None
        kind = one.type
        if kind in ("integer", "money"):
            return self._int(term.value)
        if kind == "decimal":
            found = self.model.eval(term.value, model_completion=True)
            if not z3.is_rational_value(found):
                found = found.approx(20)
            return float(found.as_fraction())
        if kind == "yes_no":
            return self._true(term.value)
        if kind == "date":
            return self._day(term.days)
        if kind == "time":
            return f"{self._int(term.minutes) // 60:02d}:{self._int(term.minutes) % 60:02d}"
        if kind == "file":
            suffix = one.accept[0] if one.accept else "pdf"
            media = {"pdf": "application/pdf", "png": "image/png"}.get(suffix, "image/jpeg")
            return FileAnswer(f"sample.{suffix}", 1024, "0" * 64, media)
        if kind == "place":
            parts = {part: self._text(term.parts[part].value, "place" if part == "code" else "text")
                     for part in PLACE_PARTS}  # fmt: skip
            self.places[parts["code"]] = Place(**{**parts, "level": one.level or parts["level"]})
            return parts["code"]
        if kind == "select_multiple":
            chosen = [slot.present for slot in term.items.slots]
            return tuple(key for key, there in zip(one.choices, chosen, strict=True) if self._true(there)) or None
        if kind == "group":
            return self._items(one, term)
        return self._text(term.value, kind)

    def _items(self, group: Field, term: Term) -> Any:
        items = []
        for slot in term.items.slots:
            if not self._true(slot.present):
                continue
            item = {}
            for member in members_of(group):
                if member.type not in ("note", "calculate"):
                    found = self._value(member, slot.item.parts[member.name])
                    if found is not None:
                        item[member.name] = found
            items.append(item)
        while items and len(items) < self._int(term.items.size) <= 100:
            items.append(dict(items[-1]))
        return tuple(items) or None

    def _text(self, number: Formula, kind: str) -> str:
        code = self._int(number)
        length = self._int(self.shared.encoder.texts.length(number))
        known = self.shared.encoder.texts.text_of.get(code)
        if known is not None and len(known) == length:
            return known
        if (code, length, kind) not in self.said:
            self.said[code, length, kind] = _sample(kind, length, len(self.said) + 1)
        return self.said[code, length, kind]

    def _day(self, days: Formula) -> date:
        return date.fromordinal(EPOCH.toordinal() + self._int(days))

    def _int(self, formula: Formula) -> int:
        return int(self.model.eval(formula, model_completion=True).as_long())

    def _true(self, formula: Formula) -> bool:
        return bool(z3.is_true(self.model.eval(formula, model_completion=True)))


def _sample(kind: str, length: int, number: int) -> str:
    """A made-up answer of that length, another for each number; no person has such a number."""
    if kind == "national_id":
        return f"19000101-{number // 100_000 % 100_000:05d}-{number % 100_000:05d}-01"
    if kind == "tax_id":
        return f"100-{number // 1000 % 1000:03d}-{number % 1000:03d}"
    if kind == "phone":
        return f"+255700{number % 1_000_000:06d}" if length == 13 else f"+1{number:0{max(length - 2, 1)}d}"
    if kind == "email":
        domain = "@mfano.tz" if length < 120 else "@" + "mfano." * ((length - 60) // 6) + "tz"
        return f"{number}".rjust(max(length - len(domain), 1), "a") + domain
    if kind == "place":
        return f"{23_100 + number}" if length == 5 else f"{number}".rjust(length, "0")
    if length <= 2:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        return (letters[number % 26] + letters[number // 26 % 26])[:length]
    return f"Jibu {number}"[-length:].ljust(length, "a") if length > 6 else f"{number}".rjust(length, "a")
