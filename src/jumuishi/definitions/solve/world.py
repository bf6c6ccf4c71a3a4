"""The question put to the solver: is there an application, and a later moment of it, where this is so?"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import z3

from jumuishi.definitions.forms.strict import meets_fault
from jumuishi.definitions.model import Expression, Package
from jumuishi.definitions.solve.calendar import Calendar
from jumuishi.definitions.solve.calls import NotEncodedError
from jumuishi.definitions.solve.encode import Encoder, Names
from jumuishi.definitions.solve.example import Example, Reader
from jumuishi.definitions.solve.ladder import LITTLE, Witness
from jumuishi.definitions.solve.layout import Layout, expressions_of, literals_in
from jumuishi.definitions.solve.logic import Fact, Formula, Logic
from jumuishi.definitions.solve.moment import Law, Moment, Shared
from jumuishi.definitions.solve.reasons import Reason
from jumuishi.definitions.solve.texts_as_numbers import Texts

EACH, WORK = 3_000_000, 25_000_000
"""The solver's own measure of work (rlimit), for one question and for all of a World: the same on every machine."""
SECONDS = 8.0
"""Of the processor's, for all questions of a World together: what even so takes longer is left undecided."""


@dataclass(frozen=True)
class Sought:
    """What is asked for: a formula, and how to see on the real evaluator that it is so.

    `seen` is given the example; `mentions` are the fields and settings that it hangs on; `about` names the expression
    in what the solver could not decide.
    """

    formula: Formula
    seen: Callable[[Example], bool]
    mentions: frozenset[str] = frozenset()
    about: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Possible:
    """It is so for some answers; `example` has them where one was asked for: replayed, never merely believed."""

    example: Example | None = None


@dataclass(frozen=True)
class Impossible:
    """It is so for no answers at all; `core` are the conditions that exclude each other, where they were asked for."""

    core: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Undecided:
    """Not known. `why`: time (the solver's), formula (there is none for it), replay (the real evaluator disagreed)."""

    why: str
    about: tuple[Expression, ...] = ()


Answer: TypeAlias = Possible | Impossible | Undecided


