"""What a generated definition has gathered so far: its questions with what may be asked about them, its settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

Condition = tuple[str, frozenset[str]]
"""An expression that is true for some answers and false for others whatever other questions are answered, with the
names of the questions on which it rests."""
WORDS = {
    "sw": ("Jina", "Kata", "Idadi", "Aina", "Tarehe", "Eneo", "Kazi", "Shule", "Gari", "Shamba", "Duka", "Maji"),
    "en": ("Name", "Ward", "Count", "Kind", "Day", "Area", "Work", "School", "Car", "Farm", "Shop", "Water"),
    "fr": ("Nom", "Quartier", "Nombre", "Genre", "Jour", "Zone", "Travail", "Ecole", "Auto", "Champ", "Magasin", "Eau"),
}


@dataclass
class Known:
    """A question that later expressions may ask about; `atom` gives a condition on it alone, `rests_on` what it needs.

    `whole`: the least and greatest value of a whole number that is always there, for what reckons with it; `keys`:
    those of a select that are always offered; `moves`: the day changes what is asked of it.
    """

    name: str
    kind: str
    atom: Callable[[], str]
    rests_on: frozenset[str]
    whole: tuple[int, int] | None = None
    keys: tuple[str, ...] = ()
    always: bool = True
    moves: bool = False


@dataclass
class Growing:
    """The definition while it is made."""

    random: Random
    languages: tuple[str, ...]
    ussd: bool
    known: list[Known] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)
    groups: list[dict[str, Any]] = field(default_factory=list)
    on_pages: bool = True
    around: frozenset[str] = frozenset()
    """On what the page's or group's own condition rests: no condition within may ask it again."""
    number: int = 0

    def name(self, stem: str) -> str:
        """A name that is not taken."""
        self.number += 1
        return f"{stem}_{self.number}"

    def text(self, more: str = "") -> dict[str, str]:
        """Words in each language."""
        at = self.random.randrange(len(WORDS["sw"]))
        return {one: f"{WORDS[one][at]}{f' {more}' if more else ''}" for one in self.languages}

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.random.randrange(1000) < share * 1000

    def role(self) -> str:
        """One of the roles, or a new one."""
        if len(self.roles) < 2 or (len(self.roles) < 9 and self.chance(0.4)):
            made = f"officer-{len(self.roles) + 1}"
            self.roles[made] = self.text()
            return made
        return self.random.choice(list(self.roles))

    def other_role(self, than: str) -> str:
        """Another role than that one."""
        others = [one for one in self.roles if one != than]
        if not others:
            made = f"officer-{len(self.roles) + 1}"
            self.roles[made] = self.text()
            return made
        return self.random.choice(others)

    def setting(self, stem: str, kind: str, constraint: str, basis: str = "council") -> str:
        """A new setting; NAME in the constraint is its name."""
        made = self.name(stem)
        self.settings[made] = {
            "type": kind, "label": self.text(), "constraint": constraint.replace("NAME", made), "basis": basis,
        }  # fmt: skip
        return made

    def condition(
        self, parts: int = 3, without: frozenset[str] = frozenset(), *, fixed: bool = False
    ) -> Condition | None:
        """A condition of up to so many parts, each on questions that no other part rests on; None where there is none.

        `fixed`: nothing in it changes with the day.
        """
        usable = [
            one for one in self.known if not (one.rests_on & (without | self.around)) and not (fixed and one.moves)
        ]
        if not usable:
            return None
        chosen = self.random.choice(usable)
        source, rests_on = chosen.atom(), chosen.rests_on
        for _ in range(self.random.randrange(parts)):
            further = [one for one in usable if not one.rests_on & rests_on]
            if not further:
                break
            other = self.random.choice(further)
            sign = self.random.choice(("&&", "||"))
            source = f"({source}) {sign} ({other.atom()})"
            rests_on |= other.rests_on
        if self.chance(0.15):
            source = f"!({source})"
        return source, rests_on
