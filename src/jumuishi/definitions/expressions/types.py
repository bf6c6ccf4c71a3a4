"""The types of expressions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jumuishi.definitions.model import Field, Setting


@dataclass(frozen=True, slots=True)
class Type:
    """A kind (string int double bool timestamp duration null list place file institution item any) and its bounds.

    `of` is a list's item; `choices` the keys a string may be; `members` what an item or setting has; `bounded` is false
    for a group without max. `source` is the type of the field it comes from, where that matters to claims.
    """

    kind: str
    of: "Type | None" = None
    choices: frozenset[str] | None = None
    members: Mapping[str, "Type"] = field(default_factory=dict, hash=False, compare=False)
    bounded: bool = True
    source: str = ""

    def __str__(self) -> str:
        return f"list of {self.of}" if self.kind == "list" and self.of else self.kind


STRING, INT, DOUBLE, BOOL = Type("string"), Type("int"), Type("double"), Type("bool")
TIMESTAMP, DURATION, NULL = Type("timestamp"), Type("duration"), Type("null")
ANY = Type("any")
"""Of a part that is at fault elsewhere: it fits everywhere."""
PLACE = Type("place", members=dict.fromkeys(("code", "name", "level", "region", "district", "ward"), STRING))
_KINDS = {"integer": INT, "money": INT, "decimal": DOUBLE, "yes_no": BOOL, "date": TIMESTAMP, "place": PLACE}


def type_of_field(one: Field, calculated: Mapping[str, Type]) -> Type:
    """What an answer to the field is in an expression; `calculated` knows the calculates."""
    if one.type in _KINDS:
        return _KINDS[one.type]
    if one.type == "file":
        return Type("file")
    if one.type == "note":
        return ANY if not one.label else Type("note")
    if one.type == "calculate":
        return calculated.get(one.name, ANY)
    choices = frozenset(one.choices) or None
    if one.type == "select_one":
        return Type("string", choices=choices)
    if one.type == "select_multiple":
        return Type("list", Type("string", choices=choices))
    if one.type == "group":
        members = {member.name: type_of_field(member, calculated) for member in one.fields}
        unbounded = one.repeat is not None and one.repeat.max is None
        return Type("list", Type("item", members=members), bounded=not unbounded, source="group")
    return Type("string", source=one.type)


def type_of_setting(setting: Setting) -> Type:
    """What a setting is in an expression."""
    if setting.type == "institution":
        return Type("institution")
    return _KINDS.get(setting.type, STRING)
