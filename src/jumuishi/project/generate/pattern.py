"""Text with slots: what of a played case is its own (ids, names, numbers, instants), and what every copy shares."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

_INSTANT = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00(?::00)?)"


class Slots:
    """Every word that differs from copy to copy has a number; instants get theirs as they are met."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.names = list(dict.fromkeys(words.values()))
        self._of = {word: self.names.index(name) for word, name in words.items()}
        longest_first = sorted(words, key=len, reverse=True)
        self._seek = re.compile("|".join([_INSTANT, *map(re.escape, longest_first)]))
        self.instants: dict[int, tuple[datetime, str, str, str]] = {}

    def pattern(self, text: str) -> "Pattern":
        """The text as a pattern over these slots."""
        parts, numbers, last = [], [], 0
        for found in self._seek.finditer(text):
            parts.append(text[last : found.start()].replace("%", "%%"))
            numbers.append(self._number(found[0]))
            last = found.end()
        return Pattern("%s".join([*parts, text[last:].replace("%", "%%")]), tuple(numbers))

    def _number(self, word: str) -> int:
        if word not in self._of:
            self._of[word] = len(self.names)
            self.instants[len(self.names)] = (_read(word), *_form(word))
            self.names.append(word)
        return self._of[word]

    def moved(self, values: list[Any], by: timedelta) -> None:
        """Put every instant, moved, into a copy's values."""
        for number, (at, between, precision, end) in self.instants.items():
            values[number] = (at + by).isoformat(between, precision) + end


@dataclass(frozen=True)
class Pattern:
    """A format and the numbers of its slots."""

    form: str
    numbers: tuple[int, ...]

    def fill(self, values: Sequence[Any]) -> str:
        """The text of one copy."""
        if not self.numbers:
            return self.form % ()
        found: str = self.form % itemgetter(*self.numbers)(values)
        return found


def _read(word: str) -> datetime:
    text = word.replace("Z", "+00:00").replace(" ", "T")
    return (
        datetime.fromisoformat(text if text.endswith(":00") and text[-6] == "+" else f"{text}:00")
        .astimezone(UTC)
        .replace(tzinfo=None)
    )


def _form(word: str) -> tuple[str, str, str]:
    """The way the instant was written: what stands between day and hour, how precise it is, how it ends."""
    end = "Z" if word.endswith("Z") else "+00:00" if word.endswith("+00:00") else "+00"
    return word[10], "microseconds" if "." in word else "seconds", end
