"""What has surely and what has perhaps been answered by the time a case is at a stage."""

from collections.abc import Iterator
from dataclasses import dataclass

from jumuishi.definitions.check.flow import targets
from jumuishi.definitions.check.graph import reachable
from jumuishi.definitions.model import ApplicantStage, ChoiceStage, Expression, Field, Package, TaskStage


@dataclass(frozen=True)
class Reached:
    """A stage that a case may come to.

    `surely`: stages that each way to it goes through; `perhaps`: stages that a case may have been at before (itself
    too, in a loop). `taken`: for a choice that every way goes through, the branches that lead on, by number.
    """

    stage: str
    surely: frozenset[str]
    perhaps: frozenset[str]
    taken: tuple[tuple[str, frozenset[int]], ...]


class Ways:
    """The stages' graph of a package."""

    def __init__(self, package: Package) -> None:
        self.package = package
        known = package.stages
        self.after = {name: [one for one in targets(stage) if one in known] for name, stage in known.items()}

    def reached(self, stage: str) -> Reached:
        """How a stage is come to."""
        first = self.package.first_stage
        everywhere = reachable([first], self.after)
        perhaps = {one for one in everywhere if stage in reachable(self.after[one], self.after)}
        surely = {one for one in perhaps if one == first or stage not in self._without(one, [first])}
        surely = {one for one in surely if one != stage}
        taken = []
        for name in self.package.stages:
            choice = self.package.stages[name]
            if name in surely and isinstance(choice, ChoiceStage):
                ahead = [branch.to for branch in choice.branches]
                on = {n for n, to in enumerate(ahead) if to in self.after and stage in self._without(name, [to])}
                taken.append((name, frozenset(on)))
        return Reached(stage, frozenset(surely), frozenset(perhaps), tuple(taken))

    def between(self, one: str, other: str) -> set[str]:
        """The stages on the ways from one to the other that do not come through the first again."""
        after = self._without(one, self.after[one])
        return {name for name in after if other in reachable([name], self._cut(one))}

    def _cut(self, out: str) -> dict[str, list[str]]:
        return {name: [] if name == out else [to for to in ahead if to != out] for name, ahead in self.after.items()}

    def _without(self, out: str, starts: list[str]) -> set[str]:
        return reachable([one for one in starts if one != out], self._cut(out))

    def fields_of(self, stages: set[str] | frozenset[str]) -> Iterator[tuple[str, str]]:
        """Each field that may be answered or changed at these stages, with the stage; members of groups not."""
        for name, stage in self.package.stages.items():
            if name in stages and isinstance(stage, TaskStage | ApplicantStage):
                for entry in stage.fields:
                    for one in _names(entry):
                        yield name, one


def _names(entry: str | Field) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif entry.type == "group" and entry.repeat is None:
        for member in entry.fields:
            yield from _names(member)
    else:
        yield entry.name


def names_the_day(expression: Expression) -> bool:
    """Whether it may give another value on another day."""
    return "today" in expression.source or "now" in expression.source
