"""Frozen dataclasses to JSON types and back, by their annotations; what stands at its default is left out."""

import types
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_data(value: Any) -> Any:
    """JSON types of a dataclass: instants as ISO text in UTC, tuples as lists."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if is_dataclass(value):
        found = {one.name: (getattr(value, one.name), _default(one)) for one in fields(value)}
        return {name: to_data(given) for name, (given, default) in found.items() if given != default}
    if isinstance(value, Mapping):
        return {key: to_data(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [to_data(one) for one in value]
    return value


def from_data(cls: type[T], data: Mapping[str, Any]) -> T:
    """A dataclass from the JSON types of to_data; raises TypeError on unknown or missing keys."""
    kinds = _kinds(cast(Hashable, cls))
    unknown = set(data) - set(kinds)
    if unknown:
        raise TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
    return cls(**{name: _read(kinds[name], one) for name, one in data.items()})


def _default(one: Any) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default


@cache
def _kinds(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(next(one for one in get_args(kind) if one is not type(None)), value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in value)
    if is_dataclass(kind):
        return from_data(cast(type[Any], kind), value)
    if origin is not None and isinstance(value, Mapping):
        return dict(value)
    return value
