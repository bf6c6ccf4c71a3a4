"""A definition read into `Orders`; what it says wrongly is told with its place."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from jumuishi.meetings.orders.shape import (
    CLAUSE,
    COMES,
    FAMILIES,
    ONE_OF,
    RULES,
    WORDS,
    Field,
    Sort,
    fields_of,
    rules_in,
)
from jumuishi.meetings.orders.types import (
    Base,
    Casting,
    Emergency,
    Kind,
    Majority,
    Notice,
    Orders,
    Quorum,
    Rule,
    Section,
    Speaking,
    Way,
)

_KEY = re.compile(r"[a-z][a-z0-9-]{0,29}")
_SHARE = re.compile(r"([0-9]{1,4})/([1-9][0-9]{0,3})")
_SECTION = {"key", "sw", "en", "comes"}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a definition: the dotted place, the code of its text (`meetings.orders_bad_CODE`)."""

    place: str
    code: str
    given: Mapping[str, str] = field(default_factory=dict)


class UnreadableError(Exception):
    """Not TOML at all; `why` is the parser's word with its line."""


def from_toml(text: str) -> dict[str, Any]:
    """The tables of a file. Raises UnreadableError."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableError(str(error)) from None


def faults_in(definition: Any) -> list[Fault]:
    """All that is wrong with how a definition is written; only one without any is read by `read`."""
    if not isinstance(definition, Mapping):
        return [Fault("", "table")]
    found: list[Fault] = []
    for key, value in definition.items():
        if key == "gazette":
            found += _text(value, "gazette", CLAUSE)
        elif key in RULES:
            found += _rule(value, key, RULES[key])
        elif key not in FAMILIES:
            found.append(Fault(key, "unknown"))
        elif not isinstance(value, Mapping):
            found.append(Fault(key, "table"))
        else:
            for kind, rule in value.items():
                place = f"{key}.{kind}"
                if not _KEY.fullmatch(kind) or (key == "notice" and kind not in set(Kind)):
                    found.append(Fault(place, "unknown"))
                else:
                    found += _rule(rule, place, FAMILIES[key])
    return found


def _rule(rule: Any, place: str, fields: tuple[Field, ...]) -> list[Fault]:
    if not isinstance(rule, Mapping):
        return [Fault(place, "table")]
    known = {one.name for one in fields} | {"clause", "words"}
    found = [Fault(f"{place}.{key}", "unknown") for key in rule if key not in known]
    found += _text(rule.get("clause", ""), f"{place}.clause", CLAUSE)
    found += _text(rule.get("words", ""), f"{place}.words", WORDS)
    for one in fields:
        if one.name in rule:
            found += _value(rule[one.name], f"{place}.{one.name}", one)
        elif one.must:
            found.append(Fault(f"{place}.{one.name}", "missing"))
    if place in ONE_OF and not set(ONE_OF[place]) & set(rule):
        found.append(Fault(place, "one_of", {"fields": ", ".join(ONE_OF[place])}))
    return found


def _value(value: Any, place: str, one: Field) -> list[Fault]:
    match one.sort:
        case Sort.NUMBER:
            good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= one.most
            return [] if good else [Fault(place, "number", {"most": str(one.most)})]
        case Sort.SHARE:
            return [] if isinstance(value, str) and _SHARE.fullmatch(value) else [Fault(place, "share")]
        case Sort.FLAG:
            return [] if isinstance(value, bool) else [Fault(place, "flag")]
        case Sort.ONE:
            good = isinstance(value, str) and value in one.choices
            return [] if good else [Fault(place, "choice", {"choices": ", ".join(one.choices)})]
        case Sort.MANY:
            good = isinstance(value, list) and all(isinstance(each, str) for each in value)
            good = good and len(set(value)) == len(value) and set(value) <= set(one.choices)
            good = good and (bool(value) or not one.must)
            return [] if good else [Fault(place, "choices", {"choices": ", ".join(one.choices)})]
        case Sort.SECTIONS:
            if not isinstance(value, list) or not value or len(value) > 60:
                return [Fault(place, "sections")]
            return [fault for n, each in enumerate(value, 1) for fault in _section(each, f"{place}.{n}")]


def _section(value: Any, place: str) -> list[Fault]:
    if not isinstance(value, Mapping):
        return [Fault(place, "table")]
    found = [Fault(f"{place}.{key}", "unknown") for key in value if key not in _SECTION]
    if not isinstance(value.get("key"), str) or not _KEY.fullmatch(value["key"]):
        found.append(Fault(f"{place}.key", "key"))
    for lang in ("sw", "en"):
        name = value.get(lang)
        if not isinstance(name, str) or not name.strip() or _text(name, place, CLAUSE):
            found.append(Fault(f"{place}.{lang}", "name"))
    if value.get("comes", "") not in ("", *COMES):
        found.append(Fault(f"{place}.comes", "choice", {"choices": ", ".join(COMES)}))
    return found


def _text(value: Any, place: str, most: int) -> list[Fault]:
    # A nought byte is no text to the database.
    good = isinstance(value, str) and len(value) <= most and "\0" not in value
    return [] if good else [Fault(place, "text", {"most": str(most)})]


def read(definition: Mapping[str, Any]) -> Orders:
    """The orders that a definition without faults says; a rule that it has not entered is None.

    Neither is one that is there without its clause: it could not be quoted.
    """
    found = {name: _typed(name, table) for name, table in rules_in(definition) if table.get("clause", "").strip()}

    def take(name: str, key: str) -> Any:
        return found[name][key] if name in found else None

    casting = take("casting", "does")
    return Orders(
        gazette=definition.get("gazette", "").strip(),
        voters=take("voters", "roles") or (),
        voters_rule=take("voters", "rule"),
        notice={Kind(name[7:]): Notice(**one) for name, one in found.items() if name.startswith("notice.")},
        emergency=Emergency(**found["emergency"]) if "emergency" in found else None,
        quorum=_quorum(found["quorum"]) if "quorum" in found else None,
        majorities={name[11:]: _majority(one) for name, one in found.items() if name.startswith("majorities.")},
        casting=None if casting is None else Casting(casting),
        casting_rule=take("casting", "rule"),
        seconder=take("seconder", "needed"),
        seconder_rule=take("seconder", "rule"),
        speaking=Speaking(**found["speaking"]) if "speaking" in found else None,
        recusal_rule=take("recusal", "rule"),
        remote=take("remote", "counts"),
        remote_rule=take("remote", "rule"),
        public=take("public", "open"),
        public_rule=take("public", "rule"),
        closing_rule=take("closing", "rule"),
        order=tuple(
            Section(one["key"], {lang: one[lang].strip() for lang in ("sw", "en")}, one.get("comes", ""))
            for one in take("order", "sections") or ()
        ),
        order_rule=take("order", "rule"),
        order_fixed=take("order", "fixed"),
        corrections_hours=take("corrections", "hours"),
        corrections_rule=take("corrections", "rule"),
        minutes_to=take("minutes", "to") or (),
        minutes_rule=take("minutes", "rule"),
        late_items=take("late", "allowed"),
        late_rule=take("late", "rule"),
        papers_days=take("papers", "days"),
        papers_rule=take("papers", "rule"),
    )


def _typed(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """A rule's values with their defaults, and its `rule`."""
    values = {one.name: table.get(one.name, one.default) for one in fields_of(name) or ()}
    for key, value in values.items():
        if isinstance(value, list):
            values[key] = tuple(value)
    return {**values, "rule": Rule(table["clause"].strip(), table.get("words", "").strip())}


def _quorum(one: dict[str, Any]) -> Quorum:
    return Quorum(one["rule"], share=share_of(one["share"]), count=one["count"], of=Base(one["of"]))


def _majority(one: dict[str, Any]) -> Majority:
    share = share_of(one["share"])
    assert share is not None  # noqa: S101  # a fault where it is missing
    ways = tuple(Way(way) for way in one["ways"])
    return Majority(share, Base(one["of"]), one["rule"], more_than=one["more_than"], ways=ways)


def share_of(text: str | None) -> Fraction | None:
    """ "2/3" as a fraction."""
    return None if text is None else Fraction(text)
