"""Taking a definition's tree apart: each part is read strictly, a faulty one is noted once and stood in for."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Any, TypeVar, cast

from jumuishi.definitions.findings import Findings
from jumuishi.definitions.model import Expression, Path, Position, Table, Text, Unit, Within
from jumuishi.definitions.read.yamlfile import Entry, Mapping, Node, Scalar, Sequence

T = TypeVar("T")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
ID = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")
CLAIM = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z")
"""A claim may be called as the field that it carries, or like any other id."""
UNITS = ("hours", "days", "months", "years", "working_hours", "working_days")
ANYWHERE = Position("service.yaml", 1, 1)


def closest(word: str, known: Collection[str]) -> str | None:
    """The word that was meant by a misspelled one, if any comes near."""

    def likeness(one: str) -> float:
        return SequenceMatcher(None, one, word.lower().replace("-", "_")).ratio()

    best = max(known, key=likeness, default="")
    return best if len(word) <= 60 and best and likeness(best) >= 0.7 else None


@dataclass(slots=True)
class Reading:
    """What is known while a definition is read; `doubtful` holds the paths of parts that are stood in for.

    `misnamed`: by table, the author's names in it that are no names; others may mean them.
    """

    findings: Findings
    positions: dict[Path, Position] = field(default_factory=dict)
    doubtful: set[Path] = field(default_factory=set)
    misnamed: dict[Path, list[str]] = field(default_factory=dict)
    languages: tuple[str, ...] = ()

    def may_mean(self, path: Path, name: str) -> bool:
        """Whether an unknown name may be that of a part whose own name, or whose whole table, is at fault."""
        known = [one.lower().replace("_", "-") for one in self.misnamed.get(path, ())]
        return path in self.doubtful or closest(name, [one.replace("-", "_") for one in known]) is not None

    def at(self, path: Path) -> Position:
        """The place of a path, or of the nearest part around it."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, ANYWHERE)

    def wrong(self, path: Path, message: str, code: str = "J003") -> None:
        """Notes a fault at the path's key and that the part is stood in for."""
        self.findings.add(code, self.at(path), message)
        self.doubtful.add(path)

    def keys(self, node: Node | None, path: Path, allowed: Collection[str], required: Collection[str] = ()) -> "Part":
        """The entries of a mapping that may hold these keys and must hold those."""
        if not isinstance(node, Mapping):
            self.wrong(path, "this must have keys of its own: " + " ".join(allowed))
            return Part(self, path, {})
        found: dict[str, Entry] = {}
        strange: list[Entry] = []
        for entry in node:
            key = entry.key.text
            self.positions[*path, key] = entry.key.at
            if key in allowed:
                found[key] = entry
            else:
                self.findings.add("J002", entry.key.at, f"unknown key {key!r}; known here: {' '.join(allowed)}")
                strange.append(entry)
        for entry in strange[:20]:
            # read as the key that it misspells: one cause, one finding
            meant = closest(entry.key.text, [one for one in allowed if one not in found])
            if meant is not None:
                found[meant] = entry
                self.positions[*path, meant] = entry.key.at
        for key in required:
            if key not in found:
                self.findings.add("J003", self.at(path), f"the key {key!r} is missing")
                self.doubtful.add((*path, key))
        return Part(self, path, found)

    def table(self, node: Node | None, path: Path, name: re.Pattern[str], read: Callable[[Node, Path], T]) -> Table[T]:
        """A mapping from names of the author's to parts of one kind."""
        if not isinstance(node, Mapping):
            self.wrong(path, "this must have keys of its own")
            return Table()
        found: dict[str, T] = {}
        for entry in node:
            here = (*path, entry.key.text)
            self.positions[here] = entry.key.at
            if not name.match(entry.key.text):
                sign = "_" if "_" in name.pattern else "-"
                self.wrong(here, f"{entry.key.text!r} is no name: a small letter, then small letters, digits, {sign}")
                self.misnamed.setdefault(path, []).append(entry.key.text)
            found[entry.key.text] = read(entry.value, here)
        return Table(found)

    def items(self, node: Node | None, path: Path) -> list[tuple[Node, Path]]:
        """The items of a list with their paths."""
        if not isinstance(node, Sequence):
            self.wrong(path, "this must be a list")
            return []
        found = []
        for number, one in enumerate(node.items):
            self.positions[*path, number] = one.at
            found.append((one, (*path, number)))
        return found

    def text(self, node: Node | None, path: Path, extra: Collection[str] = ()) -> Text:
        """A text in each language; J701 where one is missing or empty."""
        if not isinstance(node, Mapping):
            if isinstance(node, Scalar) and node.is_null:
                self.findings.add("J701", self.at(path), f"the text is missing in {', '.join(self.languages)}")
            else:
                self.wrong(path, f"a text is given for each language: {{{', '.join(self.languages)}}}")
            return Text(dict.fromkeys(self.languages, ""))
        said: dict[str, str] = {}
        strange = 0
        for entry in node:
            key, value = entry.key.text, entry.value
            self.positions[*path, key] = entry.key.at
            if key in extra:
                continue
            if key not in self.languages and ("languages",) in self.doubtful:
                said[key] = "?"
            elif key not in self.languages:
                known = " ".join(self.languages)
                self.findings.add("J002", entry.key.at, f"unknown key {key!r}; the languages are: {known}")
                strange += 1
            elif isinstance(value, Scalar) and (value.is_text or value.is_null):
                said[key] = "" if value.is_null else value.text.strip()
            else:
                self.wrong((*path, key), "this must be text; put it in quotes")
                said[key] = "?"
        missing = [one for one in self.languages if not said.get(one)]
        if len(missing) > strange and ("languages",) not in self.doubtful:
            self.findings.add("J701", self.at(path), f"the text is missing in {', '.join(missing)}")
        return Text({one: said.get(one, "") for one in self.languages})


