"""Which question stands where, under which conditions, and what each expression names."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from jumuishi.definitions.expressions.parser import LimitError, ParseError, parse
from jumuishi.definitions.expressions.syntax import Literal, Member, Name, Node, children, names
from jumuishi.definitions.forms.settle import asked_fields
from jumuishi.definitions.model import ApplicantStage, Expression, Field, Package, TaskStage
from jumuishi.definitions.solve.calls import NotEncodedError
from jumuishi.definitions.solve.reasons import Reason


@dataclass(frozen=True, slots=True)
class Question:
    """A field outside repeat groups (such a group itself), the conditions it is asked under, and where.

    `stage` is '' on the pages. `order` counts in the order of asking.
    """

    field: Field
    conditions: tuple[Reason, ...]
    page: str
    stage: str
    order: int


@dataclass
class Layout:
    """A package's questions by name, in order of asking."""

    package: Package
    questions: dict[str, Question] = field(default_factory=dict)
    group_of: dict[str, str] = field(default_factory=dict)
    _mentions: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for page in self.package.pages:
            around = () if page.relevant is None else (Reason("page", page.page, page.relevant),)
            self._add(page.fields, around, page.page, "")
        for name, stage in self.package.stages.items():
            if isinstance(stage, TaskStage | ApplicantStage):
                own = tuple(one for one in stage.fields if isinstance(one, Field))
                self._add(own, (), "", name)

    def _add(self, fields: tuple[Field, ...], around: tuple[Reason, ...], page: str, stage: str) -> None:
        for one, conditions in asked_fields(fields):
            if not one.name or one.name in self.questions:
                continue
            groups = tuple(Reason("relevant", one.name, condition) for condition in conditions)
            own = () if one.relevant is None else (Reason("relevant", one.name, one.relevant),)
            self.questions[one.name] = Question(one, (*around, *groups, *own), page, stage, len(self.questions))
            if one.type == "group":
                for member, _ in asked_fields(one.fields):
                    self.group_of[member.name] = one.name

    def on_pages(self) -> list[Question]:
        """The questions of the application itself."""
        return [one for one in self.questions.values() if not one.stage]

    def mentions(self, expression: Expression) -> frozenset[str]:
        """Fields and settings ('setting.NAME') that an expression hangs on, through calculates too."""
        found = self._mentions.get(expression.source)
        if found is None:
            # a circle of calculates is a fault of its own (J105); here it must only end
            self._mentions[expression.source] = frozenset()
            try:
                found = frozenset(self._mentioned(tree_of(expression)))
            except NotEncodedError:
                found = frozenset()
            self._mentions[expression.source] = found
        return found

    def _mentioned(self, tree: Node) -> Iterator[str]:
        for name in set(names(tree)):
            if name in self.group_of:
                yield self.group_of[name]
            one = self.questions.get(name)
            if one is None:
                continue
            yield name
            if one.field.type == "calculate":
                for reason in one.conditions:
                    yield from self.mentions(reason.expression) if reason.expression else ()
                if one.field.calculation is not None:
                    yield from self.mentions(one.field.calculation)
        yield from settings_in(tree)


def settings_in(tree: Node) -> Iterator[str]:
    """'setting.NAME' for each setting that is named."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Member) and isinstance(node.target, Name) and node.target.name == "setting":
            yield f"setting.{node.name}"
        waiting += children(node)


def tree_of(expression: Expression) -> Node:
    """The tree of an expression; raises NotEncodedError for one that is none."""
    try:
        return parse(expression.source)
    except (ParseError, LimitError) as error:
        raise NotEncodedError(str(error)) from error


def literals_in(expression: Expression) -> Iterator[str]:
    """The texts that stand in an expression."""
    try:
        waiting = [parse(expression.source)]
    except (ParseError, LimitError):
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, Literal) and isinstance(node.value, str):
            yield node.value
        waiting += children(node)


def expressions_of(package: Package) -> Iterator[Expression]:
    """Every expression of a package, wherever it stands."""
    waiting: list[object] = [package]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Expression):
            yield one
        elif isinstance(one, tuple):
            waiting += one
        elif hasattr(one, "items") and not hasattr(one, "__dataclass_fields__"):
            waiting += [value for _, value in one.items()]
        elif hasattr(one, "__dataclass_fields__"):
            waiting += [getattr(one, name) for name in one.__dataclass_fields__ if name != "positions"]
