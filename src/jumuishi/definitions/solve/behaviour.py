"""The check of behaviour: what a package does for some answers, and what it does for none."""

import z3

from jumuishi.definitions.expressions.syntax import names
from jumuishi.definitions.model import Expression, Package
from jumuishi.definitions.read.reading import Reading
from jumuishi.definitions.solve.calls import NotEncodedError
from jumuishi.definitions.solve.layout import expressions_of, tree_of
from jumuishi.definitions.solve.path_questions import PathQuestions
from jumuishi.definitions.solve.questions import FormQuestions
from jumuishi.definitions.solve.seeker import Seeker
from jumuishi.definitions.solve.stage_questions import StageQuestions
from jumuishi.definitions.solve.task_questions import ask_of_tasks
from jumuishi.definitions.solve.teller import Teller, spot
from jumuishi.definitions.solve.world import World

# What no person writes: beyond it the solver is not always to be stopped when its time is over, and the check must end.
MOST_PARTS, DEEPEST = 1500, 25
_UNREAD = ("J001", "J003", "J105", "J106", "J107")
_UNFORESEEN = (
    NotEncodedError, z3.Z3Exception, RecursionError, MemoryError, ArithmeticError, LookupError, TypeError, ValueError,
    AttributeError,
)  # fmt: skip


def check_behaviour(package: Package, reading: Reading) -> None:
    """Notes J103 for some answers, J201 to J204 (of stages' fields too), J501, and a W for what could not be decided.

    Nothing is asked of a package whose parts could not be read: they are only stood in for.
    """
    if reading.doubtful or any(one.code in _UNREAD for one in reading.findings.found):
        return
    expressions = list(expressions_of(package))
    if not expressions:
        return
    places = {(one.line, one.column) for one in reading.findings.found if one.code.startswith(("J1", "J5", "J8"))}
    doubtful = frozenset(spot(one) for one in expressions if spot(one) in places)
    teller = Teller(package, reading, is_partial=bool(doubtful))
    if (beyond := _beyond(package, expressions)) is not None:
        teller.doubt("J103", beyond)
        return
    try:
        world = World(package, doubtful=doubtful)
        form = FormQuestions(world, teller, doubtful)
        form.settings()
        form.run()
        if package.stages:
            seeker = Seeker(world, form)
            ask_of_tasks(seeker, teller, doubtful)
            StageQuestions(seeker, teller, doubtful).run()
            PathQuestions(seeker, teller).run()
    except _UNFORESEEN as error:
        # whatever an author writes, the check ends with findings; what it then cannot say, it says it cannot
        teller.doubt("J103", Expression(f"{type(error).__name__}: {error}"[:200]))


def _beyond(package: Package, expressions: list[Expression]) -> Expression | None:
    """Where a package is larger, or hangs on itself in longer chains, than can be decided: an expression to name."""
    fields, depth = package.all_fields(), dict[str, int]()
    if len(fields) + len(package.stages) > MOST_PARTS:
        return expressions[0]
    for name, one in fields.items():  # each names earlier ones only, else it is J105 or J106
        if one.calculation is not None:
            try:
                named = set(names(tree_of(one.calculation)))
            except NotEncodedError:
                continue
            depth[name] = 1 + max((depth.get(other, 0) for other in named), default=0)
            if depth[name] > DEEPEST:
                return one.calculation
    return None
