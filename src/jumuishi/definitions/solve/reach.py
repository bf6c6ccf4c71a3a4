"""The stages' graph of a package: what leads where, and which answers may change on the way."""

from collections.abc import Iterable, Iterator
from functools import cache

from jumuishi.definitions.check.flow import targets
from jumuishi.definitions.check.graph import reachable
from jumuishi.definitions.model import ApplicantStage, Field, Package, TaskStage


class Ways:
    """The stages' graph of a package."""

    def __init__(self, package: Package) -> None:
        self.package = package
        known = package.stages
        self.after = {name: [one for one in targets(stage) if one in known] for name, stage in known.items()}
        self.before: dict[str, list[str]] = {name: [] for name in known}
        for name, ahead in self.after.items():
            for one in ahead:
                self.before[one].append(name)
        self.everywhere = reachable([package.first_stage], self.after) if known else set()
        self.ahead_of = cache(self._ahead_of)
        self.leading_to = cache(self._leading_to)
        self.between = cache(self._between)

    def _ahead_of(self, stage: str) -> frozenset[str]:
        """The stages that may follow one, itself only where it lies in a loop."""
        return frozenset(reachable(self.after[stage], self.after))

    def _leading_to(self, stage: str) -> frozenset[str]:
        """The stages that a case may have been at before one, itself only where it lies in a loop."""
        return frozenset(reachable(self.before[stage], self.before) & self.everywhere)

    def surely(self, stage: str) -> frozenset[str]:
        """Of those the stages that each way to it goes through."""
        first = self.package.first_stage
        return frozenset(
            one for one in self.leading_to(stage)
            if one != stage and (one == first or stage not in self.without([one]))
        )  # fmt: skip

    def without(self, out: Iterable[str], starts: Iterable[str] | None = None) -> set[str]:
        """What can be come to, from the first stage if not said otherwise, though nothing goes through some stages."""
        closed = set(out)
        after = {name: [] if name in closed else ahead for name, ahead in self.after.items()}
        begin = [self.package.first_stage] if starts is None else starts
        return reachable([one for one in begin if one not in closed], after) - closed

    def _between(self, one: str, other: str) -> frozenset[str]:
        """The stages on the ways from one to the other that do not come through the first again."""
        after = {name: [to for to in ahead if to != one] for name, ahead in self.after.items()}
        before = {name: [] if name == one else ahead for name, ahead in self.before.items()}
        return frozenset(reachable([to for to in self.after[one] if to != one], after) & reachable([other], before))

    def fields_of(self, stages: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Each field that may be answered or changed at these stages, with the stage; members of groups not."""
        wanted = set(stages)
        for name, stage in self.package.stages.items():
            if name in wanted and isinstance(stage, TaskStage | ApplicantStage):
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
