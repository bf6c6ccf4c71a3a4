"""The way to a fault, walked on the real machine with the answers of an example."""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any, TypeAlias

from jumuishi.definitions.machine.life import Earlier
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import (
    ApplicantStage,
    EndStage,
    Field,
    Package,
    PaymentStage,
    ReviewStage,
    TaskStage,
)
from jumuishi.definitions.solve.example import Example
from jumuishi.definitions.solve.reach import Ways
from jumuishi.definitions.solve.tales import Step, application, earlier_of, typed
from jumuishi.definitions.stories.playing import Playing
from jumuishi.definitions.stories.read import StoryFault
from jumuishi.definitions.stories.run import begin, play
from jumuishi.definitions.values import Answer

MOST_STEPS = 400
"""So many acts are tried on the machine in search of the way to a fault."""
MOST_BEYOND = 60
"""So many acts are tried from a trap on, to see that none leads out."""

IsThere: TypeAlias = Callable[[Playing, CaseState | None, str], bool]
"""Given the case after an act, its state before, and what the machine refused the act with ('' when it did not)."""


@dataclass(frozen=True)
class Walked:
    """The acts, what the machine refused the last with ('' where it did not), and where the case then is."""

    steps: list[Step]
    said: str
    playing: Playing


def way(
    package: Package, example: Example, is_there: IsThere, stops: Sequence[str] = (), toward: str = ""
) -> Walked | None:
    """A short line of acts with these answers after which `is_there`; None where none is found.

    `stops`: the stages at which answers change, in their order: at the first the example's second moment is answered,
    and so on. At all others what is so already, or what the last moment says of questions that only stand there.
    """
    walk = _Walk(package, example, tuple(stops), toward)
    return walk.search(is_there)


