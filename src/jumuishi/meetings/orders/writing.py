"""A definition written as a TOML file that reads back the same; two editions compared rule by rule."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jumuishi.meetings.orders.checks import not_entered
from jumuishi.meetings.orders.reading import read
from jumuishi.meetings.orders.shape import NAMES, rule_in, rules_in


def to_toml(definition: Mapping[str, Any]) -> str:
    """The file of a definition without faults; what is not entered is listed in a comment at its end."""
    lines = [f"gazette = {_scalar(definition.get('gazette', ''))}"]
    for name, table in rules_in(definition):
        lines += ["", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in table.items())]
    missing = [one for one in not_entered(read(definition)) if one != "gazette"]
    if missing:
        lines += ["", "# Haijawekwa / not entered:", *(f"# {one}" for one in missing)]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if not isinstance(value, list):
        return _scalar(value)
    if not any(isinstance(one, Mapping) for one in value):
        return f"[{', '.join(map(_scalar, value))}]"
    rows = ("{ " + ", ".join(f"{key} = {_scalar(one)}" for key, one in row.items()) + " }" for row in value)
    return "[\n" + "".join(f"  {row},\n" for row in rows) + "]"


def _scalar(value: Any) -> str:
    # A JSON string is a TOML one, but for the one control character that JSON lets stand.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


@dataclass(frozen=True)
class Change:
    """A rule in two editions; empty where it is not entered."""

    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The rules that differ, in the order in which orders are read."""
    names = {name: None for one in (before, after) for name, _ in rules_in(one)}
    place = {name: number for number, name in enumerate(NAMES)}
    found = [Change(name, rule_in(before, name), rule_in(after, name)) for name in names]
    found.sort(key=lambda one: (place.get(one.name, len(place)), one.name))
    return [one for one in found if one.before != one.after]
