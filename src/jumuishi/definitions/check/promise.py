"""J311: on the dearest way from submission to an end, the stages' own times add up to more than the promise."""

from collections.abc import Iterator

from jumuishi.definitions.check.flow import targets
from jumuishi.definitions.check.graph import circles
from jumuishi.definitions.check.largest import NO_END, largest
from jumuishi.definitions.model import (
    ApplicantStage,
    EndStage,
    Package,
    Path,
    PaymentStage,
    ReviewStage,
    Stage,
    TaskStage,
    Unit,
    Within,
)
from jumuishi.definitions.read.reading import Reading

HOURS: dict[Unit, int] = {
    "hours": 1, "working_hours": 1, "working_days": 8, "days": 24, "months": 30 * 24, "years": 365 * 24,
}  # fmt: skip
"""What a unit weighs against another; a day of work is eight hours."""
_STEPS = 200_000
"""So many stages of ways are looked at; a graph with more circles in circles is said not to be decided."""


def check_promise(package: Package, reading: Reading) -> None:
    """Notes J311 at the promise, W311 where there are too many ways to follow."""
    at: Path = ("promise",)
    if any(path[:1] == at for path in reading.doubtful) or at not in reading.positions or not package.stages:
        return
    if any(not isinstance(package.stages.get(one), ApplicantStage | PaymentStage) for one in package.promise.pauses):
        return  # J301 tells of it, and which stage was meant nobody knows
    times = _Times(package, reading)
    promised = times.hours(package.promise.within, (*at, "within"))
    if promised is None:
        return
    way = times.dearest(promised)
    if way is None:
        message = "there are too many ways through the stages to say whether their times keep the promise"
        reading.findings.add("W311", reading.at(at), message)
    elif way:
        taken = sum(times.of[one] for one in way)
        told = ", ".join(f"{one} {_said(times.of[one])}" for one in way if times.of[one])
        message = f"the stages' times add up to {_said(taken)}, the promise is {_said(promised)}: {told}"
        reading.findings.add("J311", reading.at(at), message)


def _said(hours: int) -> str:
    return "without end" if hours >= NO_END else f"{hours} hours"


class _Times:
    def __init__(self, package: Package, reading: Reading) -> None:
        self.package = package
        self.reading = reading
        self.of = {name: self.time_of(name, stage) for name, stage in package.stages.items()}

    def hours(self, within: Within, path: Path) -> int | None:
        """A span in hours, of a setting the most that it may be; None where it stands in for a faulty one."""
        if any(path[:length] in self.reading.doubtful for length in range(1, len(path) + 1)):
            return None
        if any(one[: len(path)] == path for one in self.reading.doubtful):
            return None
        number = within.n
        if within.setting is not None:
            setting = self.package.settings.get(within.setting)
            if setting is None or setting.type != "integer" or ("settings", within.setting) in self.reading.doubtful:
                return None
            number = largest(setting.constraint, within.setting)
        return None if number is None else min(number * HOURS[within.unit], NO_END)

    def time_of(self, name: str, stage: Stage) -> int:
        """What a stage may take; nothing where its time is at fault elsewhere, or does not count."""
        at: Path = ("stages", name)
        if name in self.package.promise.pauses or at in self.reading.doubtful:
            return 0
        match stage:
            case TaskStage(due=due) if due is not None:
                return self.hours(due.within, (*at, "due", "within")) or 0
            case ReviewStage(reviews=reviews):
                parts = ((*at, "reviews", key, "due", "within") for key in reviews)
                dues = ((one.due, path) for one, path in zip(reviews.values(), parts, strict=True))
                return max((self.hours(due.within, path) or 0 for due, path in dues if due is not None), default=0)
            case ApplicantStage(expires=expires) | PaymentStage(expires=expires) if expires is not None:
                return self.hours(expires.after, (*at, "expires", "after")) or 0
            case _:
                return 0

    def dearest(self, promised: int) -> list[str] | None:
        """A way whose times are over the promise, [] where there is none, None where that is not decided."""
        stages = self.package.stages
        after = {
            name: [] if isinstance(stage, EndStage) else [one for one in dict.fromkeys(targets(stage)) if one in stages]
            for name, stage in stages.items()
        }
        circle = circles(after)
        # the most that may still follow: each circle of stages counts whole, which no way exceeds
        most: dict[str, int] = {}
        for name in circle:  # what a circle leads to comes before it
            beyond = (most[one] for member in circle[name] for one in after[member] if circle[one] is not circle[name])
            most[name] = sum(self.of[one] for one in circle[name]) + max(beyond, default=0)
            most |= dict.fromkeys(circle[name], most[name])
        first, steps = self.package.first_stage, 0
        way: list[str] = [first]
        on_way, taken = {first}, self.of[first]
        ahead: list[Iterator[str]] = [iter(after[first])]
        if taken > promised:
            return way
        while ahead:
            steps += 1
            if steps > _STEPS:
                return None
            following = next(ahead[-1], None)
            if following is None:
                ahead.pop()
                gone = way.pop()
                on_way.discard(gone)
                taken -= self.of[gone]
            elif following not in on_way and taken + most[following] > promised:
                way.append(following)
                on_way.add(following)
                taken += self.of[following]
                if taken > promised:
                    return way
                ahead.append(iter(after[following]))
        return []
