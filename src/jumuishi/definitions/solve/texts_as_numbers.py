"""Texts as whole numbers: equal texts have equal numbers, and a number has one length.

The package's own literals get fixed numbers in their order, far apart; any other number stands for some other text.
What else may be asked of a text (how it begins, whether a pattern fits) is an unknown function of its number: nothing
is impossible because of it, and what it makes possible is tried on the real evaluator.
"""

import re
from collections.abc import Iterable

import z3

from jumuishi.definitions.solve.logic import Formula, Logic

_APART = 1_000_000


class Texts:
    """The numbers of a package's literals; `laws`: what is known of them, with what it is about."""

    def __init__(self, logic: Logic, literals: Iterable[str]) -> None:
        self.logic = logic
        self.known = {text: number * _APART for number, text in enumerate(sorted({"", *literals}))}
        self.text_of = {number: text for text, number in self.known.items()}
        self._length = logic.function("length", "int", "int")
        self._clock = logic.function("text_of_time", "int", "int")
        self.laws: list[tuple[frozenset[str], Formula]] = []
        for text, number in self.known.items():
            self.know(self._length, self.length(logic.int(number)) == len(text))
            minutes = minutes_of(text)
            if minutes is not None:
                self.know(self._clock, self._clock(minutes) == number)

    def know(self, about: Formula, law: Formula) -> None:
        """Takes in what holds of a function, or of what one gives."""
        function = about if z3.is_func_decl(about) else about.decl()
        self.laws.append((frozenset({function.name()}), law))

    def literal(self, text: str) -> Formula:
        """The number of one of the literals."""
        return self.logic.int(self.known[text])

    def length(self, number: Formula) -> Formula:
        """How many characters the text has."""
        return self._length(number)

    def of_minutes(self, minutes: Formula) -> Formula:
        """The text 'HH:MM' of a time of day."""
        return self._clock(minutes)

    def unknown(self, name: str, gives: str, *numbers: Formula) -> Formula:
        """What some function gives of these; the same for the same, else anything."""
        sorts = ["real" if z3.is_real(one) else "bool" if z3.is_bool(one) else "int" for one in numbers]
        return self.logic.function(f"{name}/{'/'.join(sorts)}", *sorts, gives)(*numbers)


def minutes_of(text: str) -> int | None:
    """The minutes of 'HH:MM', None for another text."""
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", text)
    return int(found[1]) * 60 + int(found[2]) if found else None
