"""A reader of CEL: recursive descent after the grammar of the language definition (github.com/google/cel-spec).

Ours, because cel-python's takes 0.4 s to start and refuses `years -1` (its numbers swallow the sign); a test holds ours
against it and against the evaluator's.
"""

import re
from functools import lru_cache

from jumuishi.definitions.expressions.syntax import (
    MACROS,
    RESERVED,
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
    children,
)

LONGEST = 2048
DEEPEST = 40
TALLEST = 120
_TOKEN = re.compile(
    r"""(?P<space>(?:[\t\n\f\r ]+|//[^\n]*)+)
    |(?P<string>(?P<prefix>[rR][bB]?|[bB][rR]?)?(?P<quote>\"\"\"|'''|\"|'))
    |(?P<double>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
    |(?P<int>0x[0-9a-fA-F]+|[0-9]+)(?P<unsigned>[uU])?
    |(?P<name>[_a-zA-Z][_a-zA-Z0-9]*)
    |(?P<sign>&&|\|\||[<>=!]=|[-+*/%<>!?:.,()\[\]{}])""",
    re.VERBOSE,
)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LEVELS = (("||",), ("&&",), ("<", "<=", ">=", ">", "==", "!=", "in"), ("+", "-"), ("*", "/", "%"))


class ParseError(Exception):
    """The source is no CEL; `at` is the offset."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at


class LimitError(Exception):
    """The source is over the limits of what may be evaluated."""


@lru_cache(maxsize=4096)
def parse(source: str) -> Node:
    """The tree of an expression; raises ParseError or LimitError (2 KB, nesting)."""
    if len(source.encode("utf-8", "replace")) > LONGEST:
        raise LimitError("longer than 2 KB")
    tree = _Parser(source).whole()
    if _height(tree) > TALLEST:
        raise LimitError(f"more than {TALLEST} steps deep")
    return tree


def _height(tree: Node) -> int:
    level, height = [tree], 0
    while level:
        height += 1
        level = [child for node in level for child in children(node)]
    return height


Token = tuple[str, str, int, str | int | float | None]
"""Kind (string bytes double int uint name sign end), text, offset, value."""


def _tokens(source: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise ParseError(at, f"{source[at]!r} is no part of an expression")
        end = match.end()
        if match["string"]:
            raw = "r" in (match["prefix"] or "").lower()
            value, end = _string(source, end, match["quote"], raw, at)
            kind = "bytes" if "b" in (match["prefix"] or "").lower() else "string"
            found.append((kind, source[at:end], at, value))
        elif match["double"]:
            number = float(match["double"])
            if number in (float("inf"), float("-inf")):
                raise ParseError(at, "a number too large")
            found.append(("double", match["double"], at, number))
        elif match["int"]:
            kind = "uint" if match["unsigned"] else "int"
            # a leading zero is plain decimal in CEL
            text = match["int"]
            if len(text) > 40:
                raise ParseError(at, "a whole number over 64 bits")
            found.append((kind, text, at, int(text, 16 if text.startswith("0x") else 10)))
        elif match["name"]:
            found.append(("name", match["name"], at, None))
        elif match["sign"]:
            found.append(("sign", match["sign"], at, None))
        at = end
    found.append(("end", "", len(source), None))
    return found


def _string(source: str, at: int, quote: str, raw: bool, start: int) -> tuple[str, int]:
    parts: list[str] = []
    while True:
        if at >= len(source):
            raise ParseError(start, "a text without its closing quote")
        if source.startswith(quote, at):
            return "".join(parts), at + len(quote)
        char = source[at]
        if char == "\n" and len(quote) == 1:
            raise ParseError(start, "a text without its closing quote")
        if char != "\\" or raw:
            parts.append(char)
            at += 1
            continue
        escape = re.compile(
            r"\\(?:([abfnrtv])|([\\?\"'`])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))"
        )
        match = escape.match(source, at)
        if match is None:
            raise ParseError(at, "an unknown escape in a text")
        code = match[3] or match[4] or match[5]
        if match[1]:
            parts.append(_ESCAPES[match[1]])
        elif match[2]:
            parts.append(match[2])
        else:
            point = int(code, 16) if code else int(match[6], 8)
            if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
                raise ParseError(at, "an escape of no character")
            parts.append(chr(point))
        at = match.end()


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = _tokens(source)
        self.i = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.expression()
        kind, text, at, _ = self.tokens[self.i]
        if kind != "end":
            raise ParseError(at, f"{text!r} does not belong here")
        return node

    def next_is(self, *signs: str) -> bool:
        kind, text, _, _ = self.tokens[self.i]
        return text in signs and (kind == "sign" or (kind == "name" and text == "in"))

    def take(self, sign: str) -> int:
        kind, text, at, _ = self.tokens[self.i]
        if kind != "sign" or text != sign:
            raise ParseError(at, f"{sign!r} is missing" + (f" before {text!r}" if text else " at the end"))
        self.i += 1
        return at

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise LimitError(f"nested deeper than {DEEPEST}")
        node = self.binary(0)
        if self.next_is("?"):
            self.i += 1
            yes = self.binary(0)
            self.take(":")
            node = Conditional(node.at, node, yes, self.expression())
        self.depth -= 1
        return node

    def binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while self.next_is(*_LEVELS[level]):
            operator = self.tokens[self.i][1]
            self.i += 1
            left = Binary(left.at, operator, left, self.binary(level + 1))
        return left

    def unary(self) -> Node:
        signs: list[tuple[str, int]] = []
        while self.next_is("!", "-"):
            if signs and signs[0][0] != self.tokens[self.i][1]:
                raise ParseError(self.tokens[self.i][2], "'!' and '-' do not follow each other")
            signs.append((self.tokens[self.i][1], self.tokens[self.i][2]))
            self.i += 1
            if len(signs) > DEEPEST:
                raise LimitError(f"nested deeper than {DEEPEST}")
        kind, _, _, value = self.tokens[self.i]
        if signs and signs[-1][0] == "-" and kind in ("int", "double") and isinstance(value, int | float):
            at = signs.pop()[1]
            self.tokens[self.i] = (kind, self.tokens[self.i][1], at, -value)
        node = self.member()
        for sign, at in reversed(signs):
            node = Unary(at, sign, node)
        return node

    def member(self) -> Node:
        node = self.primary()
        while True:
            if self.next_is("."):
                self.i += 1
                kind, name, at, _ = self.tokens[self.i]
                if kind != "name" or name in RESERVED:
                    raise ParseError(at, "a name is missing after '.'")
                self.i += 1
                node = self.method(node, name, at) if self.next_is("(") else Member(node.at, node, name)
            elif self.next_is("["):
                self.i += 1
                index = self.expression()
                self.take("]")
                node = Index(node.at, node, index)
            elif self.next_is("{"):
                raise ParseError(self.tokens[self.i][2], "messages { } are not used here")
            else:
                return node

    def method(self, target: Node, name: str, at: int) -> Node:
        arguments = self.arguments()
        if name not in MACROS:
            return Call(target.at, name, arguments, target)
        if len(arguments) != 2 or not isinstance(arguments[0], Name):
            raise ParseError(at, f"{name} takes a name and an expression: {name}(x, ...)")
        return Macro(target.at, name, target, arguments[0].name, arguments[1])

    def arguments(self) -> tuple[Node, ...]:
        self.take("(")
        return self.listed(")")

    def listed(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.next_is(end):
            found.append(self.expression())
            if not self.next_is(end):
                self.take(",")
                if self.next_is(end) and end == ")":
                    raise ParseError(self.tokens[self.i][2], "an argument is missing after ','")
        self.take(end)
        return tuple(found)

    def primary(self) -> Node:
        kind, text, at, value = self.tokens[self.i]
        self.i += 1
        if kind == "int" and isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ParseError(at, "a whole number over 64 bits")
        if kind in ("int", "double", "string", "uint", "bytes"):
            return Literal(at, kind, value)
        if kind == "name":
            if text in ("true", "false"):
                return Literal(at, "bool", text == "true")
            if text == "null":
                return Literal(at, "null", None)
            if text in RESERVED:
                raise ParseError(at, f"{text!r} is a word of CEL's own and cannot be used as a name")
            return Call(at, text, self.arguments()) if self.next_is("(") else Name(at, text)
        if text == "(" and kind == "sign":
            node = self.expression()
            self.take(")")
            return node
        if text == "[" and kind == "sign":
            return Items(at, self.listed("]"))
        if text == "{" and kind == "sign":
            while not self.next_is("}"):
                self.expression()
                self.take(":")
                self.expression()
                if not self.next_is("}"):
                    self.take(",")
            self.take("}")
            return Unsupported(at, "a map { }")
        raise ParseError(at, f"{text!r} does not belong here" if text else "the expression stops too early")
