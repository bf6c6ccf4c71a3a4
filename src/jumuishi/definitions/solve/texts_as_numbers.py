"""Texts as whole numbers, each with a length: equal texts have the same number and the same length.

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
        self._lengths: dict[int, tuple[Formula, Formula]] = {}
        self._keys: dict[int, tuple[Formula, tuple[str, ...]]] = {}
        self._clock = logic.function("text_of_time", "int", "int")
        self.laws: list[tuple[frozenset[str], Formula]] = []
        self._known_laws: set[int] = set()
        for text, number in self.known.items():
            minutes = minutes_of(text)
            if minutes is not None:
                self.know(self._clock, self._clock(minutes) == number)

    def know(self, about: Formula, law: Formula, *more: Formula) -> None:
        """Takes in what holds of a function, or of what one gives."""
        functions = [one if z3.is_func_decl(one) else one.decl() for one in (about, *more)]
        known = frozenset(one.name() for one in functions), law
        if self.logic.address(law) not in self._known_laws:
            self._known_laws.add(self.logic.address(law))
            self.laws.append(known)

    def literal(self, text: str) -> Formula:
        """The number of one of the literals."""
        return self.logic.int(self.known[text])

    def length(self, number: Formula) -> Formula:
        """How many characters the text has."""
        at = self.logic.address(number)
        if at not in self._lengths:
            self.measure(number, self._length(number))
        return self._lengths[at][1]

    def measure(self, number: Formula, length: Formula) -> None:
        """Takes in how many characters a text has; without it, it may have any number of them."""
        self._lengths[self.logic.address(number)] = (number, length)

    def _length(self, number: Formula) -> Formula:
        if self._is_literal(number):
            return self.logic.int(len(self.text_of[number.as_long()]))
        if (keys := self._keys.get(self.logic.address(number))) is not None:
            found = self.logic.int(len(keys[1][-1]))
            for key in keys[1][:-1]:
                found = self.logic.choose(number == self.literal(key), self.logic.int(len(key)), found)
            return found
        if z3.is_app_of(number, z3.Z3_OP_ITE):
            test, yes, no = number.children()
            return self.logic.choose(test, self.length(yes), self.length(no))
        name, given = number.decl().name(), number.children()
        return self.unknown(f"length_of_{name}", "int", *given) if given else self.logic.int_variable(f"{name}.length")

    def one_of(self, number: Formula, keys: Iterable[str]) -> Formula:
        """That a text is one of these literals; it never is another."""
        kept = tuple(keys)
        if kept:
            self._keys[self.logic.address(number)] = (number, kept)
        return self.logic.some(number == self.literal(one) for one in kept)

    def same(self, one: Formula, other: Formula) -> Formula:
        """Whether two texts are equal."""
        if self._is_literal(one) and self._is_literal(other):
            return self.logic.bool(one.as_long() == other.as_long())
        number = one == other
        if self._is_one_of_literals(one) and self._is_one_of_literals(other):
            return number
        return self.logic.both(number, self.length(one) == self.length(other))

    def _is_literal(self, number: Formula) -> bool:
        return z3.is_int_value(number) and number.as_long() in self.text_of

    def _is_one_of_literals(self, number: Formula) -> bool:
        if z3.is_app_of(number, z3.Z3_OP_ITE):
            return all(self._is_one_of_literals(one) for one in number.children()[1:])
        return self.logic.address(number) in self._keys or self._is_literal(number)

    def of_minutes(self, minutes: Formula) -> Formula:
        """The text 'HH:MM' of a time of day."""
        found = self._clock(minutes)
        self.measure(found, self.logic.int(5))
        return found

    def unknown(self, name: str, gives: str, *numbers: Formula) -> Formula:
        """What some function gives of these; the same for the same, else anything."""
        sorts = ["real" if z3.is_real(one) else "bool" if z3.is_bool(one) else "int" for one in numbers]
        return self.logic.function(f"{name}/{'/'.join(sorts)}", *sorts, gives)(*numbers)


def minutes_of(text: str) -> int | None:
    """The minutes of 'HH:MM', None for another text."""
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", text)
    return int(found[1]) * 60 + int(found[2]) if found else None
