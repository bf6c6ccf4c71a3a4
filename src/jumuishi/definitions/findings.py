"""Findings: faults of a package, each with its code and exact place."""

from dataclasses import dataclass, field
from typing import Any

from jumuishi.definitions.model import Position


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault; `story` is a chain of plain sentences that leads into it, where the fault is one of behaviour."""

    file: str
    line: int
    column: int
    code: str
    message: str
    story: str | None = None

    def as_data(self) -> dict[str, Any]:
        """The finding as `--format json` prints it."""
        return {
            "code": self.code,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "story": self.story,
        }

    @property
    def is_warning(self) -> bool:
        """Warnings carry W and the digits of their J code and do not change the exit."""
        return self.code.startswith("W")


@dataclass(slots=True)
class Findings:
    """A growing list of findings that holds each once, up to a number nobody reads beyond."""

    found: list[Finding] = field(default_factory=list)
    most: int = 500
    missing: dict[Finding, str] = field(default_factory=dict)

    def add(self, code: str, at: Position, message: str, story: str | None = None, missing: str = "") -> None:
        """Notes a finding, unless the very same is there already.

        `missing`: kind and name of what is not there, where that is the fault: it is told once, however often named.
        """
        if len(self.found) >= self.most:
            return
        # one line, whatever of the author's file it quotes
        message = "".join(one if one.isprintable() else " " for one in message)
        finding = Finding(at.file, at.line, at.column, code, message, story)
        if finding not in self.found:
            self.found.append(finding)
            if missing:
                self.missing[finding] = missing

    def in_order(self) -> list[Finding]:
        """The findings by their places; of those that one missing thing brings about, the first."""
        told: set[str] = set()
        kept: list[Finding] = []
        for one in sorted(self.found, key=lambda one: (one.file != "service.yaml", one)):
            about = self.missing.get(one, "")
            if about not in told:
                kept.append(one)
            if about:
                told.add(about)
        return sorted(kept)

    def __bool__(self) -> bool:
        return bool(self.found)
