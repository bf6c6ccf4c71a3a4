"""The type checker: what a tree gives, or the one fault in it."""

import re
from collections import ChainMap
from collections.abc import Mapping
from typing import cast

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
from jumuishi.definitions.expressions.types import (
    ANY,
    BOOL,
    DOUBLE,
    DURATION,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    Type,
)

Env = Mapping[str, Type]
_NUMBERS = ("int", "double")
_ORDERED = ("string", "int", "double", "timestamp", "duration", "bool")
_PARTS = ("getFullYear", "getMonth", "getDayOfMonth", "getDate", "getDayOfWeek", "getDayOfYear")
_CLOCK = ("getHours", "getMinutes", "getSeconds", "getMilliseconds")
_FUNCTIONS: dict[str, list[tuple[tuple[str, ...], Type]]] = {
    "round_to": [(("double", "int"), INT), (("int", "int"), INT)],
    "years_between": [(("timestamp", "timestamp"), INT)],
    "add_months": [(("timestamp", "int"), TIMESTAMP)],
    "size": [(("string",), INT), (("list",), INT)],
    # not of a double: round_to is the only way from decimal to money
    "int": [(("int",), INT), (("string",), INT), (("timestamp",), INT)],
    "double": [(("int",), DOUBLE), (("double",), DOUBLE), (("string",), DOUBLE)],
    "string": [((kind,), STRING) for kind in _ORDERED],
    "timestamp": [(("string",), TIMESTAMP), (("timestamp",), TIMESTAMP)],
    "duration": [(("string",), DURATION), (("duration",), DURATION)],
}
_METHODS: dict[str, list[tuple[tuple[str, ...], Type]]] = {
    "size": _FUNCTIONS["size"],
    "startsWith": [(("string", "string"), BOOL)],
    "endsWith": [(("string", "string"), BOOL)],
    "contains": [(("string", "string"), BOOL)],
    "matches": [(("string", "string"), BOOL)],
    **{name: [(("timestamp",), INT)] for name in _PARTS},
    **{name: [(("timestamp",), INT), (("duration",), INT)] for name in _CLOCK},
}
_SUMS = {
    ("int", "int"): INT,
    ("double", "double"): DOUBLE,
    ("string", "string"): STRING,
    ("timestamp", "duration"): TIMESTAMP,
    ("duration", "timestamp"): TIMESTAMP,
    ("duration", "duration"): DURATION,
}
_DIFFERENCES = {
    ("int", "int"): INT,
    ("double", "double"): DOUBLE,
    ("timestamp", "timestamp"): DURATION,
    ("timestamp", "duration"): TIMESTAMP,
    ("duration", "duration"): DURATION,
}


