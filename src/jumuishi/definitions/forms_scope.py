"""What an expression sees at one moment: the answers, the institution's settings, today and now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import cel

from jumuishi.definitions.model import Expression, Field, Package
from jumuishi.definitions.values import Answer, Answers, FileAnswer, Place


class EvaluationError(ValueError):
    """The expression has no value for these answers: it met null, a division by zero or an overflow."""


@dataclass(frozen=True)
class Scope:
    """Answers as Python values (places as codes) with all that an expression may name beside them.

    `places` finds a place by its code; `item` is the group's item that an expression stands in.
    """

    package: Package
    answers: Answers
    settings: Mapping[str, Any]
    now: datetime
    zone: str
    places: Callable[[str], Place | None]
    item: tuple[str, Mapping[str, Answer | None]] | None = None
    fields: Mapping[str, Field] = field(default_factory=dict, repr=False, compare=False)

    def with_answer(self, name: str, value: Answer | None) -> "Scope":
        """The scope with one more answer."""
        return replace(self, answers={**self.answers, name: value})

    def with_answers(self, answers: Answers) -> "Scope":
        """The scope with more answers."""
        return replace(self, answers={**self.answers, **answers})

    def with_item(self, group: str, item: Mapping[str, Answer | None]) -> "Scope":
        """The scope inside one item of a group: its members by their names."""
        return replace(self, item=(group, item))

    def holds(self, expression: Expression | None) -> bool:
        """Whether a condition holds; none always does, one that meets an answer not yet given does not."""
        try:
            return self.decides(expression)
        except EvaluationError:
            return False

    def decides(self, expression: Expression | None) -> bool:
        """Whether a condition holds, where money or a decision hangs on it; raises EvaluationError."""
        return expression is None or self.value(expression) is True

    def value(self, expression: Expression) -> Any:
        """What an expression gives: None, str, int, float, bool, an aware datetime, timedelta or list.

        Raises EvaluationError.
        """
        try:
            return cel.compile(expression.source).execute(cel.Context(self._bindings()))
        except (ValueError, TypeError, RuntimeError, KeyError, OverflowError) as error:
            raise EvaluationError(f"{expression.source}: {error}") from error

    def _bindings(self) -> dict[str, Any]:
        fields = self.fields or self.package.all_fields()
        bound = {name: self._bind(one, self.answers.get(name)) for name, one in fields.items()}
        if self.item is not None:
            bound.update({name: self._bind(fields[name], value) for name, value in self.item[1].items()})
        local = self.now.astimezone(ZoneInfo(self.zone))
        midnight = datetime.combine(local.date(), time(), ZoneInfo(self.zone)).astimezone(UTC)
        return {**bound, "setting": dict(self.settings), "today": midnight, "now": self.now}

    def _bind(self, one: Field, value: Any) -> Any:
        if value is None:
            return [] if one.type == "group" else None
        if one.type == "place":
            found = self.places(value)
            return None if found is None else {name: getattr(found, name) for name in Place.__slots__}
        if isinstance(value, FileAnswer):
            return {"name": value.name}
        if one.type == "date" and isinstance(value, date):
            return datetime.combine(value, time(), ZoneInfo(self.zone)).astimezone(UTC)
        if one.type == "group" and isinstance(value, tuple):
            members = {member.name: member for member in one.fields}
            return [{name: self._bind(members[name], given) for name, given in item.items()} for item in value]
        return list(value) if isinstance(value, tuple) else value
