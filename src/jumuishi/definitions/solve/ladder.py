"""Values that go together, changed a little for each question: so a large definition takes no longer than it must.

Two things are cheap: to show that a formula excludes itself (alone, or with the few laws that speak of the same), and
to change values known to go together a little, so that it holds too (the rest kept as it was). Both are certain. Only
what neither decides is put whole (see World).
"""

from collections.abc import Callable, Iterable, Sequence

import z3
from z3 import z3core

from jumuishi.definitions.solve.logic import Fact, Formula, Logic

LITTLE = 200_000
"""Of the solver's own measure of work, for a step that is small."""
WIDER = 3
"""So many times what is changed: what is spoken of, then what hangs on that too."""


class Witness:
    """Values that go together: of all variables met so far, so that the laws met so far hold."""

    def __init__(self, logic: Logic, solver: Callable[[int], z3.Solver]) -> None:
        self.logic = logic
        self.solver = solver
        self._values: dict[str, Formula] = {}  # by name, that the variable has its value
        self._held: set[int] = set()
        self._held_with: dict[str, set[int]] = {}

    def holds(self, sought: Fact, laws: Sequence[Fact]) -> bool:
        """Whether it can be changed so that what is sought holds with these laws; if so it is changed."""
        new = [one for one in laws if one.address not in self._held]
        if new and self._moves(new, laws):
            new = []
        return self._moves([sought, *new], laws)

    def _moves(self, wanted: list[Fact], laws: Sequence[Fact]) -> bool:
        free = _symbols(wanted)
        for _ in range(WIDER):
            touched = self._touched(laws, free)
            around = _symbols(touched)
            asked = self.solver(LITTLE)
            self.logic.put(asked, {one.address: one.formula for one in (*wanted, *touched)}.values())
            self.logic.put(asked, (self._values[name] for name in sorted(around - free)))
            if asked.check() == z3.sat:
                self._change(asked.model(), free, touched)
                return True
            if around <= free:
                break
            free = free | around
        return False

    def hint(self, solver: z3.Solver) -> None:
        """Tells a solver where to begin."""
        context = self.logic.context.ref()
        for _, same in sorted(self._values.items()):
            variable, value = (z3core.Z3_get_app_arg(context, same.ast, number) for number in range(2))
            z3core.Z3_solver_set_initial_value(context, solver.solver, variable, value)

    def becomes(self, model: z3.ModelRef, laws: list[Fact]) -> None:
        """Takes in a model of these laws."""
        self._change(model, _symbols(laws), laws)

    def _touched(self, laws: Sequence[Fact], free: set[str]) -> list[Fact]:
        """The laws that speak of what is free; what has no value of its own (a function) becomes free by it."""
        while True:
            touched = [one for one in laws if not one.symbols.isdisjoint(free)]
            without = {name for name in _symbols(touched) - free if name not in self._values}
            if not without:
                return touched
            free |= without

    def _change(self, model: z3.ModelRef, free: set[str], touched: list[Fact]) -> None:
        context = self.logic.context
        for name in sorted(free):  # the same each time, whatever the order of the set
            self._values.pop(name, None)
            self._held -= self._held_with.pop(name, set())
            variable = self.logic.variables.get(name)
            if variable is not None:
                value = z3core.Z3_model_get_const_interp(context.ref(), model.model, variable.decl().ast)
                if value:
                    same = z3core.Z3_mk_eq(context.ref(), variable.ast, value)
                    self._values[name] = z3.BoolRef(same, context)
        for law in touched:
            self._held.add(law.address)
            for name in law.symbols:
                self._held_with.setdefault(name, set()).add(law.address)


def _symbols(facts: Iterable[Fact]) -> set[str]:
    return set[str]().union(*(one.symbols for one in facts))
