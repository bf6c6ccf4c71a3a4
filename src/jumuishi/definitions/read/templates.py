"""A document's template: a small subset of HTML with Mustache, parsed into a tree that can reach nothing."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TypeAlias

from jumuishi.definitions.model import Position

TAGS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "ul", "ol", "li"}
    | {"strong", "em", "br", "hr"}
)
_PARENTS = {
    "tr": {"table", "thead", "tbody", "tfoot"},
    "thead": {"table"},
    "tbody": {"table"},
    "tfoot": {"table"},
    "th": {"tr"},
    "td": {"tr"},
    "li": {"ul", "ol"},
}
_DEEPEST = 30
_OPENS = re.compile(r"<!--|\{\{!?|<[/!?a-zA-Z]")
_ENDS = {"<!--": "-->", "{{!": "}}", "{{": "}}"}
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Words:
    """Plain text; entities are resolved and runs of white space are one space."""

    text: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{{name}}` or `{{name.member}}`, escaped by whoever renders it; a null is blank."""

    path: tuple[str, ...]
    at: Position


@dataclass(frozen=True, slots=True)
class Section:
    """`{{#group}}...{{/group}}`: once for each item."""

    name: str
    children: "tuple[TemplateNode, ...]"
    at: Position


@dataclass(frozen=True, slots=True)
class Element:
    """One of TAGS, with what stands in it."""

    tag: str
    children: "tuple[TemplateNode, ...]" = ()


TemplateNode: TypeAlias = Words | Placeholder | Section | Element


class TemplateError(Exception):
    """The template holds what is not in the subset."""

    def __init__(self, at: Position, message: str) -> None:
        super().__init__(message)
        self.at = at


def parse_template(text: str, file: str) -> tuple[TemplateNode, ...]:
    """The template as a tree; raises TemplateError with the place of what it may not hold."""
    return _Parser(text, file).tree()


class _Parser:
    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.breaks = [found.start() for found in re.finditer("\n", text)]
        # each open thing: its tag or '#name', where it began, its children
        self.open: list[tuple[str, Position, list[TemplateNode]]] = [("", Position(file, 1, 1), [])]

    def place(self, index: int) -> Position:
        line = bisect_left(self.breaks, index)
        return Position(self.file, line + 1, index - (self.breaks[line - 1] if line else -1))

    def tree(self) -> tuple[TemplateNode, ...]:
        at = 0
        for kind, start, end in self.parts():
            self.words(at, start)
            if kind == "{{":
                self.mustache(self.text[start:end], self.place(start))
            elif kind not in _ENDS:
                self.tag(self.text[start:end], self.place(start))
            at = end
        self.words(at, len(self.text))
        name, place, children = self.open.pop()
        if self.open:
            raise TemplateError(place, f"{name} is not closed")
        return tuple(children)

    def parts(self) -> Iterator[tuple[str, int, int]]:
        """How each part that is no words begins, and from where to where it stands; each sign is looked at once."""
        at = 0
        while (found := _OPENS.search(self.text, at)) is not None:
            start, sign = found.start(), found[0]
            if sign in _ENDS:
                end = self.text.find(_ENDS[sign], found.end()) + len(_ENDS[sign])
                if end < found.end():
                    raise TemplateError(self.place(start), f"{sign!r} without its end")
                end += sign == "{{" and self.text[end : end + 1] == "}"
            else:
                tag = _TAG.match(self.text, start)
                if tag is None:
                    raise TemplateError(self.place(start), "'<' without its end; write &lt; for <")
                end = tag.end()
            yield sign, start, end
            at = end

    def words(self, start: int, end: int) -> None:
        text = self.text[start:end]
        for sign in ("{{", "<"):
            if sign in text:
                raise TemplateError(self.place(start + text.index(sign)), f"{sign!r} without its end; write &lt; for <")
        text = re.sub(r"\s+", " ", unescape(text))
        if text.strip() or (text and self.open[-1][2] and not self.text[end : end + 1].isspace()):
            self.open[-1][2].append(Words(text))

    def mustache(self, source: str, at: Position) -> None:
        inner = source[2:-2].strip()
        if source.startswith("{{{") or inner[:1] in ("&", ">", "^", "=", "<", "$") or source.endswith("}}}"):
            raise TemplateError(at, f"{source} is not known here: names and {{{{#group}}}} sections are")
        if inner.startswith("#"):
            self.begin("#" + self.name(inner[1:].strip(), at)[0], at)
        elif inner.startswith("/"):
            self.end("#" + inner[1:].strip(), at)
        else:
            self.open[-1][2].append(Placeholder(self.name(inner, at), at))

    def name(self, text: str, at: Position) -> tuple[str, ...]:
        if not re.fullmatch(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_]*)?", text):
            raise TemplateError(at, f"{text!r} is no NAME or NAME.member")
        return tuple(text.split("."))

    def tag(self, source: str, at: Position) -> None:
        match = re.fullmatch(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\s*(/?)>", source)
        tag = match[2].lower() if match else ""
        if match is None or tag not in TAGS:
            known = " ".join(sorted(TAGS))
            raise TemplateError(at, f"{source[:40]} is not known here; tags without attributes are: {known}")
        if tag in ("br", "hr"):
            self.open[-1][2].append(Element(tag))
        elif match[1]:
            self.end(tag, at)
        else:
            self.begin(tag, at)

    def begin(self, tag: str, at: Position) -> None:
        around = next((one for one, _, _ in reversed(self.open) if not one.startswith("#")), "")
        if tag in _PARENTS and around not in _PARENTS[tag]:
            raise TemplateError(at, f"<{tag}> stands in {' or '.join(sorted(_PARENTS[tag]))} only")
        if len(self.open) > _DEEPEST:
            raise TemplateError(at, "nested too deeply")
        self.open.append((tag, at, []))

    def end(self, tag: str, at: Position) -> None:
        name, began, children = self.open[-1]
        if name != tag or len(self.open) == 1:
            raise TemplateError(at, f"{tag} is closed but {name or 'nothing'} is open")
        self.open.pop()
        node = Section(tag[1:], tuple(children), began) if tag.startswith("#") else Element(tag, tuple(children))
        self.open[-1][2].append(node)
