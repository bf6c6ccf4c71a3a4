"""An edition's identity: the same meaning gives the same hash, whatever the layout of the author's file."""

from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from jumuishi.definitions.model import Edition, Expression, Package, Table, Text
from jumuishi.kernel.canonical import digest


def edition_of(package: Package) -> Edition:
    """The package, fixed by the hash of its definition and its templates' text."""
    return Edition(package, digest(to_data(package)))


def to_data(value: Any) -> Any:
    """Plain JSON data of a model value: what is left at its default is absent, ordered tables are lists of pairs.

    Leaving defaults out keeps the hash of old editions when a later format adds an optional key.
    """
    if isinstance(value, Text):
        return dict(value)
    if isinstance(value, Table):
        return [[key, to_data(one)] for key, one in value.items()]
    if isinstance(value, Expression):
        return value.source
    if isinstance(value, tuple | list):
        return [to_data(one) for one in value]
    if is_dataclass(value):
        kind = getattr(value, "kind", None)
        data: dict[str, Any] = {"kind": kind} if isinstance(kind, str) else {}
        for one in fields(value):
            given = getattr(value, one.name)
            if one.name != "positions" and (one.default is MISSING or given != one.default):
                data[one.name] = to_data(given)
        return data
    return value