class _Walk:
    def __init__(self, package: Package, example: Example, stops: tuple[str, ...], toward: str) -> None:
        self.package = package
        self.example = example
        self.stops = stops
        goals = [*stops, *([toward] if toward in package.stages else [])]
        before = Ways(package).before if goals else {}
        self.distances = [_distances(goal, before) for goal in goals]
        first, last = example.moments[0].now.date(), example.moments[-1].now.date()
        self.days = (last - first).days

    def search(self, is_there: IsThere) -> Walked | None:
        """The best first: fewest acts done, and stages left to the next stop or the goal."""
        start = begin(self.package, self.example.settings, self.example.moments[0].now.date())
        start.earlier = {
            number: Earlier(number, date.fromisoformat(last))
            for number, last in earlier_of(self.package, self.example).items()
        }
        order = count()
        waiting: list[tuple[int, int, Playing, list[Step], int, bool]] = []
        seen: set[object] = set()
        heapq.heappush(waiting, (0, next(order), start, [], 0, False))
        tried = 0
        while waiting and tried < MOST_STEPS:
            _, _, playing, steps, done, waited = heapq.heappop(waiting)
            for step, then_done in self.next(playing, done, waited=waited):
                tried += 1
                then = replace(playing)
                try:
                    play(then, step)
                except StoryFault as fault:
                    if is_there(playing, playing.state, str(fault)):
                        return Walked([*steps, step], str(fault), playing)
                    continue
                if is_there(then, playing.state, ""):
                    return Walked([*steps, step], "", then)
                mark = _mark(then.state, then_done, waited or "wait" in step)
                if mark not in seen and then.state is not None:
                    seen.add(mark)
                    cost = len(steps) + 1 + self.left(then.state.stage, then_done)
                    entry = (cost, next(order), then, [*steps, step], then_done, waited or "wait" in step)
                    heapq.heappush(waiting, entry)
        return None

    def left(self, stage: str, done: int) -> int:
        """How many stages lie between here and what is next to be come to."""
        if done >= len(self.distances):
            return 0
        return self.distances[done].get(stage, MOST_STEPS)

    def next(self, playing: Playing, done: int, *, waited: bool) -> Iterator[tuple[Step, int]]:
        """What may be done where the case stands, in the author's order, and how many stops are then behind it."""
        state = playing.state
        if state is None:
            yield application(self.package, self.example), done
            return
        stage = self.package.stages.get(state.stage)
        is_stop = done < len(self.stops) and state.stage == self.stops[done]
        after = done + 1 if is_stop else done
        if isinstance(stage, TaskStage):
            own = [one.name for one in own_fields(stage.fields)]
            given = self._given(own, own, after)
            for name, action in stage.actions.items():
                step: dict[str, Any] = {"as": stage.role, "do": name}
                if given:
                    step["set"] = given
                yield {**step, **dict.fromkeys(action.requires, "Sababu")}, after
        elif isinstance(stage, ReviewStage):
            for seat in state.seats:
                if seat.is_open:
                    one = {"as": seat.role, "review": seat.review}
                    yield {**one, "pass": True}, after
                    yield {**one, "pass": False, "reason": "Sababu"}, after
        elif isinstance(stage, ApplicantStage):
            own = [one.name for one in own_fields(tuple(one for one in stage.fields if isinstance(one, Field)))]
            names = [*own, *(entry for entry in stage.fields if isinstance(entry, str))]
            if is_stop:
                # what becomes a question by the change is answered with it
                names += [one for one in self._answers(after) if one not in state.answers and one not in names]
            yield {"answer": self._given(names, own, after)}, after
        elif isinstance(stage, PaymentStage):
            yield {"pay": "all"}, after
        elif isinstance(stage, EndStage) and stage.appeal is not None:
            yield {"appeal": {"reason": "Sababu"}}, after
        if self.days > 0 and not waited and not state.is_ended:
            yield {"wait": f"{self.days} days"}, done

    def _answers(self, done: int) -> Mapping[str, Answer | None]:
        return self.example.moments[min(done, len(self.example.moments) - 1)].answers

    def _given(self, names: Sequence[str], own: Sequence[str], done: int) -> dict[str, Any]:
        """What is answered at a stage; its own questions, if not before, as at the last moment."""
        now, last = self._answers(done), self.example.moments[-1].answers
        found = {name: now.get(name) if now.get(name) is not None or name not in own else last.get(name)
                 for name in names}  # fmt: skip
        return {name: typed(value) for name, value in found.items() if value is not None}

    def leads_out(self, start: Playing, done: int) -> bool:
        """Whether an end is found from there, or more acts are possible than are tried."""
        waiting, seen, tried = [start], set[object](), 0
        while waiting:
            playing = waiting.pop()
            for step, _ in self.next(playing, done, waited=True):
                tried += 1
                if tried > MOST_BEYOND:
                    return True
                then = replace(playing)
                try:
                    play(then, step)
                except StoryFault:
                    continue
                if then.state is None or then.state.is_ended:
                    return True
                mark = _mark(then.state, done, True)
                if mark not in seen:
                    seen.add(mark)
                    waiting.append(then)
        return False


def leads_out(package: Package, example: Example, stops: Sequence[str], start: Playing) -> bool:
    """Whether some line of acts with the example's last answers leads from there to an end, as far as is tried."""
    return _Walk(package, example, tuple(stops), "").leads_out(start, len(stops))


def _mark(state: CaseState | None, done: int, waited: bool) -> object:
    if state is None:
        return None
    seats = tuple((seat.review, seat.is_open) for seat in state.seats)
    return state.stage, seats, str(state.answers), tuple(state.paid.items()), bool(state.issued), done, waited


def _distances(goal: str, before: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found, edge = {goal: 0}, [goal]
    while edge:
        ahead = []
        for one in edge:
            for other in before.get(one, ()):
                if other not in found:
                    found[other] = found[one] + 1
                    ahead.append(other)
        edge = ahead
    return found


def own_fields(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Fields, and in the place of a group without repeat its members."""
    for one in fields:
        if one.type == "group" and one.repeat is None:
            yield from own_fields(one.fields)
        else:
            yield one
