"""What an expression sees at one moment: the answers, the institution's settings, today and now."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from jumuishi.definitions.expressions.evaluator import EvaluationError as EvaluationError
from jumuishi.definitions.expressions.evaluator import evaluate
from jumuishi.definitions.expressions.printer import to_source
from jumuishi.definitions.expressions.syntax import Node
from jumuishi.definitions.model import Expression, Field, Package
from jumuishi.definitions.values import Answer, Answers, Place


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
        return evaluate(expression, _Names(self), ZoneInfo(self.zone))

    def evaluated(self, node: Node) -> Any:
        """What a part of an expression gives; raises EvaluationError."""
        return self.value(Expression(to_source(node)))


class _Names(Mapping[str, Any]):
    """The scope as the evaluator asks for it: only what an expression names is made."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.fields = scope.fields or scope.package.all_fields()

    def __getitem__(self, name: str) -> Any:
        scope = self.scope
        if name == "setting":
            return scope.settings
        if name == "now":
            return scope.now
        if name == "today":
            zone = ZoneInfo(scope.zone)
            return datetime.combine(scope.now.astimezone(zone).date(), time(), zone)
        one = self.fields[name]
        given = scope.item[1] if scope.item is not None and name in scope.item[1] else scope.answers
        return self._value(one, given.get(name))

    def _value(self, one: Field, value: Any) -> Any:
        if one.type == "place" and isinstance(value, str):
            return self.scope.places(value)
        if one.type == "group":
            members = {member.name: member for member in one.fields}
            # An item names each of its members, so that one left blank is null rather than unknown.
            return [{name: self._value(member, item.get(name)) for name, member in members.items()}
                    for item in value or ()]  # fmt: skip
        return value

    def __contains__(self, name: object) -> bool:
        return name in ("setting", "now", "today") or name in self.fields

    def __iter__(self) -> Iterator[str]:
        yield from ("setting", "now", "today", *self.fields)

    def __len__(self) -> int:
        return len(self.fields) + 3
