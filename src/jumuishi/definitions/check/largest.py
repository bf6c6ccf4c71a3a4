"""The largest whole number that a setting's own constraint allows."""

from jumuishi.definitions.expressions.evaluator import EvaluationError, evaluate
from jumuishi.definitions.expressions.parser import LimitError, ParseError, parse
from jumuishi.definitions.expressions.syntax import Literal, Node, children
from jumuishi.definitions.model import Expression

NO_END = 10**9
"""Where nothing bounds it: more than any span of time that is meant."""


def largest(constraint: Expression | None, name: str) -> int | None:
    """The most that `name` may be, NO_END without a bound, None where no number is allowed or it cannot be told.

    A whole number's constraint changes at the numbers that stand in it; between them one try tells, and where the
    constraint reckons (`2 * n <= 60`) the edge is looked for by halves.
    """
    if constraint is None:
        return NO_END
    try:
        edges = sorted({near for one in _numbers(parse(constraint.source)) for near in (one - 1, one, one + 1)})
    except (ParseError, LimitError):
        return None

    def allowed(number: int) -> bool:
        try:
            return evaluate(constraint, {name: number}) is True
        except EvaluationError:
            return False

    if allowed(NO_END):
        return NO_END
    above = NO_END
    for edge in [one for one in reversed(edges) if 1 <= one < NO_END] + [1]:
        if allowed(edge):
            while above - edge > 1:
                middle = (above + edge) // 2
                edge, above = (middle, above) if allowed(middle) else (edge, middle)
            return edge
        above = edge
    return None


def _numbers(node: Node) -> list[int]:
    own = [int(node.value)] if isinstance(node, Literal) and node.kind in ("int", "double") and node.value else []
    return own + [number for child in children(node) for number in _numbers(child)]