class TypeFault(Exception):
    """The fault: `code` J102 (unknown name, said by `missing`), J103 (wrong type) or J104 (over the limits)."""

    def __init__(self, code: str, message: str, missing: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.missing = missing


def type_of(node: Node, env: Env, *, in_macro: bool = False) -> Type:
    """The type of a tree, names typed by `env`; raises TypeFault."""
    match node:
        case Literal(kind=kind):
            if kind in ("uint", "bytes"):
                raise TypeFault("J103", f"values of type {kind} have no use here")
            return NULL if kind == "null" else Type(kind)
        case Name(name=name):
            return _name(name, env)
        case Member():
            return _member(node, env, in_macro)
        case Index(target=target, index=index):
            of = type_of(target, env, in_macro=in_macro)
            _want(type_of(index, env, in_macro=in_macro), "int", "an index")
            if of.kind not in ("list", "any") or of.source == "group":
                raise TypeFault("J103", f"[ ] takes an item of a list, not of a {_called(of)}")
            return of.of or ANY
        case Call():
            return _call(node, env, in_macro)
        case Macro():
            return _macro(node, env, in_macro)
        case Unary(operator=operator, operand=operand):
            of = type_of(operand, env, in_macro=in_macro)
            if operator == "!":
                _want(of, "bool", "'!'")
                return BOOL
            if of.kind not in (*_NUMBERS, "any"):
                raise TypeFault("J103", f"'-' takes a number, not a {of}")
            return Type(of.kind)
        case Binary():
            return _binary(node, env, in_macro)
        case Conditional(test=test, yes=yes, no=no):
            _want(type_of(test, env, in_macro=in_macro), "bool", "the test before '?'")
            return _same(type_of(yes, env, in_macro=in_macro), type_of(no, env, in_macro=in_macro), "'? :'")
        case Items(items=items):
            item = ANY
            for one in items:
                item = _same(item, type_of(one, env, in_macro=in_macro), "a list")
            return Type("list", item)
        case Unsupported(what=what):
            raise TypeFault("J103", f"{what} has no use here")


def _called(of: Type) -> str:
    return "group" if of.source == "group" else str(of)


def _name(name: str, env: Env) -> Type:
    if name not in env:
        raise TypeFault("J102", f"{name!r} is not known here", f"field {name}")
    found = env[name]
    if found.kind == "setting":
        raise TypeFault("J103", "setting is used with a name: setting.NAME")
    if found.kind == "note":
        raise TypeFault("J103", f"{name!r} is a note: it has no answer")
    return found


def _want(found: Type, kind: str, what: str) -> None:
    if found.kind not in (kind, "any"):
        raise TypeFault("J103", f"{what} takes a {kind}, not a {_called(found)}")


def _same(a: Type, b: Type, what: str) -> Type:
    if a.kind == "any":
        return b
    if b.kind == "any" or (b.kind == "null" and a.kind != "null"):
        return a
    if a.kind == "null":
        return b
    if a.kind != b.kind:
        raise TypeFault("J103", f"{what} mixes {_called(a)} and {_called(b)}")
    return a if a == b else Type(a.kind, a.of if a.of == b.of else ANY)


def _member(node: Member, env: Env, in_macro: bool) -> Type:
    if isinstance(node.target, Name) and node.target.name in env and env[node.target.name].kind == "setting":
        of = env[node.target.name]
    else:
        of = type_of(node.target, env, in_macro=in_macro)
    if of.kind == "any":
        return ANY
    if of.kind not in ("place", "item", "setting"):
        hint = ": use all, exists, filter, map or size" if of.source == "group" else ""
        raise TypeFault("J103", f"a {_called(of)} has no member {node.name!r}{hint}")
    if node.name not in of.members:
        if of.kind == "setting":
            raise TypeFault("J102", f"{node.name!r} is no setting", f"setting {node.name}")
        raise TypeFault("J102", f"{node.name!r} is no member of the {of}")
    return of.members[node.name]


def _call(node: Call, env: Env, in_macro: bool) -> Type:
    if node.name == "has" and node.target is None and len(node.args) == 1 and isinstance(node.args[0], Member):
        type_of(node.args[0], env, in_macro=in_macro)
        return BOOL
    known = _FUNCTIONS if node.target is None else _METHODS
    if node.name not in known:
        raise TypeFault("J102", f"there is no function {node.name!r} here")
    given = [type_of(one, env, in_macro=in_macro) for one in ((node.target,) if node.target else ()) + node.args]
    for wanted, gives in known[node.name]:
        if len(wanted) == len(given) and all(g.kind in (w, "any") for w, g in zip(wanted, given, strict=True)):
            if node.name == "matches":
                _check_pattern(node.args[0])
            return gives
    if node.name == "int" and [one.kind for one in given] == ["double"]:
        raise TypeFault("J103", "a decimal becomes a whole number by round_to(x, 1) only")
    takes = " or ".join(f"({', '.join(wanted)})" for wanted, _ in known[node.name])
    raise TypeFault("J103", f"{node.name} takes {takes}, not ({', '.join(_called(one) for one in given)})")


def _check_pattern(node: Node) -> None:
    if isinstance(node, Literal) and isinstance(node.value, str):
        try:
            re.compile(node.value)
        except (re.error, RecursionError, OverflowError):
            raise TypeFault("J103", "matches takes a regular expression") from None


def _macro(node: Macro, env: Env, in_macro: bool) -> Type:
    if in_macro:
        raise TypeFault("J104", f"{node.name} stands inside another such function")
    of = type_of(node.target, env)
    if of.kind not in ("list", "any"):
        raise TypeFault("J103", f"{node.name} goes over a list or a group, not a {of}")
    if not of.bounded:
        raise TypeFault("J104", f"{node.name} goes over a group that may grow without end: give its repeat a max")
    if of.source == "group" and node.name == "exists_one":
        raise TypeFault("J103", "a group takes all, exists, filter, map or size")
    body = type_of(node.body, ChainMap({node.variable: of.of or ANY}, cast("dict[str, Type]", env)), in_macro=True)
    if node.name == "map":
        return Type("list", body)
    _want(body, "bool", node.name)
    return of if node.name == "filter" else BOOL


def _binary(node: Binary, env: Env, in_macro: bool) -> Type:
    left, right = type_of(node.left, env, in_macro=in_macro), type_of(node.right, env, in_macro=in_macro)
    operator = node.operator
    if operator in ("&&", "||"):
        _want(left, "bool", f"'{operator}'")
        _want(right, "bool", f"'{operator}'")
        return BOOL
    if operator in ("==", "!="):
        _compare(node, left, right)
        return BOOL
    if operator == "in":
        if right.kind not in ("list", "any") or right.source == "group":
            raise TypeFault("J103", f"'in' looks into a list, not a {_called(right)}")
        if right.of is not None and right.kind == "list":
            _equal(left, right.of)
            _known_keys(node.left, right.of)
            if isinstance(node.right, Items):
                for one in node.right.items:
                    _known_keys(one, left)
        return BOOL
    if "any" in (left.kind, right.kind):
        if "null" in (left.kind, right.kind):
            raise TypeFault("J103", f"'{operator}' cannot take null")
        known = right if left.kind == "any" else left
        return BOOL if operator in ("<", "<=", ">", ">=") else ANY if known.kind in ("timestamp", "any") else known
    if operator in ("<", "<=", ">", ">="):
        numbers = left.kind in _NUMBERS and right.kind in _NUMBERS
        if not numbers and (left.kind != right.kind or left.kind not in _ORDERED):
            raise TypeFault("J103", f"'{operator}' cannot compare {_called(left)} and {_called(right)}")
        return BOOL
    return _arithmetic(operator, left, right)


def _arithmetic(operator: str, left: Type, right: Type) -> Type:
    kinds = (left.kind, right.kind)
    if operator == "+":
        if kinds == ("list", "list") and "group" not in (left.source, right.source):
            return Type("list", _same(left.of or ANY, right.of or ANY, "'+'"))
        found = _SUMS.get(kinds)
    elif operator == "-":
        found = _DIFFERENCES.get(kinds)
    elif operator == "%":
        found = INT if kinds == ("int", "int") else None
    else:
        found = Type(left.kind) if left.kind == right.kind and left.kind in _NUMBERS else None
    if found is None:
        hint = "; turn the whole number into a decimal with double(x)" if set(kinds) == set(_NUMBERS) else ""
        raise TypeFault("J103", f"'{operator}' cannot take {_called(left)} and {_called(right)}{hint}")
    return found


def _equal(left: Type, right: Type) -> None:
    kinds = {left.kind, right.kind}
    if "any" in kinds:
        return
    if "null" in kinds and "group" not in (left.source, right.source):
        return
    for one in (left, right):
        if one.kind in ("place", "file", "item", "institution") or one.source == "group":
            hints = {"place": "; compare its .code", "list": ": use all, exists, filter, map or size"}
            member = hints.get(one.kind, "; it is compared with null only")
            raise TypeFault("J103", f"a {_called(one)} cannot be compared{member}")
    if left.kind != right.kind and kinds != {"int", "double"}:
        raise TypeFault("J103", f"{left} and {right} are never equal")


def _compare(node: Binary, left: Type, right: Type) -> None:
    _equal(left, right)
    if left.kind == right.kind == "list" and left.of and right.of:
        _equal(left.of, right.of)
    for side, other in ((node.left, right), (node.right, left)):
        _known_keys(side, other)
        if isinstance(side, Items) and other.of is not None:
            for one in side.items:
                _known_keys(one, other.of)


def _known_keys(node: Node, other: Type) -> None:
    """A text that is held against a select's answer is one of its keys."""
    if isinstance(node, Conditional):
        _known_keys(node.yes, other)
        _known_keys(node.no, other)
    if other.choices is None or not isinstance(node, Literal) or not isinstance(node.value, str):
        return
    if node.value not in other.choices:
        keys = " ".join(sorted(other.choices)[:12])
        raise TypeFault("J103", f"{node.value!r} is not among the choices: {keys}")
