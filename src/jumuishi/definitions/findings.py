"""Findings: faults of a package, each with its code and exact place."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jumuishi.definitions.messages import in_kiswahili
from jumuishi.definitions.model import Position


@dataclass(frozen=True)
class Tale:
    """Answers and acts that lead into a fault, as a story of the author's has them (tests/*.yaml).

    `settings`: what was typed for each; `today` an ISO date; `steps` as in a story's file; `words`: the same in plain
    sentences, one a line, by language; `title` likewise.
    """

    settings: Mapping[str, Any]
    today: str
    steps: tuple[Mapping[str, Any], ...]
    words: Mapping[str, str]
    title: Mapping[str, str]
    earlier: Mapping[str, str] = field(default_factory=dict)
    """The applicant's documents that the answers name: their number and last day."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault; `story` is a chain of plain sentences that leads into it, where the fault is one of behaviour."""

    file: str
    line: int
    column: int
    code: str
    message: str
    story: str | None = None
    words: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """The message by language, where it has more than one."""
    tale: Tale | None = field(default=None, compare=False, repr=False)

    def in_language(self, language: str) -> "Finding":
        """The finding with message and story in that language, where it has them."""
        story = self.tale.words.get(language) if self.tale is not None else None
        said = self.words.get(language) or (in_kiswahili(self.message) if language == "sw" else None)
        return replace(self, message=said or self.message, story=story or self.story)

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

    def add(
        self,
        code: str,
        at: Position,
        message: str,
        story: str | None = None,
        missing: str = "",
        *,
        words: Mapping[str, str] | None = None,
        tale: Tale | None = None,
    ) -> None:
        """Notes a finding, unless the very same is there already.

        `missing`: kind and name of what is not there, where that is the fault: it is told once, however often named.
        """
        if len(self.found) >= self.most:
            return
        # one line, whatever of the author's file it quotes
        message = "".join(one if one.isprintable() else " " for one in message)
        finding = Finding(at.file, at.line, at.column, code, message, story, words or {}, tale)
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