class World:
    """A package as the solver sees it. One check makes one World and asks it everything.

    `doubtful`: where expressions stand (line, column) that are at fault otherwise: they may give anything.
    """

    def __init__(
        self,
        package: Package,
        seconds: float = SECONDS,
        each: int = EACH,
        doubtful: Collection[tuple[int, int]] = frozenset(),
    ) -> None:
        self.package = package
        self.each = each
        self.until = time.process_time() + seconds
        self.logic = Logic()
        self.layout = Layout(package)
        literals = {"true", "false"}
        for expression in expressions_of(package):
            literals.update(literals_in(expression))
        for one in package.all_fields().values():
            literals.update(one.choices)
        self.texts = Texts(self.logic, literals)
        self.calendar = Calendar(self.logic)
        self.encoder = Encoder(self.logic, self.texts, self.calendar)
        self.shared = Shared(self.encoder, self.layout, doubtful)
        self.first = Moment(self.shared, "first")
        self.witness = Witness(self.logic, self._solver)
        self.asked = self.worked = 0
        self._said: dict[tuple[int, int, str], str] = {}
        self._moments = 0

    def later(
        self, before: Moment, changing: Collection[str] = (), visited: Mapping[str, Formula] | None = None
    ) -> Moment:
        """A later moment, in which these answers (officers' fields too) may have become others.

        `visited` says of a stage with fields whether the case was there; of one left out, that it was.
        """
        self._moments += 1
        return Moment(self.shared, f"later{self._moments}", before, changing, visited)

    # What may be sought.

    def holds(self, expression: Expression, moment: Moment, at: int = 0, wanted: bool = True) -> Sought:
        """That a condition holds (or does not: `wanted` false) at a moment, the `at`th of those asked about.

        Raises NotEncodedError.
        """
        formula = self.encoder.holds(self.shared.term(expression, moment.term))

        def seen(example: Example) -> bool:
            return example.scope(self.package, at).holds(expression) is wanted

        mentions = self.layout.mentions(expression)
        return Sought(formula if wanted else self.logic.no(formula), seen, mentions, (expression,))

    def fails(self, expression: Expression, moment: Moment, at: int = 0, *, or_null: bool = True) -> Sought:
        """That an expression meets null, a division by zero or an overflow, or gives null itself."""
        term = self.shared.term(expression, moment.term)
        formula = self.encoder.bad(term) if or_null else term.fails

        def seen(example: Example) -> bool:
            return meets_fault(expression, example.scope(self.package, at), or_null=or_null)

        return Sought(formula, seen, self.layout.mentions(expression), (expression,))

    def shown(self, name: str, moment: Moment, at: int = 0) -> Sought:
        """That a question is asked."""
        conditions = [one.expression for one in self.layout.questions[name].conditions if one.expression is not None]

        def seen(example: Example) -> bool:
            scope = example.scope(self.package, at)
            return all(scope.holds(one) for one in conditions)

        mentions = frozenset[str]().union(*(self.layout.mentions(one) for one in conditions))
        return Sought(moment.shown(name), seen, mentions, tuple(conditions))

    def all(self, parts: Iterable[Sought]) -> Sought:
        """All of them."""
        kept = list(parts)
        return Sought(
            self.logic.every(one.formula for one in kept),
            lambda example: all(one.seen(example) for one in kept),
            frozenset[str]().union(*(one.mentions for one in kept)),
            tuple(about for one in kept for about in one.about),
        )

    # Asking.

    def ask(
        self,
        sought: Sought,
        moments: Sequence[Moment] = (),
        *,
        fields: Collection[str] | None = None,
        without: Callable[[Reason], bool] = lambda _: False,
        example: bool = False,
        why: bool = False,
        faulty: Collection[str] = (),
        extra: Iterable[Law] = (),
    ) -> Answer:
        """Whether what is sought can be.

        Of the form's laws those of `fields` are in force (None: of every page, and of what `moments` change), but for
        those that `without` picks out. `moments` are the first and the later ones in their order (none: the first).
        With `example` the answers are made whole and replayed on the real forms, where only the fields that are
        `faulty` may have something against them. `why`: what is impossible names the conditions that exclude it.
        `extra` are more laws, of how the case came where it is.
        """
        if self.seconds_left <= 0 or self.worked >= WORK:
            return Undecided("time", sought.about)
        if self.logic.is_false(sought.formula) and not why:
            return Impossible()
        self.asked += 1
        at = list(moments) or [self.first]
        laws = [*self._laws(at, fields, without), *extra]
        if why:
            return self._solve(sought, at, _bound_by(laws, sought.mentions), why=True)
        found = self._decide(sought, at, laws)
        if not example or not isinstance(found, Possible):
            return found

        def read(solver: Any) -> Answer:
            example = Reader(self.shared, solver.model(), self._said).example(at)
            errors = [one for one in example.errors(self.package) if one.field not in faulty]
            if errors or not sought.seen(example):
                return Undecided("replay", sought.about)
            return Possible(example)

        return self._solve(sought, at, laws, read)

    @property
    def seconds_left(self) -> float:
        """What is left of the time for all questions."""
        return self.until - time.process_time()

    def _laws(
        self, at: list[Moment], fields: Collection[str] | None, without: Callable[[Reason], bool]
    ) -> list[Law]:  # fmt: skip
        laws: list[Law] = []
        for moment in at:
            if moment.before is None:
                names = [one.field.name for one in self.layout.on_pages()]
            else:
                names = [name for name in self.layout.questions if name in moment.changing]
            for name in names:
                if fields is None or name in fields:
                    laws += [law for law in moment.laws(name) if not without(law.reason)]
        for setting in self.shared.settings:
            laws += self.shared.setting_laws.get(setting, [])
        return laws

    def _decide(self, sought: Sought, at: list[Moment], laws: list[Law]) -> Answer:
        """Whether it can be, by the least that tells (see ladder)."""
        fact, frame = self.logic.fact(sought.formula), self._frame(at)
        solver = self._solver(LITTLE)
        self.logic.put(solver, [sought.formula])
        if solver.check() == z3.unsat:
            return Impossible()
        all_facts = map(self.logic.fact, (*(law.formula for law in laws), *frame))
        ring = [one for one in all_facts if not one.symbols.isdisjoint(fact.symbols)]
        ring += self._background([fact, *ring], self.texts.laws)
        self.logic.put(solver, (one.formula for one in ring))
        if solver.check() == z3.unsat:
            return Impossible()
        near = [self.logic.fact(one) for one in (*(law.formula for law in _bound_by(laws, sought.mentions)), *frame)]
        near += self._background([fact, *near], self.texts.laws)
        near += self._background([fact, *near], self.calendar.laws)
        if self.witness.holds(fact, near):
            return Possible()
        self.logic.put(solver, (one.formula for one in near))
        self.witness.hint(solver)
        solver.set("rlimit", self.each)
        found = self._check(solver)
        if found == z3.sat:
            self.witness.becomes(solver.model(), near)
            return Possible()
        return Impossible() if found == z3.unsat else Undecided("time", sought.about)

    def _frame(self, at: list[Moment]) -> list[Formula]:
        """What holds of any application at these moments."""
        return [self.shared.is_door, *(one for moment in at for one in moment.frame)]

    def _solver(self, work: int) -> z3.Solver:
        """One that is quick with many whole numbers and few unknown functions; it keeps what it was given."""
        solver = z3.SimpleSolver(ctx=self.logic.context)
        solver.set(**{"random_seed": 0, "arith.solver": 2, "relevancy": 0, "rlimit": work})
        solver.set("timeout", 1000)  # its measure of work does not count all of it where fractions grow
        return solver

    def _check(self, solver: z3.Solver) -> z3.CheckSatResult:
        solver.set("timeout", max(1, int(self.seconds_left * 2000)))
        found = solver.check()
        counted = solver.statistics()
        if "rlimit count" in counted.keys():  # noqa: SIM118  # it is no mapping
            self.worked = counted.get_key_value("rlimit count")
        return found

    def _solve(
        self,
        sought: Sought,
        at: list[Moment],
        laws: list[Law],
        read: Callable[[Any], Answer] | None = None,
        *,
        why: bool = False,
    ) -> Answer:
        solver = z3.Solver(ctx=self.logic.context)
        solver.set("random_seed", 0)
        solver.set("rlimit", self.each)
        marks: dict[str, Reason] = {}
        if why:
            solver.set("core.minimize", True)
            for number, law in enumerate(laws):
                if not self.logic.is_true(law.formula):
                    solver.assert_and_track(law.formula, f"law{number}")
                    marks[f"law{number}"] = law.reason
        else:
            solver.add(*(law.formula for law in laws))
        solver.add(sought.formula, *self._frame(at))
        facts = [self.logic.fact(one) for one in (sought.formula, *(law.formula for law in laws))]
        solver.add(*(one.formula for one in self._background(facts, self.texts.laws)))
        calendar = [one.formula for one in self._background(facts, self.calendar.laws)]
        found = self._check(solver) if calendar and not why else z3.sat
        if found != z3.unsat:  # mostly the calendar has no part in it
            solver.add(*calendar)
            found = self._check(solver)
        if found == z3.unsat:
            return Impossible(tuple(dict.fromkeys(marks[str(one)] for one in solver.unsat_core())) if why else ())
        if found == z3.unknown:
            return Undecided("time", sought.about)
        return Possible() if read is None else read(solver)

    def _background(self, facts: list[Fact], laws: list[tuple[frozenset[str], Formula]]) -> list[Fact]:
        """What is known of texts or of the calendar, as far as it is spoken of."""
        if not laws:
            return []
        spoken = set[str]().union(*(one.symbols for one in facts))
        waiting, taken = list(laws), list[Fact]()
        while near := [self.logic.fact(law) for about, law in waiting if not about.isdisjoint(spoken)]:
            taken += near
            waiting = [one for one in waiting if one[0].isdisjoint(spoken)]
            spoken = spoken.union(*(one.symbols for one in near))
        return taken


def _bound_by(laws: list[Law], names: frozenset[str]) -> list[Law]:
    """The laws that bind the names, and what those hang on."""
    by_name: dict[str, list[int]] = {}
    for number, law in enumerate(laws):
        for name in law.mentions:
            by_name.setdefault(name, []).append(number)
    met, waiting, taken = set(names), list(names), set[int]()
    while waiting:
        for number in by_name.get(waiting.pop(), ()):
            if number not in taken:
                taken.add(number)
                fresh = laws[number].mentions - met
                met |= fresh
                waiting += fresh
    return [laws[number] for number in sorted(taken)]


__all__ = [
    "Answer",
    "Example",
    "Impossible",
    "Law",
    "Moment",
    "Names",
    "NotEncodedError",
    "Possible",
    "Reason",
    "Sought",
    "Undecided",
    "World",
]