@dataclass(slots=True)
class Part:
    """The known entries of one mapping, read key by key; a key that is absent gives what `otherwise` says."""

    reading: Reading
    path: Path
    entries: dict[str, Entry]

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def value(self, key: str) -> Node | None:
        """The node under the key."""
        return self.entries[key].value if key in self.entries else None

    def here(self, key: str) -> Path:
        """The path of the key."""
        return (*self.path, key)

    def wrong(self, key: str, message: str, code: str = "J003") -> None:
        """Notes a fault at the key."""
        self.reading.wrong(self.here(key), message, code)

    def string(self, key: str, otherwise: str = "", pattern: re.Pattern[str] | None = None) -> str:
        """A string, of that form."""
        node = self.value(key)
        if node is None:
            return otherwise
        if not isinstance(node, Scalar) or not node.is_text:
            self.wrong(key, f"{key} must be text; put it in quotes")
            return otherwise
        if pattern is not None and not pattern.match(node.text):
            self.wrong(key, f"{node.text!r} is no name: it begins with a small letter and has at most 40 signs")
            return otherwise
        return node.text

    def word(self, key: str, allowed: Collection[str], otherwise: Any = None) -> Any:
        """One word of a closed list."""
        node = self.value(key)
        if node is None:
            return otherwise
        if not isinstance(node, Scalar) or node.text not in allowed:
            self.wrong(key, f"{key} must be one of: {' '.join(allowed)}")
            return otherwise
        return node.text

    def words(self, key: str, allowed: Collection[str] | None = None, *, empty: bool = True) -> tuple[str, ...]:
        """A list of words, of a closed list where one is given."""
        if key not in self:
            return ()
        found: list[str] = []
        for node, _ in self.reading.items(self.value(key), self.here(key)):
            if not isinstance(node, Scalar) or not node.is_text or (allowed is not None and node.text not in allowed):
                self.wrong(key, f"{key} holds only: {' '.join(allowed)}" if allowed else f"{key} is a list of names")
            elif node.text in found:
                self.wrong(key, f"{node.text} stands twice in {key}")
            else:
                found.append(node.text)
        if not found and not empty and self.here(key) not in self.reading.doubtful:
            self.wrong(key, f"{key} is empty")
        return tuple(found)

    def integer(self, key: str, least: int, otherwise: int | None = None) -> int | None:
        """A whole number, at least so much."""
        node = self.value(key)
        if node is None:
            return otherwise
        number = node.integer if isinstance(node, Scalar) else None
        if number is None or number < least or number > 10**9:
            self.wrong(key, f"{key} must be a whole number from {least}")
            return otherwise
        return number

    def boolean(self, key: str, otherwise: bool) -> bool:
        """True or false."""
        node = self.value(key)
        if node is None:
            return otherwise
        if not isinstance(node, Scalar) or node.boolean is None:
            self.wrong(key, f"{key} must be true or false")
            return otherwise
        return node.boolean

    def iso_date(self, key: str) -> str | None:
        """An ISO date as text."""
        node = self.value(key)
        if node is None:
            return None
        try:
            if isinstance(node, Scalar) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", node.text):
                return date.fromisoformat(node.text).isoformat()
        except ValueError:
            pass
        self.wrong(key, f"{key} must be a date such as 2026-03-02")
        return None

    def text(self, key: str) -> Text:
        """A text in each language; empty where the key is absent."""
        return self.reading.text(self.value(key), self.here(key)) if key in self else Text()

    def optional_text(self, key: str) -> Text | None:
        """A text in each language, or None."""
        return self.text(key) if key in self else None

    def expression(self, key: str) -> Expression | None:
        """The source of an expression, with the place of its first character."""
        node = self.value(key)
        if node is None:
            return None
        if not isinstance(node, Scalar) or not node.is_text:
            self.wrong(key, f"{key} must be an expression in quotes")
            return None
        return Expression(node.text, node.at.line, node.at.column)

    def within(self, key: str) -> Within:
        """A span of time: `N UNIT`, or {setting, unit}."""
        node = self.value(key)
        if isinstance(node, Mapping):
            part = self.reading.keys(node, self.here(key), ("setting", "unit"), ("setting", "unit"))
            unit = cast(Unit, part.word("unit", UNITS, "days"))
            return Within(unit, None, part.string("setting", "", NAME))
        found = re.fullmatch(r"([1-9][0-9]{0,4}) ([a-z_]+)", node.text) if isinstance(node, Scalar) else None
        if found is None or found[2] not in UNITS:
            if node is not None:
                self.wrong(key, f"{key} must be a span such as 3 working_days; units: {' '.join(UNITS)}")
            return Within("days", 1)
        return Within(cast(Unit, found[2]), int(found[1]))
