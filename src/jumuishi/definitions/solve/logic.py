"""Formulas in one context of the solver's own, folded as they are made so that they stay small.

A definition of hundreds of fields makes hundreds of thousands of them: what is made most goes straight to the solver's
own functions, and two formulas are told apart by their addresses, since equal ones are one (the solver keeps them so).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import z3
from z3 import z3core

Formula: TypeAlias = Any
"""A z3 formula or number; the library has no types of its own."""


def _plain(function: Any) -> Any:
    """The same function of the solver's without the look for an error after it: for what cannot go wrong."""
    return function.__defaults__[0].f


_assert, _ast_kind = _plain(z3core.Z3_solver_assert), _plain(z3core.Z3_get_ast_kind)
_arguments, _argument = _plain(z3core.Z3_get_app_num_args), _plain(z3core.Z3_get_app_arg)
_decl, _decl_kind, _decl_name = (
    _plain(z3core.Z3_get_app_decl), _plain(z3core.Z3_get_decl_kind), _plain(z3core.Z3_get_decl_name)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """A formula, the names of all variables and unknown functions in it, and what it is known by."""

    formula: Formula
    symbols: frozenset[str]
    address: int


class Logic:
    """Makers of formulas; one for each World, since a context of its own makes a check repeatable."""

    def __init__(self) -> None:
        self.context = z3.Context()
        self.true = z3.BoolVal(True, self.context)
        self.false = z3.BoolVal(False, self.context)
        self._true, self._false = self.address(self.true), self.address(self.false)
        self._fresh = 0
        self.variables: dict[str, Formula] = {}
        self._opposites: dict[int, tuple[Formula, Formula]] = {}
        self._facts: dict[int, Fact] = {}

    @staticmethod
    def address(formula: Formula) -> int:
        """What a formula is known by as long as it is kept."""
        return int(formula.ast.value)

    def is_true(self, formula: Formula) -> bool:
        """Whether it is the constant."""
        return bool(formula.ast.value == self._true)

    def is_false(self, formula: Formula) -> bool:
        """Whether it is the constant."""
        return bool(formula.ast.value == self._false)

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
        return self._variable(name, z3.Bool(name, self.context))

    def int_variable(self, name: str) -> Formula:
        """Anything of its kind."""
        return self._variable(name, z3.Int(name, self.context))

    def real_variable(self, name: str) -> Formula:
        """Anything of its kind."""
        return self._variable(name, z3.Real(name, self.context))

    def _variable(self, name: str, made: Formula) -> Formula:
        self.variables[name] = made
        return made

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
            address = one.ast.value
            if address == self._false:
                return self.false
            if address != self._true:
                kept.append(one)
        return self._joined(z3core.Z3_mk_and, kept, self.true)

    def either(self, *parts: Formula) -> Formula:
        """At least one of them."""
        return self.some(parts)

    def some(self, parts: Iterable[Formula]) -> Formula:
        """At least one of them; false of none."""
        kept = []
        for one in parts:
            address = one.ast.value
            if address == self._true:
                return self.true
            if address != self._false:
                kept.append(one)
        return self._joined(z3core.Z3_mk_or, kept, self.false)

    def _joined(self, make: Any, parts: list[Formula], of_none: Formula) -> Formula:
        if len(parts) < 2:
            return parts[0] if parts else of_none
        given = (z3.Ast * len(parts))(*(one.ast for one in parts))
        return z3.BoolRef(make(self.context.ref(), len(parts), given), self.context)

    def no(self, part: Formula) -> Formula:
        """Not so."""
        address = part.ast.value
        if address == self._true:
            return self.false
        if address == self._false:
            return self.true
        known = self._opposites.get(address)
        if known is None:
            opposite = z3.BoolRef(z3core.Z3_mk_not(self.context.ref(), part.ast), self.context)
            known = self._opposites[address] = (part, opposite)
            self._opposites[self.address(opposite)] = (opposite, part)
        return known[1]

    def implies(self, cause: Formula, effect: Formula) -> Formula:
        """The effect, wherever the cause."""
        return self.either(self.no(cause), effect)

    def choose(self, test: Formula, yes: Formula, no: Formula) -> Formula:
        """One or the other."""
        if self.is_true(test) or yes.ast.value == no.ast.value:
            return yes
        if self.is_false(test):
            return no
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
        return self.fact(formula).symbols

    def fact(self, formula: Formula) -> Fact:
        """The formula with what it speaks of."""
        address = formula.ast.value
        known = self._facts.get(address)
        if known is None:
            known = self._facts[address] = Fact(formula, self._symbols_in(formula.ast), address)
        return known

    def put(self, solver: z3.Solver, formulas: Iterable[Formula]) -> None:
        """Puts them to a solver, all to hold together."""
        context, at = self.context.ref(), solver.solver
        for one in formulas:
            _assert(context, at, one.ast)

    def _symbols_in(self, root: Any) -> frozenset[str]:
        """As addresses alone: what is below a formula lives as long as that, and only for so long is it known here."""
        context, found, seen, waiting = self.context.ref(), set[str](), {root.value}, [root]
        while waiting:
            one = waiting.pop()
            if _ast_kind(context, one) != z3.Z3_APP_AST:
                continue
            count = _arguments(context, one)
            for number in range(count):
                below = _argument(context, one, number)
                if below.value not in seen:
                    seen.add(below.value)
                    waiting.append(below)
            kind = _decl(context, one)
            if _decl_kind(context, kind) == z3.Z3_OP_UNINTERPRETED:
                found.add(z3core.Z3_get_symbol_string(context, _decl_name(context, kind)))
        return frozenset(found)
