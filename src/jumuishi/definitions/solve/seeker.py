"""Answers and a way with which a case meets a fault at a stage: sought by formula, walked on the machine.

First all ways are taken together, in one later moment in which whatever may have changed on them may be anything: what
is impossible there is impossible. Else the ways are gone through by the stages at which answers change that matter,
each change a moment of its own, until the machine itself comes to the fault.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from jumuishi.definitions.model import ApplicantStage, Expression, Field, Package, TaskStage
from jumuishi.definitions.solve.calls import NotEncodedError
from jumuishi.definitions.solve.example import Example
from jumuishi.definitions.solve.logic import Formula
from jumuishi.definitions.solve.moment import Law, Moment
from jumuishi.definitions.solve.questions import FormQuestions
from jumuishi.definitions.solve.reasons import Reason
from jumuishi.definitions.solve.routes import Place, Routes, Track, layer_of, no_track, place, stage_of
from jumuishi.definitions.solve.tales import Step
from jumuishi.definitions.solve.variables import day_number
from jumuishi.definitions.solve.walk import IsThere, Walked, own_fields, way
from jumuishi.definitions.solve.world import Impossible, Possible, Sought, Undecided, World
from jumuishi.definitions.stories.playing import Playing

MOST_CHANGES = 3
"""So many stages at which answers change lie on a way at most; on longer ones nothing is looked for."""
MOST_WAYS = 16
"""So many ways, by the stages at which answers change, are gone through for one fault."""

A_DAY = day_number(2026, 3, 2)


@dataclass(frozen=True)
class Quest:
    """What is looked for at a stage.

    `formula` is given a layer and the moments: as submitted, and after each change of answers; the last is now. In the
    search over all ways together there are two of them. `mentions` is what the formula hangs on, `expressions` what it
    is made of. `is_there` sees on the machine that the fault is met.
    """

    stage: str
    formula: Callable[[str, Sequence[Moment]], Formula]
    expressions: tuple[Expression, ...]
    is_there: IsThere
    track: Track = no_track
    is_layered: bool = False
    seen: Callable[[Example], bool] = lambda _: True
    """How to see it on the real evaluator before the machine is asked."""
    package: Package | None = None
    """What is walked through, where it is not the package itself."""


@dataclass(frozen=True)
class Found:
    """Answers, the stages at which they change, and the acts that lead into the fault."""

    example: Example
    stops: tuple[str, ...]
    walked: Walked

    @property
    def steps(self) -> list[Step]:
        """The acts."""
        return self.walked.steps

    @property
    def said(self) -> str:
        """What the machine refused the last act with; '' where it did not."""
        return self.walked.said

    @property
    def playing(self) -> Playing:
        """Where the case then is."""
        return self.walked.playing


Sighting: TypeAlias = Found | Impossible | Undecided


class Seeker:
    """Seeks in one package; `form` knows which faults are told already."""

    def __init__(self, world: World, form: FormQuestions) -> None:
        self.world = world
        self.package = world.package
        self.logic = world.logic
        self.form = form
        self.routes = Routes(world)
        self.ways = self.routes.ways
        self._together: dict[str, Moment] = {}

    def find(self, quest: Quest) -> Sighting:
        """Whether the fault can be met, and how."""
        together = self.together(quest)
        if not isinstance(together, Possible):
            return together
        is_whole = is_excluded = True
        for number, (stops, moments, formula) in enumerate(self.one_by_one(quest)):
            if number == MOST_WAYS or formula is None:
                is_whole = False
                break
            found = self.walked(quest, stops, moments, formula)
            if isinstance(found, Found):
                return found
            is_excluded = is_excluded and isinstance(found, Impossible)
        return Impossible() if is_whole and is_excluded else Undecided("replay", quest.expressions)

    # All ways together.

    def moment(self, stage: str) -> Moment:
        """What may have been answered by the time the case is at a stage, on any way, on whatever later day."""
        if stage not in self._together:
            perhaps, surely = self.ways.leading_to(stage), self.ways.surely(stage)
            visited = {
                other: self.logic.true if other in surely else self.logic.bool_variable(f"visited.{stage}.{other}")
                for other, _ in self.ways.fields_of(perhaps)
            }
            self._together[stage] = self.world.later(self.world.first, self.routes.changing(perhaps), visited)
        return self._together[stage]

    def coming(
        self, stage: str, track: Track = no_track, *, layered: bool = False, moment: Moment | None = None
    ) -> dict[Place, Formula]:
        """By layer, when a stage is come to, said of a later moment: more often than it is, never less.

        Without a `moment` it is that of all ways together.
        """
        moment, routes = moment or self.moment(stage), self.routes
        reached = routes.reach(
            {place(self.package.first_stage): self.logic.true},
            lambda name: moment if routes.stable(name, stage, layered=layered) else None,
            track,
            epoch=-1,
        )
        return {layer_of(one): holds for one, holds in reached.items() if stage_of(one) == stage}

    def together(self, quest: Quest) -> Possible | Impossible | Undecided:
        """Whether it can be at all."""
        moment = self.moment(quest.stage)
        moments = [self.world.first, moment]
        coming = self.coming(quest.stage, quest.track, layered=quest.is_layered)
        try:
            formula = self.logic.some(
                self.logic.both(quest.formula(layer, moments), holds) for layer, holds in coming.items()
            )
        except NotEncodedError:
            return Undecided("formula", quest.expressions)
        return self.ask(formula, quest, moments)

    def ask(self, formula: Formula, quest: Quest, moments: Sequence[Moment]) -> Possible | Impossible | Undecided:
        """One question, what was found at fault already taken for sound."""
        sought = Sought(
            self.logic.both(formula, *self.form.sound), lambda _: True, self.mentions(quest), quest.expressions
        )
        return self.world.ask(sought, moments, without=self.form.without())

    def why(self, formula: Formula, quest: Quest, moments: Sequence[Moment]) -> tuple[Reason, ...]:
        """The conditions of the form that exclude what was found impossible."""
        sought = Sought(self.logic.both(formula, *self.form.sound), lambda _: True, self.mentions(quest))
        found = self.world.ask(sought, moments, without=self.form.without(), why=True)
        return found.core if isinstance(found, Impossible) else ()

    def mentions(self, quest: Quest) -> frozenset[str]:
        """What the fault, and the ways to where it is, hang on."""
        found = frozenset[str]().union(*(self.world.layout.mentions(one) for one in quest.expressions))
        for name in self.ways.leading_to(quest.stage):
            found |= self.routes.mentions[name]
        return found

    # One way after the other.

    def one_by_one(self, quest: Quest) -> Iterator[tuple[tuple[str, ...], list[Moment], Formula | None]]:
        """The ways by the stages at which answers change that matter: first none, then one of them, and so on.

        A formula of None says that there are more than are gone through.
        """
        mentions, leading = self.mentions(quest), self.ways.leading_to(quest.stage)
        matters = [one for one in self.package.stages if one in leading and self.routes.changing_at(one) & mentions]
        fill = self.routes.closure(
            {name for one in leading - set(matters) if one != quest.stage for name in self._own(one)}
        )  # fmt: skip
        closed = {*matters, quest.stage}
        edge: list[tuple[tuple[str, ...], list[Moment], dict[Place, Formula]]] = [
            ((), [self.world.first], {place(self.package.first_stage): self.logic.true})
        ]
        for length in range(MOST_CHANGES + 1):
            ahead = []
            for stops, moments, entries in edge:
                now = moments[-1]
                last = self.world.later(now, fill - now.changing)
                at_last = self.routes.reach(entries, lambda _, it=last: it, quest.track, length, closed)  # type: ignore[misc]
                there = [one for one in at_last if stage_of(one) == quest.stage]
                if there:
                    at = [*moments, last]
                    formula = self.logic.some(
                        self.logic.both(at_last[one], quest.formula(layer_of(one), at)) for one in there
                    )
                    if not formula.eq(self.logic.false):
                        yield stops, at, formula
                reached = self.routes.reach(entries, lambda _, it=now: it, quest.track, length, closed)  # type: ignore[misc]
                for stage in matters:
                    here = {one: holds for one, holds in reached.items() if stage_of(one) == stage}
                    if here and stops[-1:] != (stage,) and stops.count(stage) < 2:
                        moment = self.world.later(now, self.routes.changing_at(stage))
                        ahead.append(((*stops, stage), [*moments, moment], self._beyond(stage, here, quest, length)))
            edge = ahead
        if edge:
            yield edge[0][0], edge[0][1], None

    def _beyond(self, stage: str, here: dict[Place, Formula], quest: Quest, epoch: int) -> dict[Place, Formula]:
        """Where a case is after a stage at which its answers changed."""
        found: dict[Place, list[Formula]] = {}
        for one, holds in here.items():
            for to in dict.fromkeys(self.ways.after[stage]):
                then = quest.track(stage, to, layer_of(one), epoch)
                if then is not None:
                    found.setdefault(place(to, then), []).append(holds)
        return {one: self.logic.some(parts) for one, parts in found.items()}

    def _own(self, name: str) -> Iterator[str]:
        """The questions that stand at a stage and nowhere else."""
        stage = self.package.stages[name]
        if isinstance(stage, TaskStage | ApplicantStage):
            yield from (one.name for one in own_fields(tuple(one for one in stage.fields if isinstance(one, Field))))

    def walked(
        self, quest: Quest, stops: tuple[str, ...], moments: list[Moment], formula: Formula
    ) -> Sighting:  # fmt: skip
        """Whether the fault is met on one way: answers for it, and the acts, gone through on the machine."""
        kept = [*self._kept(stops, moments)]
        mentions = self.mentions(quest)
        sought = Sought(self.logic.both(formula, *self.form.sound), quest.seen, mentions, quest.expressions)
        found: Possible | Impossible | Undecided = Impossible()
        for days in self.days(quest, moments):
            extra = [*kept, Law(Reason("asked", ""), days, mentions)]
            found = self.world.ask(sought, moments, without=self.form.without(), example=True, extra=extra)
            if isinstance(found, Possible) and found.example is not None:
                walked = way(quest.package or self.package, found.example, quest.is_there, stops, quest.stage)
                if walked is not None:
                    return Found(found.example, stops, walked)
        return Undecided("replay", quest.expressions) if isinstance(found, Possible) else found

    def days(self, quest: Quest, moments: Sequence[Moment]) -> Iterator[Formula]:
        """On which days it is looked for: all on one day that is known, which is decided soonest, then on any day."""
        yield self.logic.every(one.day == A_DAY for one in moments)
        yield self.logic.every(one.day == moments[0].day for one in moments[1:])
        if any(one.names_the_day for one in self.expressions(quest)):
            yield self.logic.true

    def expressions(self, quest: Quest) -> Iterator[Expression]:
        """What the fault, and the ways to where it is, are made of."""
        yield from quest.expressions
        for name in self.ways.leading_to(quest.stage):
            yield from self.routes.conditions[name]

    def _kept(self, stops: tuple[str, ...], moments: list[Moment]) -> Iterator[Law]:
        """Who changes an answer may change what was asked for, and give what thereby becomes a question: no more."""
        encoder, layout = self.world.encoder, self.world.layout
        for number, stage in enumerate(stops):
            before, now = moments[number], moments[number + 1]
            may = {name for _, name in self.ways.fields_of([stage])}
            for name in now.changing - may:
                if layout.questions[name].field.type in ("file", "place", "calculate", "note"):
                    continue
                try:
                    same = encoder.equal(before.term(name), now.term(name))
                    law = self.logic.implies(self.logic.both(before.shown(name), now.shown(name)), same)
                except NotEncodedError:
                    continue
                yield Law(Reason("asked", name), law, frozenset({name}))
