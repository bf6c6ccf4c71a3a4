"""What an expression comes to, for all answers at once: its value, whether that is null, whether it fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jumuishi.definitions.solve.logic import Formula


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a list that may be taken: `present` says whether it is."""

    present: Formula
    item: "Term"


@dataclass(frozen=True, slots=True)
class Items:
    """A list as its slots in order; `more` says that it goes on beyond them (a group without a small max)."""

    slots: tuple[Slot, ...]
    size: Formula
    more: Formula


@dataclass(frozen=True, slots=True)
class Term:
    """One value for all answers.

    `kind` as in expressions.types. `value`: a Bool; an Int (int; string: the number that stands for the text; timestamp
    and duration: seconds, of a date its local midnight); a Real (double); Items (list); None (file, null, institution).
    `parts` are the members of an item or place. Where `null` or `fails` hold the value means nothing. `days` is the day
    of a timestamp at midnight, `minutes` the time of day of a text 'HH:MM'.
    """

    kind: str
    value: Any
    null: Formula
    fails: Formula
    parts: Mapping[str, "Term"] = field(default_factory=dict, hash=False, compare=False)
    days: Formula | None = None
    minutes: Formula | None = None

    def failing(self, fails: Formula) -> "Term":
        """The same where something else may have failed."""
        return replace(self, fails=fails)

    @property
    def items(self) -> Items:
        """The list that this is; raises TypeError where it is none."""
        if not isinstance(self.value, Items):
            raise TypeError(f"a {self.kind} is no list")
        return self.value
