"""YAML 1.2 (core schema) as a tree that remembers where everything stands, with nothing in it that can run or grow.

Read from the events of libyaml's parser, never through a constructor or resolver: tags build nothing, anchors multiply
nothing, what a plain word is we decide ourselves; depth and time are bounded.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from jumuishi.definitions.findings import Findings
from jumuishi.definitions.model import Position

MOST_BYTES = 2 * 1024 * 1024
DEEPEST = 30
SECONDS = 6.0

_HINT = ". Put the text in quotes if it holds any of : # { } [ ] , & * ! | > ' \" % @ `"
_NULL = re.compile(r"(null|Null|NULL|~|)\Z")
_BOOL = re.compile(r"(true|True|TRUE|false|False|FALSE)\Z")
_INT = re.compile(r"([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word or text; `text` is what stands there, `plain` says that it had no quotes."""

    at: Position
    text: str
    plain: bool

    @property
    def is_null(self) -> bool:
        """Nothing, null or ~ without quotes."""
        return self.plain and _NULL.match(self.text) is not None

    @property
    def is_text(self) -> bool:
        """A string in YAML 1.2's core schema."""
        return not (self.plain and (self.is_null or self.boolean is not None or self.is_number))

    @property
    def boolean(self) -> bool | None:
        """True or false without quotes, else None."""
        return self.text.lower() == "true" if self.plain and _BOOL.match(self.text) else None

    @property
    def is_number(self) -> bool:
        """An integer or float without quotes."""
        return self.plain and (_INT.match(self.text) or _FLOAT.match(self.text)) is not None

    @property
    def integer(self) -> int | None:
        """A decimal integer without quotes, of at most 18 digits, else None."""
        return int(self.text) if self.plain and re.fullmatch(r"[-+]?[0-9]{1,18}", self.text) else None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    at: Position
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping in the author's order, each key once."""

    at: Position
    entries: tuple[Entry, ...]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def get(self, key: str) -> "Node | None":
        """The value under the key."""
        return next((one.value for one in self.entries if one.key.text == key), None)


Node = Scalar | Sequence | Mapping


class UnreadableError(Exception):
    """The file cannot be read at all: absent, not UTF-8, too large. The text says which."""


class _Stop(Exception):
    """The rest of the file cannot be understood; the finding is noted."""


def decode(content: bytes, name: str) -> str:
    """UTF-8 text of a file, byte order mark and CRLF removed; raises UnreadableError."""
    if len(content) > MOST_BYTES:
        raise UnreadableError(f"{name}: over 2 MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{name}: not UTF-8 text (byte {error.start})") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def load(text: str, file: str, findings: Findings, until: float | None = None) -> Node | None:
    """The file's one document as a tree; None, with a J001 noted, where it is not YAML that may stand here.

    `until`: the moment of the monotonic clock at which it must be read.
    """
    reader = _Reader(file, findings, time.monotonic() + SECONDS if until is None else until)
    try:
        return reader.read(text)
    except _Stop:
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Position(file, mark.line + 1, mark.column + 1) if mark else Position(file, 1, 1)
        problem = " ".join(str(error.problem or error.context or "cannot be read").split())
        findings.add("J001", at, f"not YAML: {problem}{_HINT}")
    except (YAMLError, ValueError, OverflowError, AssertionError, LookupError, AttributeError, TypeError) as error:
        # the parser's own slips on nonsense end here too: a file never brings a traceback
        findings.add("J001", _error_place(text, file, error), f"not YAML: {' '.join(str(error).split())[:200]}")
    return None


def _error_place(text: str, file: str, error: Exception) -> Position:
    index = getattr(error, "position", None)
    if not isinstance(index, int) or index > len(text):
        return Position(file, 1, 1)
    return Position(file, text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1)


class _Reader:
    def __init__(self, file: str, findings: Findings, deadline: float) -> None:
        self.file = file
        self.findings = findings
        self.deadline = deadline
        self.faults = 0
        self.anchors: set[str] = set()

    def fault(self, event: Any, message: str, *, stop: bool = False) -> None:
        self.findings.add("J001", self.place(event), message)
        self.faults += 1
        if stop or self.faults > 50:
            raise _Stop

    def place(self, event: Any) -> Position:
        return Position(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def read(self, text: str) -> Node | None:
        events = iter(yaml.parse(text, Loader=yaml.CSafeLoader))
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.fault(event, "a second document: one file holds one", stop=True)
            elif isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent):
                root = self.node(event, events)
        if root is None:
            self.findings.add("J001", Position(self.file, 1, 1), "the file is empty")
        return root if not self.faults else None

    def node(self, first: Any, events: Iterator[Any]) -> Node:
        """One node; iterative, so that no nesting can exhaust the stack before the depth limit stops it."""
        stack: list[tuple[Any, list[Node]]] = []
        event = first
        while True:
            if time.monotonic() > self.deadline:
                self.fault(event, "too large to be read in time", stop=True)
            node: Node | None = None
            if isinstance(event, SequenceEndEvent | MappingEndEvent):
                opened, parts = stack.pop()
                at = self.place(opened)
                is_map = isinstance(opened, MappingStartEvent)
                node = self.mapping(at, parts) if is_map else Sequence(at, tuple(parts))
            elif isinstance(event, SequenceStartEvent | MappingStartEvent):
                self.refuse_magic(event)
                if len(stack) >= DEEPEST:
                    self.fault(event, f"nested deeper than {DEEPEST} levels", stop=True)
                stack.append((event, []))
            elif isinstance(event, AliasEvent):
                if event.anchor not in self.anchors:  # else its anchor is told already
                    self.fault(event, f"aliases (*{event.anchor}) are not used here: write the value{_HINT}")
                node = Scalar(self.place(event), str(event.anchor), True)
            else:
                self.refuse_magic(event)
                node = Scalar(self.place(event), event.value, event.style in (None, ""))
            if node is not None:
                if not stack:
                    return node
                stack[-1][1].append(node)
            event = next(events)

    def refuse_magic(self, event: Any) -> None:
        if event.anchor is not None:
            self.anchors.add(event.anchor)
            self.fault(event, f"anchors (&{event.anchor}) are not used here{_HINT}")
        elif event.tag is not None:
            self.fault(event, f"tags ({event.tag}) are not used here{_HINT}")

    def mapping(self, at: Position, parts: list[Node]) -> Mapping:
        entries: list[Entry] = []
        seen: set[str] = set()
        twice = False
        for key, value in zip(parts[::2], parts[1::2], strict=False):
            if not isinstance(key, Scalar):
                self.findings.add("J001", key.at, f"a key must be a word{_HINT}")
                self.faults += 1
            elif key.plain and key.text == "<<":
                if isinstance(value, Scalar) and value.text in self.anchors:
                    continue
                self.findings.add("J001", key.at, "merge keys (<<) are not used here: write the keys out")
                self.faults += 1
            elif key.text in seen:
                if not twice:  # a line left out brings two parts together and many keys twice
                    self.findings.add("J001", key.at, f"the key {key.text!r} stands here twice")
                twice = True
                self.faults += 1
            else:
                seen.add(key.text)
                entries.append(Entry(key, value))
        return Mapping(at, tuple(entries))
