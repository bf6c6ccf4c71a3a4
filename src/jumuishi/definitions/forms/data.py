"""Stored data back into answers: the other way round from answers_data."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from jumuishi.definitions.answers import Refused, parse_answer
from jumuishi.definitions.model import Field, Package
from jumuishi.definitions.values import Answer, Answers, FileAnswer


def lift(field: Field, raw: Any) -> Any:
    """What parse_answer reads, from canonical data: file objects become FileAnswer, all else stays."""
    if field.type == "file" and isinstance(raw, Mapping):
        try:
            return FileAnswer(str(raw["name"]), int(raw["size"]), str(raw["sha256"]), str(raw["type"]))
        except (KeyError, TypeError, ValueError):
            return raw
    if field.type == "group" and isinstance(raw, list | tuple):
        members = {one.name: one for one in field.fields}
        return [
            {name: lift(members[name], one) if name in members else one for name, one in item.items()}
            if isinstance(item, Mapping)
            else item
            for item in raw
        ]
    return raw


def answers_from_data(package: Package, data: Mapping[str, Any]) -> Answers:
    """Answers that were stored as answers_data; raises ValueError for what is no answer, KeyError for no field."""
    fields = package.all_fields()
    found: dict[str, Answer | None] = {}
    for name, raw in data.items():
        value = parse_answer(fields[name], lift(fields[name], raw))
        if isinstance(value, Refused):
            raise ValueError(f"{name}: {value.code}")
        found[name] = value
    return found


def calculated_to_data(value: Answer | None) -> Any:
    """A calculated value as JSON that says its kind, since no field type does; lists member by member."""
    if isinstance(value, datetime):
        return {"instant": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    return value


def calculated_from_data(data: Any) -> Any:
    """The value of calculated_to_data."""
    if isinstance(data, Mapping):
        if "instant" in data:
            return datetime.fromisoformat(data["instant"])
        if "day" in data:
            return date.fromisoformat(data["day"])
        return timedelta(seconds=data["seconds"])
    return tuple(data) if isinstance(data, list) else data
