"""The tree as CEL source for the evaluator, its oddities worked around."""

from jumuishi.definitions.expressions.syntax import (
    Binary,
    Call,
    Conditional,
    Index,
    Items,
    Literal,
    Macro,
    Member,
    Name,
    Node,
    Unary,
    Unsupported,
)


def to_source(node: Node, size: str = "size") -> str:
    """CEL source that means the tree; lengths are asked of the function called `size`.

    The evaluator counts bytes in its own size() and lets nobody replace it, so ours has another name there; it also
    knows timestamp + duration but not duration + timestamp, hence the turn of sums that begin with a difference.
    """
    match node:
        case Literal(kind=kind, value=value):
            return _literal(kind, value)
        case Name(name=name):
            return name
        case Member(target=target, name=name):
            return f"{to_source(target, size)}.{name}"
        case Index(target=target, index=index):
            return f"{to_source(target, size)}[{to_source(index, size)}]"
        case Call(name="size", target=None, args=args):
            return f"{size}({', '.join(to_source(one, size) for one in args)})"
        case Call(name="size", target=target) if target is not None:
            return f"{size}({to_source(target, size)})"
        case Call(name="string", target=None, args=args) if size == "Size":
            # the evaluator's own has no word for true and false
            return f"String({', '.join(to_source(one, size) for one in args)})"
        case Call(name=name, args=args, target=target):
            given = ", ".join(to_source(one, size) for one in args)
            return f"{name}({given})" if target is None else f"{to_source(target, size)}.{name}({given})"
        case Macro(name=name, target=target, variable=variable, body=body):
            return f"{to_source(target, size)}.{name}({variable}, {to_source(body, size)})"
        case Unary(operator=operator, operand=operand):
            return f"({operator}{to_source(operand, size)})"
        case Binary(operator=operator, left=left, right=right):
            if operator == "+" and _may_be_duration(left) and not _may_be_duration(right):
                left, right = right, left
            return f"({to_source(left, size)} {operator} {to_source(right, size)})"
        case Conditional(test=test, yes=yes, no=no):
            return f"({to_source(test, size)} ? {to_source(yes, size)} : {to_source(no, size)})"
        case Items(items=items):
            return f"[{', '.join(to_source(one, size) for one in items)}]"
        case Unsupported(what=what):
            raise ValueError(f"{what} cannot be evaluated")


def _may_be_duration(node: Node) -> bool:
    """A duration by its form; addition turns round without harm for everything that has a difference."""
    return (isinstance(node, Call) and node.name == "duration") or (isinstance(node, Binary) and node.operator == "-")


def _literal(kind: str, value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "string":
        return f'"{"".join(_character(char) for char in str(value))}"'
    if kind in ("int", "double"):
        return f"({value!r})" if str(value).startswith("-") else repr(value)
    raise ValueError(f"a value of type {kind} cannot be evaluated")


def _character(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if char >= " " else f"\\u{ord(char):04x}"
