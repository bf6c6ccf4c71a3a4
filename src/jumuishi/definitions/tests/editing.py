"""Editions made from the shipped ones by one edit each: every leaf changed, every entry dropped, every order turned."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from jumuishi.definitions.model import Expression, Package
from jumuishi.definitions.table import Table, Text

# Words of closed lists: another one of the same list.
OTHER = {
    "type": "text", "needed": "any", "unit": "days", "outcome": "lapsed", "level": "region", "format": 2,
    "service": "another-service",
}  # fmt: skip
CLOSED = ("offered_by", "applicants", "doors", "languages", "requires", "kind", "lookup")


def variants(package: Package) -> Iterator[tuple[str, Package]]:
    """Each with what was edited, as a path of keys."""
    yield from _of(package)


def _of(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Expression):
        yield f"{key} emptied", Expression(f"!({value.source})")
    elif isinstance(value, Text):
        for lang in value:
            yield f"{key}.{lang}", Text({**value, lang: f"{value[lang]} tena"})
    elif isinstance(value, Mapping):
        yield from _of_table(value, key)
    elif is_dataclass(value):
        for one in fields(value):
            if one.name == "positions":
                continue
            for what, changed in _of(getattr(value, one.name), one.name):
                yield f"{key}.{what}" if key else what, replace(value, **{one.name: changed})  # type: ignore[type-var]
    elif isinstance(value, tuple):
        for n, one in enumerate(value):
            for what, changed in _of(one, key):
                yield f"{key}[{n}].{what}", (*value[:n], changed, *value[n + 1 :])
            yield f"{key}[{n}] dropped", (*value[:n], *value[n + 1 :])
        if len(value) > 1:
            yield f"{key} turned", (*value[1:], value[0])
    elif isinstance(value, bool):
        yield key, not value
    elif isinstance(value, int):
        yield key, value + 1
    elif isinstance(value, str) and key not in CLOSED and value not in ("at_counter",):
        other = OTHER.get(key, f"{value}-x")
        yield (
            key,
            other
            if other != value
            else {"text": "integer", "region": "ward", "days": "months", "lapsed": "granted"}.get(value, "all"),
        )


def _of_table(table: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    for name, one in table.items():
        for what, changed in _of(one, name):
            yield f"{key}.{what}", Table({**table, name: changed})
        yield f"{key}.{name} dropped", Table({other: kept for other, kept in table.items() if other != name})
    if len(table) > 1:
        first = next(iter(table))
        rest = {name: one for name, one in table.items() if name != first}
        yield f"{key} turned", Table({**rest, first: table[first]})
