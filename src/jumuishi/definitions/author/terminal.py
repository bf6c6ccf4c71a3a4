"""Findings as a person reads them in a terminal: each with its lines, its story, and what they come to."""

import textwrap
from collections.abc import Mapping, Sequence

from jumuishi.definitions.author.excerpt import excerpt
from jumuishi.definitions.findings import Finding
from jumuishi.kernel.text import t

_FEW = 5
"""More findings than these are counted by code too."""
_RED, _YELLOW, _GREEN, _FAINT, _BOLD, _PLAIN = (f"\x1b[{n}m" for n in ("31", "33", "32", "2", "1", "0"))


def first_line(finding: Finding) -> str:
    """`FILE:LINE:COL CODE message`, as programs read it."""
    return f"{finding.file}:{finding.line}:{finding.column} {finding.code} {finding.message}"


def plain(findings: Sequence[Finding]) -> str:
    """A line a finding, its story indented below; nothing for none."""
    return "".join(f"{first_line(one)}\n{_story(one)}" for one in findings)


def full(findings: Sequence[Finding], files: Mapping[str, bytes], *, lang: str, colour: bool, width: int = 100) -> str:
    """Each finding with its place in the file and its story, then how many there are; `width` in characters."""

    def paint(text: str, how: str) -> str:
        return f"{how}{text}{_PLAIN}" if colour else text

    parts = []
    for one in findings:
        strong = _YELLOW if one.is_warning else _RED
        place = f"{one.file}:{one.line}:{one.column}"
        said = [f"{paint(place, _BOLD)} {paint(one.code, strong)} {one.message}\n"]
        lines = excerpt(files, one, width=max(20, width - 10))
        margin = len(str(lines[-1].number)) if lines else 0
        for line in lines:
            said.append(f"  {paint(f'{line.number:>{margin}} |', _FAINT)} {line.text}\n")
            if line.caret is not None:
                said.append(f"  {paint(' ' * margin + ' |', _FAINT)} {' ' * line.caret}{paint('^', strong)}\n")
        parts.append("".join(said) + _story(one, max(40, width - 2)))
    faults = sum(not one.is_warning for one in findings)
    total = paint(summary(findings, lang), _RED if faults else _GREEN) + "\n"
    counted = by_code(findings)
    if len(findings) > _FEW:
        most = len(str(max(map(len, counted.values()))))
        for code, there in counted.items():
            strong = _YELLOW if code.startswith("W") else _RED
            total += f"  {len(there):>{most}}  {paint(code, strong)}  {title(code, lang)}\n"
    return "\n".join([*parts, total])


def by_code(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """The findings of each code in their order: faults first, warnings after."""
    found: dict[str, list[Finding]] = {}
    for one in sorted(findings, key=lambda one: (one.is_warning, one.code)):
        found.setdefault(one.code, []).append(one)
    return found


def title(code: str, lang: str) -> str:
    """What a code stands for, in a few words; a warning's is that it could not be decided."""
    said = t(f"definitions.code_j{code[1:]}", lang)
    return t("definitions.code_warning", lang, title=said) if code.startswith("W") else said


def summary(findings: Sequence[Finding], lang: str) -> str:
    """How many faults and warnings, or that there is none."""
    warnings = sum(one.is_warning for one in findings)
    faults = len(findings) - warnings
    if not faults:
        return t("definitions.check_sound", lang) if not warnings else _say("sound_but", lang, warnings=warnings)
    return _say("faults", lang, faults=faults) if not warnings else _say("both", lang, faults=faults, warnings=warnings)


def _say(key: str, lang: str, **counts: int) -> str:
    return t(f"definitions.check_{key}", lang, **counts)


def _story(finding: Finding, width: int = 0) -> str:
    """Its story indented, a sentence a line; wrapped where a width is said."""
    lines = finding.story.splitlines() if finding.story else []
    if width:
        lines = [part for line in lines for part in textwrap.wrap(line, width - 4, subsequent_indent="  ") or [""]]
    return "".join(f"    {line}\n" for line in lines)
