"""A variable for each question of the package: any value that its type allows."""

from dataclasses import dataclass, field, replace

import z3

from jumuishi.definitions.answers import LARGEST_WHOLE, Refused, parse_answer
from jumuishi.definitions.model import Field, Setting
from jumuishi.definitions.solve.calendar import EPOCH, LAST
from jumuishi.definitions.solve.encode import Encoder
from jumuishi.definitions.solve.logic import Formula
from jumuishi.definitions.solve.terms import Items, Slot, Term
from jumuishi.definitions.values import Answer

EARLIEST = -62_091  # 1 January 1800, the earliest date that an answer may be
MOST_SLOTS = 6
"""Of a group that may have more items so many are looked at one by one; of the rest anything is thought possible."""
_LENGTHS = {"phone": (9, 16), "email": (6, 254), "national_id": (23, 23), "tax_id": (11, 11), "time": (5, 5)}
PLACE_PARTS = ("code", "name", "level", "region", "district", "ward")
_TEXTS = ("text", "long_text", "phone", "email", "national_id", "tax_id", "time")


@dataclass
class Variables:
    """Makes variables; `bounds` collects what their types say, under the name of each."""

    encoder: Encoder
    bounds: dict[str, list[Formula]] = field(default_factory=dict)

    def of_field(self, one: Field, name: str) -> Term:
        """Any answer to a field, or none; a calculate is none, it has a formula. Raises KeyError for a type without."""
        logic = self.encoder.logic
        null = logic.bool_variable(f"{name}.null")
        said: list[Formula] = self.bounds.setdefault(name, [])
        if one.type == "group":
            return self._group(one, name, said)
        if one.type == "select_multiple":
            chosen = [(key, logic.bool_variable(f"{name}.{key}")) for key in one.choices]
            slots = [Slot(chosen_one, self.text(key)) for key, chosen_one in chosen]
            found = self.encoder.list_of(slots)
            return replace(found, null=logic.no(logic.some(chosen_one for _, chosen_one in chosen)))
        return self._scalar(one, name, null, said)

    def of_setting(self, setting: Setting, name: str) -> Term:
        """Any value of a setting."""
        logic = self.encoder.logic
        if setting.type == "institution":
            return self.encoder.make("institution", None)
        said = self.bounds.setdefault(name, [])
        return self._scalar(Field(name, setting.type, setting.label), name, logic.false, said)

    def text(self, text: str) -> Term:
        """One of the package's literals."""
        return self.encoder.make("string", self.encoder.texts.literal(text))

    def _scalar(self, one: Field, name: str, null: Formula, said: list[Formula]) -> Term:
        logic, make = self.encoder.logic, self.encoder.make
        kind = one.type
        if kind in ("integer", "money"):
            number = logic.int_variable(name)
            said += [number >= -LARGEST_WHOLE, number <= LARGEST_WHOLE]
            return make("int", number, null=null)
        if kind == "decimal":
            share = logic.real_variable(name)
            said += [share >= -LARGEST_WHOLE, share <= LARGEST_WHOLE]
            return make("double", share, null=null)
        if kind == "yes_no":
            return make("bool", logic.bool_variable(name), null=null)
        if kind == "date":
            days = logic.int_variable(name)
            said += [days >= EARLIEST, days <= LAST]
            return replace(self.encoder.timestamp(days), null=null)
        if kind == "file":
            return make("file", None, null=null)
        if kind == "place":
            parts = {part: self._free_text(f"{name}.{part}", said, 1, 40 if part == "code" else 200, part != "code")
                     for part in PLACE_PARTS}  # fmt: skip
            return Term("place", None, null, logic.false, parts)
        if kind == "select_one":
            key = logic.int_variable(name)
            said.append(self.encoder.texts.one_of(key, one.choices))
            return make("string", key, null=null)
        if kind == "time":
            minutes = logic.int_variable(f"{name}.minutes")
            said += [minutes >= 0, minutes < 24 * 60]
            return replace(make("string", self.encoder.texts.of_minutes(minutes), null=null), minutes=minutes)
        if kind in _TEXTS:
            least, most = _LENGTHS.get(kind, (1, one.length_limit))
            return replace(self._free_text(name, said, least, most, False, one), null=null)
        raise KeyError(kind)

    def _free_text(
        self, name: str, said: list[Formula], least: int, most: int | None, or_empty: bool, one: Field | None = None
    ) -> Term:
        texts = self.encoder.texts
        number = self.encoder.logic.int_variable(name)
        length = texts.length(number)
        said.append(z3.Or(length >= least, length == 0) if or_empty else length >= least)
        if most is not None:
            said.append(length <= most)
        for text, known in texts.known.items():
            if one is not None and not _is_answer(one, text):
                said.append(number != known)
        return self.encoder.make("string", number)

    def _group(self, one: Field, name: str, said: list[Formula]) -> Term:
        logic = self.encoder.logic
        size = logic.int_variable(f"{name}.size")
        said.append(size >= 0)
        most = one.repeat.max if one.repeat is not None else 0
        if most is not None:
            said.append(size <= most)
        slots = []
        for number in range(min(MOST_SLOTS, MOST_SLOTS if most is None else most)):
            parts = {}
            for member in members_of(one):
                if member.type not in ("note", "calculate"):
                    parts[member.name] = self.of_field(member, f"{name}[{number}].{member.name}")
                    said += self.bounds.pop(f"{name}[{number}].{member.name}", [])
            item = Term("item", None, logic.false, logic.false, parts)
            slots.append(Slot(size > number, item))
        whole = most is not None and most <= MOST_SLOTS
        more = logic.false if whole else size > MOST_SLOTS
        return self.encoder.make("list", Items(tuple(slots), size, more))


def members_of(group: Field) -> list[Field]:
    """The members of a group, those of plain groups in it in their place."""
    found: list[Field] = []
    for one in group.fields:
        found += members_of(one) if one.type == "group" and one.repeat is None else [one]
    return found


def _is_answer(one: Field, text: str) -> bool:
    read: Answer | Refused | None = parse_answer(one, text)
    return read == text


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1 January 1970."""
    return EPOCH.replace(year=year, month=month, day=day).toordinal() - EPOCH.toordinal()
