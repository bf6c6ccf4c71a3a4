"""The tree of an expression; every node knows where in the source it begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; `kind` is int, double, string, bool, null, uint or bytes."""

    at: int
    kind: str
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A name alone: a field, a macro's variable, today, now, setting."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`target.name`."""

    at: int
    target: "Node"
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`target[index]`."""

    at: int
    target: "Node"
    index: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """`name(args)`, or `target.name(args)` where there is a target."""

    at: int
    name: str
    args: "tuple[Node, ...]"
    target: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Macro:
    """`target.name(variable, body)`: all, exists, exists_one, filter, map."""

    at: int
    name: str
    target: "Node"
    variable: str
    body: "Node"


@dataclass(frozen=True, slots=True)
class Unary:
    """`!x` or `-x`."""

    at: int
    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    at: int
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Conditional:
    """`test ? yes : no`."""

    at: int
    test: "Node"
    yes: "Node"
    no: "Node"


@dataclass(frozen=True, slots=True)
class Items:
    """`[a, b]`."""

    at: int
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Unsupported:
    """CEL that has no use here (maps, messages); `what` names it."""

    at: int
    what: str


Node: TypeAlias = Literal | Name | Member | Index | Call | Macro | Unary | Binary | Conditional | Items | Unsupported

MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})
RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"}
    | {"namespace", "null", "package", "return", "true", "var", "void", "while"}
)
"""CEL's words: no field or setting may be called so."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Member(target=target):
            return (target,)
        case Index(target=target, index=index):
            return (target, index)
        case Call(args=args, target=target):
            return args if target is None else (target, *args)
        case Macro(target=target, body=body):
            return (target, body)
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Conditional(test=test, yes=yes, no=no):
            return (test, yes, no)
        case Items(items=items):
            return items
        case _:
            return ()


def names(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The free names of an expression (not a macro's own variable), as often as they stand there."""
    match node:
        case Name(name=name):
            if name not in bound:
                yield name
        case Macro(target=target, variable=variable, body=body):
            yield from names(target, bound)
            yield from names(body, bound | {variable})
        case _:
            for child in children(node):
                yield from names(child, bound)
