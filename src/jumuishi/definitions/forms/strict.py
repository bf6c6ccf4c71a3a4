"""Expressions that meet what they have no answer for: a form passes them over in silence, a story does not."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from jumuishi.definitions.expressions.parser import parse
from jumuishi.definitions.expressions.syntax import Binary, children
from jumuishi.definitions.forms.scope import EvaluationError, Scope
from jumuishi.definitions.forms.settle import asked_fields, page_questions, stage_questions
from jumuishi.definitions.model import Expression, Field, Package
from jumuishi.definitions.values import Answer


def meets_fault(expression: Expression, scope: Scope, *, or_null: bool = True) -> bool:
    """Whether it meets null, a division by zero or an overflow; `or_null`: or gives null itself."""
    try:
        value = scope.value(expression)
    except EvaluationError:
        return True
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return True
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return True
    return (or_null and value is None) or _divides_by_zero(expression, scope)


def _divides_by_zero(expression: Expression, scope: Scope) -> bool:
    """A decimal divided by zero gives no error but infinity, which a comparison hides."""
    if "/" not in expression.source:
        return False
    waiting = [parse(expression.source)]
    while waiting:
        node = waiting.pop()
        waiting += children(node)
        if isinstance(node, Binary) and node.operator == "/":
            try:
                value = scope.evaluated(node.right)
            except EvaluationError:
                continue
            if isinstance(value, float) and value == 0.0:
                return True
    return False


def faults_met(package: Package, scope: Scope, stage: str = "") -> Iterator[Expression]:
    """The expressions of the pages, and of that stage's own fields, that meet a fault with these answers, in order."""
    for one, conditions in (*page_questions(package), *stage_questions(package, stage)):
        yield from _of_field(one, conditions, scope, scope.answers.get(one.name))


def _of_field(
    one: Field, conditions: tuple[Expression, ...], scope: Scope, value: Answer | None
) -> Iterator[Expression]:  # fmt: skip
    for condition in conditions:
        if meets_fault(condition, scope):
            yield condition
        if not scope.holds(condition):
            return
    if one.type == "calculate":
        if one.calculation is not None and meets_fault(one.calculation, scope, or_null=False):
            yield one.calculation
        return
    yield from (c.relevant for c in one.choices.values() if c.relevant is not None and meets_fault(c.relevant, scope))
    if one.type == "group":
        items = value if isinstance(value, tuple) else ()
        for item in items:
            if isinstance(item, Mapping):
                yield from _of_item(one, replace(scope, item=(one.name, item)), item)
    asked = one.type == "group" or value not in (None, ())
    if one.constraint is not None and asked and meets_fault(one.constraint, scope):
        yield one.constraint


def _of_item(group: Field, inner: Scope, item: Mapping[str, Answer | None]) -> Iterator[Expression]:
    for member, around in asked_fields(group.fields):
        own = () if member.relevant is None else (member.relevant,)
        yield from _of_field(member, (*around, *own), inner, item.get(member.name))
