"""The lines of the author's file around a fault, as they may be shown anywhere."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jumuishi.definitions.findings import Finding

WIDEST = 100
"""Characters of a line that are shown, where nothing narrower is asked for."""
_AROUND = 1
# what the YAML parser counts as the end of a line, so that a place is the same place here
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(frozen=True)
class Line:
    """A line of a file; `caret` is how many columns of the screen stand before the fault, where it is on this line."""

    number: int
    text: str
    caret: int | None = None


def excerpt(files: Mapping[str, bytes], finding: Finding, *, width: int = WIDEST) -> tuple[Line, ...]:
    """The line of the fault and its neighbours; nothing where the file or the line is not there.

    Lines are cut to `width` characters around the fault's column. What would steer a terminal or turn the writing
    round is shown as a dot.
    """
    lines = _BREAK.split(files.get(finding.file, b"").decode("utf-8-sig", "replace"))
    if not 1 <= finding.line <= len(lines):
        return ()
    first, last = max(1, finding.line - _AROUND), min(len(lines), finding.line + _AROUND)
    if last > finding.line and not lines[last - 1].strip():
        last -= 1
    from_column = max(0, min(finding.column - 1 - width // 2, len(lines[finding.line - 1]) - width))
    shown = []
    for number in range(first, last + 1):
        text = "".join(_shown(one) for one in lines[number - 1][from_column : from_column + width])
        caret = None
        if number == finding.line:
            before = text[: finding.column - 1 - from_column]
            caret = sum(_columns(one) for one in before)
        shown.append(Line(number, text.rstrip(), caret))
    return tuple(shown)


def as_text(lines: Sequence[Line]) -> str:
    """The lines with their numbers, and a mark under the place of the fault."""
    margin = len(str(lines[-1].number)) if lines else 0
    said = []
    for line in lines:
        said.append(f"{line.number:>{margin}} | {line.text}")
        if line.caret is not None:
            said.append(f"{'':>{margin}} | {' ' * line.caret}^")
    return "\n".join(said)


def _shown(one: str) -> str:
    return " " if one == "\t" else one if one.isprintable() else "·"


def _columns(one: str) -> int:
    if unicodedata.combining(one):
        return 0
    return 2 if unicodedata.east_asian_width(one) in ("W", "F") else 1
