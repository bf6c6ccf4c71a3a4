"""Formulas in one context of the solver's own, folded as they are made so that they stay small."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, TypeAlias

import z3

Formula: TypeAlias = Any
"""A z3 formula or number; the library has no types of its own."""


class Logic:
    """Makers of formulas; one for each World, since a context of its own makes a check repeatable."""

    def __init__(self) -> None:
        self.context = z3.Context()
        self.true = z3.BoolVal(True, self.context)
        self.false = z3.BoolVal(False, self.context)
        self._fresh = 0
        self._symbols: dict[int, tuple[Formula, frozenset[str]]] = {}

    def bool(self, value: bool) -> Formula:
        """A constant."""
        return self.true if value else self.false

    def int(self, value: int) -> Formula:
        """A constant."""
        return z3.IntVal(value, self.context)

    def real(self, value: float) -> Formula:
        """A constant, the decimal as a person writes it."""
        part = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
        return z3.RealVal(f"{part.numerator}/{part.denominator}", self.context)

    def bool_variable(self, name: str) -> Formula:
        """Anything of its kind."""
        return z3.Bool(name, self.context)

    def int_variable(self, name: str) -> Formula:
        """Anything of its kind."""
        return z3.Int(name, self.context)

    def real_variable(self, name: str) -> Formula:
        """Anything of its kind."""
        return z3.Real(name, self.context)

    def fresh(self, name: str) -> str:
        """A name that no other formula has."""
        self._fresh += 1
        return f"{name}!{self._fresh}"

    def function(self, name: str, *sorts: str) -> Formula:
        """An unknown function; sorts are int, real, bool, the last is what it gives."""
        known = {
            "int": z3.IntSort(self.context),
            "real": z3.RealSort(self.context),
            "bool": z3.BoolSort(self.context),
        }
        return z3.Function(name, *(known[one] for one in sorts))

    def both(self, *parts: Formula) -> Formula:
        """All of them."""
        return self.every(parts)

    def every(self, parts: Iterable[Formula]) -> Formula:
        """All of them; true of none."""
        kept = []
        for one in parts:
            if z3.is_false(one):
                return self.false
            if not z3.is_true(one):
                kept.append(one)
        if not kept:
            return self.true
        return kept[0] if len(kept) == 1 else z3.And(*kept)

    def either(self, *parts: Formula) -> Formula:
        """At least one of them."""
        return self.some(parts)

    def some(self, parts: Iterable[Formula]) -> Formula:
        """At least one of them; false of none."""
        kept = []
        for one in parts:
            if z3.is_true(one):
                return self.true
            if not z3.is_false(one):
                kept.append(one)
        if not kept:
            return self.false
        return kept[0] if len(kept) == 1 else z3.Or(*kept)

    def no(self, part: Formula) -> Formula:
        """Not so."""
        if z3.is_true(part):
            return self.false
        if z3.is_false(part):
            return self.true
        return part.arg(0) if z3.is_not(part) else z3.Not(part)

    def implies(self, cause: Formula, effect: Formula) -> Formula:
        """The effect, wherever the cause."""
        return self.either(self.no(cause), effect)

    def choose(self, test: Formula, yes: Formula, no: Formula) -> Formula:
        """One or the other."""
        if z3.is_true(test):
            return yes
        if z3.is_false(test):
            return no
        if yes.eq(no):
            return yes
        return z3.If(test, yes, no)

    def count(self, parts: Iterable[Formula]) -> Formula:
        """How many of them hold."""
        kept = [self.choose(one, self.int(1), self.int(0)) for one in parts]
        return self.total(kept)

    def total(self, parts: list[Formula]) -> Formula:
        """The sum of whole numbers."""
        if not parts:
            return self.int(0)
        return parts[0] if len(parts) == 1 else z3.Sum(*parts)

    def symbols(self, formula: Formula) -> frozenset[str]:
        """The names of all variables and unknown functions in it."""
        known = self._symbols.get(formula.get_id())
        if known is not None:
            return known[1]
        waiting = [formula]
        while waiting:
            one = waiting[-1]
            if one.get_id() in self._symbols:
                waiting.pop()
                continue
            below = one.children()
            new = [child for child in below if child.get_id() not in self._symbols]
            if new:
                waiting += new
                continue
            waiting.pop()
            found = frozenset[str]().union(*(self._symbols[child.get_id()][1] for child in below))
            if one.decl().kind() == z3.Z3_OP_UNINTERPRETED:
                found |= {one.decl().name()}
            self._symbols[one.get_id()] = (one, found)  # kept: an id is a formula's own while it lives
        return self._symbols[formula.get_id()][1]
