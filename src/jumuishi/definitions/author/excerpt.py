"""The lines of the author's file around a fault, as they may be shown anywhere."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from jumuishi.definitions.findings import Finding

WIDEST = 100
"""Characters of a line that are shown, where nothing narrower is asked for."""
_AROUND = 1
_MARKED = 10
_AT_FAULT = re.compile(r"\"[^\"]*\"?|'[^']*'?|[\w.-]+|.")
# what the YAML parser counts as the end of a line, so that a place is the same place here
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(frozen=True)
class Line:
    """A line of a file; `caret` is how many columns of the screen stand before the fault, where it is on this line.

    `fault` are the signs of `text` that are at fault then, from one to before the other.
    """

    number: int
    text: str
    caret: int | None = None
    fault: tuple[int, int] = (0, 0)

    @property
    def parts(self) -> tuple[str, str, str]:
        """What stands before the fault, the word at fault, and what stands after it; all before where none is."""
        start, end = self.fault
        return (self.text[:start], self.text[start:end], self.text[end:]) if end else (self.text, "", "")


def excerpt(files: Mapping[str, bytes], finding: Finding, *, width: int = WIDEST) -> tuple[Line, ...]:
    """The line of the fault and its neighbours, blank ones left out; nothing where the file or line is not there.

    Lines are cut to `width` characters around the fault's column, a cut is marked where there is room. What would steer
    a terminal or turn the writing round is shown as a dot.
    """
    lines = _BREAK.split(files.get(finding.file, b"").decode("utf-8-sig", "replace"))
    if not 1 <= finding.line <= len(lines):
        return ()
    first, last = max(1, finding.line - _AROUND), min(len(lines), finding.line + _AROUND)
    from_column = max(0, min(finding.column - 1 - width // 2, len(lines[finding.line - 1]) - width))
    shown = []
    for number in range(first, last + 1):
        text = "".join(_shown(one) for one in lines[number - 1][from_column : from_column + width])
        if width > _MARKED and from_column and text:
            text = "…" + text[1:]
        if width > _MARKED and len(lines[number - 1]) > from_column + width:
            text = text[:-1] + "…"
        if number != finding.line and not text.strip(" …"):
            continue
        text, start = text.rstrip(), finding.column - 1 - from_column
        if number != finding.line:
            shown.append(Line(number, text))
            continue
        word = _AT_FAULT.match(text, start)
        shown.append(Line(number, text, sum(_columns(one) for one in text[:start]), word.span() if word else (0, 0)))
    return tuple(shown)


def _shown(one: str) -> str:
    return " " if one == "\t" else one if one.isprintable() else "·"


def _columns(one: str) -> int:
    if unicodedata.combining(one):
        return 0
    return 2 if unicodedata.east_asian_width(one) in ("W", "F") else 1
