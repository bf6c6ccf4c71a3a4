"""A definition's text as it is being written: which key and value stands where, also while it is not YAML at all.

The check reads strictly and says what is wrong; this reads what can be made out, and never fails. It knows indented
keys and lists, lists and keys in brackets, quotes, comments, and blocks of text, which is what definitions hold.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from jumuishi.definitions.table import Path

MOST_SIGNS = 1_000_000
WIDEST = 4000
"""Beyond these, a text or a line is not made out: nobody writes such."""
_AHEAD = 40
_QUOTED = r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'"""
_KEY = re.compile(rf"""({_QUOTED}|[^\s{{}}\[\],"'#&*!|>%@`?:-](?:[^:#]|:(?=\S))*?)[ \t]*:(?=\s|$)""")
_IN_BRACKETS = re.compile(r"(?:[^,\[\]{}:#]|:(?=[^\s,\[\]{}])|(?<=\S)#)+")
_PLAIN = re.compile(r"(?:[^#]|(?<=\S)#)+")

Role = Literal["key", "value"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A key or a value: its path, its words without quotes, and where they stand (lines and columns from 0)."""

    path: Path
    role: Role
    text: str
    line: int
    start: int

    @property
    def end(self) -> int:
        """The column after its last sign."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What is awaited where a text breaks off: a key of the mapping `path`, the value of `path`, or either.

    `word` is what stands there of it already; `quoted` that it stands in quotes.
    """

    path: Path
    awaits: Literal["key", "value", "either"]
    word: str = ""
    quoted: bool = False


@dataclass(slots=True)
class _Block:
    """A mapping or list by indentation; `child` is the path of what came last in it."""

    indent: int
    path: Path
    is_list: bool
    count: int = -1
    child: Path = ()


@dataclass(slots=True)
class _Bracket:
    """A mapping or list in brackets that is still open."""

    path: Path
    is_list: bool
    count: int = 0
    key: str | None = None

    @property
    def child(self) -> Path:
        return (*self.path, self.count if self.is_list else self.key or "")


@dataclass
class Outline:
    """The keys and values of a text in their order, and what is awaited at its end."""

    marks: list[Mark] = field(default_factory=list)
    cursor: Cursor | None = None
    children: dict[Path, list[str]] = field(default_factory=dict)
    values: dict[Path, str] = field(default_factory=dict)
    by_line: dict[int, list[Mark]] = field(default_factory=dict)

    def at(self, line: int, column: int) -> Mark | None:
        """The key or value at a place."""
        return next((one for one in self.by_line.get(line, ()) if one.start <= column <= one.end), None)

    def note(self, mark: Mark) -> None:
        """Takes a key or value in."""
        self.marks.append(mark)
        self.by_line.setdefault(mark.line, []).append(mark)
        if mark.role == "key":
            self.children.setdefault(mark.path[:-1], []).append(mark.text)
        else:
            self.values.setdefault(mark.path, mark.text)


def outline(text: str) -> Outline:
    """The outline of a whole text; that of nothing where it is larger than anybody writes."""
    return _Scanner().read(text if len(text) <= MOST_SIGNS else "")


def cursor_at(text: str, line: int, column: int) -> Cursor | None:
    """What is awaited at a place of a text; None where nothing can be made out, as in a comment."""
    lines = lines_of(text)[: line + 1]
    if len(lines) <= line or len(text) > MOST_SIGNS:
        return None
    return _Scanner().read("\n".join([*lines[:line], lines[line][:column]])).cursor


def lines_of(text: str) -> list[str]:
    """The lines of a text, as editors count them."""
    return re.split("\r\n|\r|\n", text)


class _Scanner:
    def __init__(self) -> None:
        self.found = Outline()
        self.blocks: list[_Block] = []
        self.brackets: list[_Bracket] = []
        self.around = 0
        """The indentation of the key that holds the open brackets, or the block of text that is being passed over."""
        self.passing = False
        self.until = -1
        """The line up to which a text in quotes goes on."""

    def read(self, text: str) -> Outline:
        self.lines = lines_of(text)
        for row, line in enumerate(self.lines):
            if len(line) > WIDEST:
                continue
            if row <= self.until:
                continue
            if self.passing and (not line.strip() or _indent(line) > self.around):
                self.found.cursor = None
                continue
            self.passing = False
            if self.brackets and self.breaks_out(line):
                self.brackets.clear()
            if self.brackets:
                self.in_brackets(row, line, 0)
            else:
                self.line(row, line)
        return self.found

    def breaks_out(self, line: str) -> bool:
        """Whether brackets were never closed: a key or item stands where only what is outside of them can."""
        indent = _indent(line)
        return bool(line.strip()) and indent <= self.around and (
            _KEY.match(line, indent) is not None or line[indent : indent + 2] == "- "
        )  # fmt: skip

    # Lines.

    def line(self, row: int, line: str) -> None:
        bare, column = line.strip(), _indent(line)
        if not bare or bare[0] == "#" or bare in ("---", "..."):
            self.found.cursor = Cursor(self.mapping(len(line)), "key") if not bare else None
            return
        in_list = False
        while line[column : column + 1] == "-" and line[column + 1 : column + 2] in ("", " "):
            block, in_list = self.list_at(column), True
            block.count += 1
            block.child = (*block.path, block.count)
            column += 1 + _indent(line[column + 1 :])
            if column >= len(line) or line[column] == "#":
                self.found.cursor = Cursor(block.child, "either") if column >= len(line) else None
                return
        key = _KEY.match(line, column)
        if key is not None:
            block = self.mapping_at(column)
            quotes = key[1][:1] in "\"'"
            name = key[1][1:-1] if quotes else key[1]
            block.child = (*block.path, name)
            self.found.note(Mark(block.child, "key", name, row, column + quotes))
            self.value(row, line, key.end(), block.child, block.indent)
        elif in_list:
            self.value(row, line, column, self.blocks[-1].child, self.blocks[-1].indent)
            if self.found.cursor is not None and not self.brackets and not self.found.cursor.quoted:
                self.found.cursor = Cursor(self.found.cursor.path, "either", self.found.cursor.word)
        elif line[column] in "[{\"'" and self.blocks and column > self.blocks[-1].indent:
            self.value(row, line, column, self.blocks[-1].child, self.blocks[-1].indent)
        else:
            self.found.cursor = Cursor(self.mapping(column), "key", bare) if line.endswith(bare) else None

    def mapping(self, column: int) -> Path:
        """The mapping that a key at this column would belong to."""
        for block in reversed(self.blocks):
            if block.indent < column:
                return block.child
            if block.indent == column and not block.is_list:
                return block.path
        return ()

    def mapping_at(self, column: int) -> _Block:
        while self.blocks and (
            self.blocks[-1].indent > column or (self.blocks[-1].indent == column and self.blocks[-1].is_list)
        ):
            self.blocks.pop()
        return self.block(column, is_list=False)

    def list_at(self, column: int) -> _Block:
        while self.blocks and self.blocks[-1].indent > column:
            self.blocks.pop()
        return self.block(column, is_list=True)

    def block(self, column: int, *, is_list: bool) -> _Block:
        top = self.blocks[-1] if self.blocks else None
        if top is not None and top.indent == column and top.is_list == is_list:
            return top
        path = top.child if top is not None else ()
        self.blocks.append(_Block(column, path, is_list, child=path))
        return self.blocks[-1]

    # Values.

    def value(self, row: int, line: str, column: int, path: Path, indent: int) -> None:
        column += len(line[column:]) - len(line[column:].lstrip())
        sign = line[column : column + 1]
        self.found.cursor = Cursor(path, "value")
        if not sign:
            return
        if sign == "#":
            self.found.cursor = None
        elif sign in "[{":
            self.around = indent
            self.in_brackets(row, line, column)
        elif sign in "|>":
            self.around, self.passing, self.found.cursor = indent, True, None
        elif sign in "\"'":
            self.quoted(row, line, column, path, indent)
        else:
            plain = _PLAIN.match(line, column)
            said = plain[0].rstrip() if plain is not None else ""
            self.found.note(Mark(path, "value", said, row, column))
            self.found.cursor = Cursor(path, "value", said) if column + len(said) == len(line) else None

    def quoted(self, row: int, line: str, column: int, path: Path, indent: int) -> int:
        """A text in quotes; gives the column after it."""
        closed = re.compile(_QUOTED).match(line, column)
        if closed is not None:
            self.found.note(Mark(path, "value", closed[0][1:-1], row, column + 1))
            self.found.cursor = None
            return closed.end()
        self.found.note(Mark(path, "value", line[column + 1 :], row, column + 1))
        self.found.cursor = Cursor(path, "value", line[column + 1 :], quoted=True)
        for further in range(row + 1, min(row + _AHEAD, len(self.lines))):
            if self.lines[further].strip() and _indent(self.lines[further]) <= indent:
                break
            if line[column] in self.lines[further]:
                self.until = further
                break
        return len(line)

    def in_brackets(self, row: int, line: str, column: int) -> None:
        while column < len(line):
            sign, top = line[column], self.brackets[-1] if self.brackets else None
            if sign in " \t":
                column += 1
            elif sign == "#" and (column == 0 or line[column - 1] in " \t"):
                self.found.cursor = None
                return
            elif sign in "[{":
                path = top.child if top is not None else self.blocks[-1].child
                self.brackets.append(_Bracket(path, sign == "["))
                column += 1
                self.await_in_brackets()
            elif sign in "]}":
                self.brackets.pop()
                column += 1
                self.found.cursor = None
                if not self.brackets:
                    return
            elif sign in ",:" and top is not None:
                if sign == ",":
                    top.count, top.key = top.count + 1, None
                column += 1
                self.await_in_brackets()
            else:
                column = self.word_in_brackets(row, line, column)
        is_inside_quotes = self.found.cursor is not None and self.found.cursor.quoted
        if (line[-1:] == " " or not line) and not is_inside_quotes:
            self.await_in_brackets()

    def await_in_brackets(self) -> None:
        if self.brackets:
            top = self.brackets[-1]
            wanted: Literal["key", "value"] = "value" if top.is_list or top.key is not None else "key"
            self.found.cursor = Cursor(top.child if wanted == "value" else top.path, wanted)

    def word_in_brackets(self, row: int, line: str, column: int) -> int:
        top = self.brackets[-1]
        quoted = re.compile(_QUOTED).match(line, column)
        if quoted is None and line[column] in "\"'":
            return self.quoted(row, line, column, top.child, self.around)
        plain = quoted or _IN_BRACKETS.match(line, column)
        if plain is None:
            return column + 1
        said = plain[0][1:-1] if quoted else plain[0].rstrip()
        start = column + (quoted is not None)
        if top.is_list or top.key is not None:
            self.found.note(Mark(top.child, "value", said, row, start))
            self.found.cursor = Cursor(top.child, "value", said)
        else:
            top.key = said
            self.found.cursor = Cursor(top.path, "key", said)
            if re.compile(r"[ \t]*(:|$)").match(line, plain.end()):
                self.found.note(Mark(top.child, "key", said, row, start))
        if quoted:
            self.found.cursor = None
        return plain.end()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def words_in(text: str) -> Iterator[tuple[str, int]]:
    """The names in an expression with their columns: those outside its strings; `setting.NAME` is one."""
    for found in re.finditer(r"'[^']*'?|\"[^\"]*\"?|(setting\.\w+|(?<![\w.])[a-z]\w*)", text):
        if found[1]:
            yield found[1], found.start()
