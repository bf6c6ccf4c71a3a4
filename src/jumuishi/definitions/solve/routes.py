"""How a case comes to a stage: over which stages, and for which answers.

A place is a stage and a `layer`: what else matters of the way behind it (that a fee was paid, a document issued).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from jumuishi.definitions.check.graph import circles, reachable
from jumuishi.definitions.model import ChoiceStage, Expression, ReviewStage
from jumuishi.definitions.solve.logic import Formula
from jumuishi.definitions.solve.moment import Moment
from jumuishi.definitions.solve.reach import Ways
from jumuishi.definitions.solve.world import World

MOST_IN_A_CIRCLE = 12
"""Of more places in one circle of conditions the conditions are left out: more is then thought possible than is."""

Place: TypeAlias = str
"""A layer, a colon and a stage."""
Track: TypeAlias = Callable[[str, str, str, int], str | None]
"""Given the stage left, the one gone to, the layer and how often answers have changed: the layer from then on.

None where such a way is not looked for.
"""


def no_track(stage: str, to: str, layer: str, epoch: int) -> str | None:  # noqa: ARG001  # one shape for all tracks
    """Nothing matters but the stages."""
    return layer


def place(stage: str, layer: str = "") -> Place:
    """A place by its parts."""
    return f"{layer}:{stage}"


def stage_of(one: Place) -> str:
    """The stage of a place."""
    return one.rpartition(":")[2]


def layer_of(one: Place) -> str:
    """The layer of a place."""
    return one.rpartition(":")[0]


class Routes:
    """The ways of one package, with their conditions as formulas."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.package = world.package
        self.logic = world.logic
        self.ways = Ways(world.package)
        self.conditions = {name: tuple(self._conditions(name)) for name in world.package.stages}
        self.mentions = {
            name: frozenset[str]().union(*(world.layout.mentions(one) for one in conditions))
            for name, conditions in self.conditions.items()
        }
        self._released: set[str] = set()
        self._legs: dict[tuple[str, str], list[tuple[str, Formula]]] = {}
        self._changing: dict[str, frozenset[str]] = {}
        self._becoming_relevant: dict[str, list[str]] = {}
        for name, one in world.layout.questions.items():
            if not one.stage:
                for condition in one.conditions:
                    for other in world.layout.mentions(condition.expression) if condition.expression else ():
                        self._becoming_relevant.setdefault(other, []).append(name)

    # Conditions of the way on.

    def _conditions(self, name: str) -> Iterator[Expression]:
        """What the way on from a stage hangs on: branches' conditions, and those of reviews where too few may count."""
        stage = self.package.stages[name]
        if isinstance(stage, ChoiceStage):
            yield from (one.when for one in stage.branches if one.when is not None)
        elif isinstance(stage, ReviewStage):
            whens = [one.when for one in stage.reviews.values() if one.when is not None]
            if len(stage.reviews) - len(whens) < needed_of(stage):
                yield from whens

    def counting(self, stage: ReviewStage, moment: Moment) -> Formula:
        """How many reviews count."""
        holds = (
            self.logic.true if one.when is None else self.world.shared.holds(one.when, moment.term)
            for one in stage.reviews.values()
        )
        return self.logic.count(holds)

    def legs(self, name: str, moment: Moment | None) -> list[tuple[str, Formula]]:
        """The stages that may follow and when they do at a moment; without one, each may."""
        conditional = moment is not None and bool(self.conditions[name] or self._is_closed(name))
        key = (name, moment.name if moment is not None and conditional else "")
        if key not in self._legs:
            if moment is None or not conditional:
                self._legs[key] = [(one, self.logic.true) for one in dict.fromkeys(self.ways.after[name])]
            else:
                self._legs[key] = list(self._conditional(name, moment))
        return self._legs[key]

    def _is_closed(self, name: str) -> bool:
        """Whether a way out of a choice follows one that is always taken."""
        stage = self.package.stages[name]
        return (
            name not in self._released
            and isinstance(stage, ChoiceStage)
            and any(one.when is None for one in stage.branches[:-1])
        )

    def _conditional(self, name: str, moment: Moment) -> Iterator[tuple[str, Formula]]:
        stage, logic = self.package.stages[name], self.logic
        if isinstance(stage, ChoiceStage):
            before, found = logic.true, dict[str, list[Formula]]()
            for branch in stage.branches:
                holds = logic.true if branch.when is None else self.world.shared.holds(branch.when, moment.term)
                if branch.to in self.package.stages:
                    found.setdefault(branch.to, []).append(logic.both(before, holds))
                before = logic.both(before, logic.no(holds))
            yield from ((to, logic.some(parts)) for to, parts in found.items())
        elif isinstance(stage, ReviewStage):
            enough = self.counting(stage, moment) >= needed_of(stage)
            for to in dict.fromkeys(self.ways.after[name]):
                yield to, enough if to == stage.passed != stage.failed else logic.true

    def release(self, stages: Iterable[str]) -> None:
        """After a fault is told of stages, each of their ways on is taken for sound: it may be gone at any time."""
        for one in stages:
            self.conditions[one], self.mentions[one] = (), frozenset()
            self._released.add(one)

    # Answers that change.

    def changing(self, stages: Collection[str]) -> frozenset[str]:
        """The fields that are answered or changed at these stages, and those that become relevant by them."""
        return self.closure({name for _, name in self.ways.fields_of(stages)})

    def changing_at(self, stage: str) -> frozenset[str]:
        """The same of one stage."""
        if stage not in self._changing:
            self._changing[stage] = self.changing([stage])
        return self._changing[stage]

    def closure(self, names: Collection[str]) -> frozenset[str]:
        """The names, and those on the pages that become relevant by them."""
        return frozenset(reachable(names, self._becoming_relevant))

    # Formulas.

    def reach(
        self,
        entries: Mapping[Place, Formula],
        moment_of: Callable[[str], Moment | None],
        track: Track = no_track,
        epoch: int = 0,
        closed: Collection[str] = frozenset(),
    ) -> dict[Place, Formula]:
        """For each place that can be come to, when it is, without leaving the `closed` stages.

        `entries`: where the ways begin, and when. `moment_of` says of a stage at which moment the conditions of its
        way on are looked at; None: they are left out.
        """
        after = self._explored(entries, moment_of, track, epoch, closed)
        free = circles({one: [to for to, holds in ahead if holds.eq(self.logic.true)] for one, ahead in after.items()})
        representative = {one: members[0] for one, members in free.items()}
        joined: dict[Place, list[tuple[Place, Formula]]] = {}
        for one, ahead in after.items():
            here = joined.setdefault(representative[one], [])
            here += [(representative[to], holds) for to, holds in ahead if representative[to] != representative[one]]
        begins: dict[Place, list[Formula]] = {one: [] for one in joined}
        for one, holds in entries.items():
            begins[representative[one]].append(holds)
        around = circles({one: [to for to, _ in ahead] for one, ahead in joined.items()})
        found: dict[Place, Formula] = {}
        for members in reversed(list(dict.fromkeys(around.values()))):
            bases = {one: self.logic.some(begins[one]) for one in members}
            found.update(self._inside(members, bases, joined))
            for one in members:
                for to, holds in joined[one]:
                    if to not in bases:
                        begins[to].append(self.logic.both(found[one], holds))
        return {one: found[representative[one]] for one in after}

    def _explored(
        self,
        entries: Mapping[Place, Formula],
        moment_of: Callable[[str], Moment | None],
        track: Track,
        epoch: int,
        closed: Collection[str],
    ) -> dict[Place, list[tuple[Place, Formula]]]:
        after: dict[Place, list[tuple[Place, Formula]]] = {}
        waiting = list(entries)
        while waiting:
            one = waiting.pop()
            if one in after:
                continue
            after[one] = []
            stage, layer = stage_of(one), layer_of(one)
            if stage in closed:
                continue
            for to, holds in self.legs(stage, moment_of(stage)):
                then = track(stage, to, layer, epoch)
                if then is not None and not holds.eq(self.logic.false):
                    after[one].append((place(to, then), holds))
                    waiting.append(place(to, then))
        return after

    def _inside(
        self,
        members: Sequence[Place],
        bases: Mapping[Place, Formula],
        joined: Mapping[Place, list[tuple[Place, Formula]]],
    ) -> dict[Place, Formula]:
        """When the places of one circle are come to: by as many steps inside it as it has places."""
        if len(members) == 1:
            return dict(bases)
        if len(members) > MOST_IN_A_CIRCLE:
            return dict.fromkeys(members, self.logic.some(bases.values()))
        into: dict[Place, list[tuple[Place, Formula]]] = {one: [] for one in members}
        for one in members:
            for to, holds in joined[one]:
                if to in into:
                    into[to].append((one, holds))
        found = dict(bases)
        for _ in members[1:]:
            found = {
                one: self.logic.some([bases[one], *(self.logic.both(found[was], holds) for was, holds in into[one])])
                for one in members
            }
        return found

    def stable(self, name: str, goal: str, *, layered: bool) -> bool:
        """Whether what a stage's way on hangs on is, once the goal is come to, as it was when it was left.

        `layered`: the stage may have been left again since on another layer.
        """
        if any(one.names_the_day for one in self.conditions[name]):
            return False
        if not self.mentions[name]:
            return True
        if layered:
            since = self.ways.ahead_of(name) & {*self.ways.leading_to(goal), goal}
        else:
            since = frozenset(self.ways.between(name, goal))
        return not self.mentions[name] & self.changing(since)


def needed_of(stage: ReviewStage) -> int:
    """How many reviews must count, so that it can be passed."""
    return stage.needed if isinstance(stage.needed, int) else 1
