"""Checks of the stages' graph and of who acts when: J301 to J305, J401, J402, J502, and names outside expressions."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from jumuishi.definitions.check.graph import Graph, circles, reachable
from jumuishi.definitions.model import (
    ApplicantStage,
    ChoiceStage,
    Due,
    EndStage,
    Field,
    IssueStage,
    Package,
    Path,
    PaymentStage,
    ReviewStage,
    Stage,
    TaskStage,
    Within,
)
from jumuishi.definitions.read.reading import Reading


def targets(stage: Stage) -> Iterator[str]:
    """The stages that may follow, in the author's order; an empty name stands for one that could not be read."""
    match stage:
        case TaskStage(actions=actions):
            yield from (action.to for action in actions.values())
        case ApplicantStage(answered=answered):
            yield answered
        case ReviewStage(passed=passed, failed=failed):
            yield from (passed, failed)
        case PaymentStage(paid=paid):
            yield paid
        case IssueStage(to=to):
            yield to
        case ChoiceStage(branches=branches):
            yield from (branch.to for branch in branches)
        case EndStage(appeal=appeal):
            if appeal is not None:
                yield appeal.to
    if isinstance(stage, ApplicantStage | PaymentStage) and stage.expires is not None:
        yield stage.expires.to


class FlowChecks:
    """One pass over a package."""

    def __init__(self, package: Package, reading: Reading) -> None:
        self.package = package
        self.reading = reading
        self.untold = 0
        self.stages = package.stages

    def note(self, code: str, path: Path, message: str, missing: str = "") -> None:
        self.reading.findings.add(code, self.reading.at(path), message, missing=missing)

    def doubtful(self, *path: str | int) -> bool:
        """Whether the path, or a part around it, is stood in for."""
        return any(path[:length] in self.reading.doubtful for length in range(1, len(path) + 1))

    def run(self) -> None:
        """Notes all findings."""
        wild = self.missing()
        self.ends(wild)
        self.clocks()
        self.roles()
        self.bases()
        self.names()

    def missing(self) -> set[str]:
        """J301; returns the stages that lead nobody knows where."""
        wild: set[str] = set()
        for name, stage in self.stages.items():
            at: Path = ("stages", name)
            if self.doubtful(*at):
                wild.add(name)
            for target in targets(stage):
                if target not in self.stages:
                    wild.add(name)
                    if target and not self.reading.may_mean(("stages",), target):
                        self.note("J301", at, f"the stage {target!r} does not exist", f"stage {target}")
            excluded = list(getattr(stage, "not_by", ()))
            if isinstance(stage, ReviewStage):
                excluded += [one for review in stage.reviews.values() for one in review.not_by]
            for other in excluded:
                if other not in self.stages and not self.reading.may_mean(("stages",), other):
                    self.note("J301", at, f"not_by: the stage {other!r} does not exist", f"stage {other}")
            if isinstance(stage, PaymentStage):
                for fee in stage.fees:
                    if fee not in self.package.fees and not self.reading.may_mean(("fees",), fee):
                        self.note("J301", at, f"the fee {fee!r} does not exist", f"fee {fee}")
            issued = stage.document if isinstance(stage, IssueStage) else ""
            unknown = issued and issued not in self.package.documents
            if unknown and not self.reading.may_mean(("documents",), issued):
                self.note("J301", at, f"the document {issued!r} does not exist", f"document {issued}")
        for one in self.package.promise.pauses:
            sound = isinstance(self.stages.get(one), ApplicantStage | PaymentStage)
            if not sound and not self.doubtful("stages", one) and not self.reading.may_mean(("stages",), one):
                self.note("J301", ("promise", "pauses"), f"{one!r} is no applicant or payment stage")
        return wild

    def ends(self, wild: set[str]) -> None:
        """J303 for each trap, then J302 for each beginning of what nothing leads to."""
        if not self.stages:
            return
        after = {name: {one for one in targets(stage) if one in self.stages} for name, stage in self.stages.items()}
        everywhere = set(self.stages)
        ends = {name for name, one in self.stages.items() if isinstance(one, EndStage)}
        for name, stage in self.stages.items():
            if isinstance(stage, ApplicantStage | PaymentStage) and stage.expires is None:
                after[name] |= ends  # J304 tells of it; the end that it lacks may be any
        after |= dict.fromkeys(wild, everywhere)
        before: dict[str, list[str]] = {name: [] for name in self.stages}
        for name, following in after.items():
            for one in following:
                before[one].append(name)
        first = self.package.first_stage
        ending = reachable(ends | wild, before)
        reached = reachable([first], after)
        for circle in self.outermost([name for name in self.stages if name in reached - ending], after):
            self.note("J303", ("stages", circle[0]), f"no end can be reached from {circle[0]!r}")
            after[circle[0]] = everywhere
        unreached = everywhere - reachable([first], after)
        for circle in self.outermost([name for name in self.stages if name in unreached - wild], before):
            self.note("J302", ("stages", circle[0]), f"the stage {circle[0]!r} is never reached")

    def outermost(self, names: list[str], ahead: Graph) -> list[list[str]]:
        """Of these stages the circles (or single ones) from which nothing leads on among them, in the file's order."""
        among = set(names)
        circle = circles({name: [one for one in ahead[name] if one in among] for name in names})
        order = {name: number for number, name in enumerate(names)}
        found = [
            members
            for members in dict.fromkeys(circle[name] for name in names)
            if all(circle[one] is members for member in members for one in ahead[member] if one in among)
        ]
        return [sorted(one, key=order.__getitem__) for one in found]

    def clocks(self) -> None:
        """J304, J305."""
        for name, stage in self.stages.items():
            at: Path = ("stages", name)
            endless = isinstance(stage, ApplicantStage | PaymentStage) and stage.expires is None
            if endless and not self.doubtful(*at, "expires"):
                waits = "a payment" if isinstance(stage, PaymentStage) else "the applicant"
                self.note("J304", at, f"{name!r} waits for {waits} without an end: expires is missing")
            if isinstance(stage, TaskStage) and not self.doubtful(*at, "due"):
                self.late(at, at, stage.due, stage.role, name)
            if isinstance(stage, ReviewStage):
                for key, review in stage.reviews.items():
                    if not self.doubtful(*at, "reviews", key, "due"):
                        self.late(at, ("stages", name, "reviews", key), review.due, review.role, f"{name}, {key}")

    def late(self, at: Path, part: Path, due: Due | None, role: str, name: str) -> None:
        if due is None or due.escalate in (None, role):
            self.untold += 1
        if due is None:
            self.note("J305", at, f"{name}: due is missing")
        elif (*part, "due", "within") in self.reading.doubtful and self.absent((*part, "due", "within")):
            self.note("J305", at, f"{name}: due has no time")
        elif due.escalate is None:
            if (*part, "due", "escalate") not in self.reading.doubtful:
                self.note("J305", at, f"{name}: nobody is told when it is late: escalate is missing")
        elif due.escalate == role:
            self.note("J305", at, f"{name}: escalate names the role that is late")

    def absent(self, path: Path) -> bool:
        return path not in self.reading.positions

    def roles(self) -> None:
        """J401, J402; a role left unused by a misspelling of it is not told twice."""
        used: list[tuple[str, Path]] = []
        for name, stage in self.stages.items():
            if isinstance(stage, TaskStage):
                used += self.used(stage.role, stage.due, ("stages", name))
            if isinstance(stage, ReviewStage):
                for key, review in stage.reviews.items():
                    used += self.used(review.role, review.due, ("stages", name, "reviews", key))
                    if self.package.is_committee(review.role):
                        at: Path = ("stages", name, "reviews", key, "role")
                        self.note(
                            "J003", at, f"{review.role!r} is a committee: it decides at a task, it gives no review"
                        )
        if ("roles",) in self.reading.doubtful:
            return
        unknown: list[str] = []
        for role, path in used:
            if role not in self.package.roles and not self.reading.may_mean(("roles",), role):
                self.note("J401", path, f"the role {role!r} is not declared", f"role {role}")
                unknown.append(role)
        unused = [role for role in self.package.roles if role not in {one for one, _ in used}]
        for role in dict.fromkeys(unknown):
            if unused:
                unused.remove(max(unused, key=lambda one: SequenceMatcher(None, one, role).ratio()))
        if any(path[:1] == ("stages",) for path in self.reading.doubtful):
            return
        unused = [role for role in unused if role not in self.reading.misnamed.get(("roles",), ())]
        # one that J305 misses as somebody to escalate to is not told again as unused
        for role in unused[self.untold :]:
            self.note("J402", ("roles", role), f"the role {role!r} is declared and never used")

    def used(self, role: str, due: Due | None, path: Path) -> Iterator[tuple[str, Path]]:
        if role:
            yield role, (*path, "role")
        if due is not None and due.escalate:
            yield due.escalate, (*path, "due", "escalate")

    def bases(self) -> None:
        """J502."""
        package = self.package
        promise = package.promise
        if ("promise",) in self.reading.positions:
            self.basis(promise.basis, ("promise",), needed=True)
        if package.retention is not None:
            self.basis(package.retention.basis, ("retention",))
        for name, fee in package.fees.items():
            self.basis(fee.basis, ("fees", name), needed=True)
        for name, setting in package.settings.items():
            self.basis(setting.basis, ("settings", name))
        for number, page in enumerate(package.pages):
            for index, one in enumerate(page.fields):
                self.lookup_bases(one, ("pages", number, "fields", index))

    def lookup_bases(self, one: Field, path: Path) -> None:
        if one.lookup is not None:
            self.basis(one.lookup.basis, (*path, "lookup"))
        for index, member in enumerate(one.fields):
            self.lookup_bases(member, (*path, "fields", index))

    def basis(self, basis: str | None, path: Path, *, needed: bool = False) -> None:
        if self.doubtful(*path) or self.doubtful(*path, "basis") or ("basis",) in self.reading.doubtful:
            return
        if basis is None:
            if needed:
                self.note("J502", path, "this figure names no basis")
        elif basis not in self.package.basis and not self.reading.may_mean(("basis",), basis):
            self.note("J502", (*path, "basis"), f"the basis {basis!r} is not declared", f"basis {basis}")

    def names(self) -> None:
        """J102 and J103 for settings and fields that are named outside expressions."""
        known = self.package.all_fields()
        if ("promise",) in self.reading.positions:
            self.span(self.package.promise.within, ("promise", "within"))
        for outcome, within in (self.package.retention.periods if self.package.retention else {}).items():
            self.span(within, ("retention", outcome))
        for name, stage in self.stages.items():
            at: Path = ("stages", name)
            if isinstance(stage, ApplicantStage):
                for index, entry in enumerate(stage.fields):
                    lenient = any(path[-1:] in (("name",), ("fields",), ("pages",)) for path in self.reading.doubtful)
                    if isinstance(entry, str) and entry not in known and not lenient:
                        self.note("J102", (*at, "fields", index), f"there is no field {entry!r}", f"field {entry}")
            if isinstance(stage, ApplicantStage | PaymentStage) and stage.expires is not None:
                self.span(stage.expires.after, (*at, "expires", "after"))
            if isinstance(stage, TaskStage) and stage.due is not None:
                self.span(stage.due.within, (*at, "due", "within"))
            if isinstance(stage, EndStage) and stage.appeal is not None:
                self.span(stage.appeal.within, (*at, "appeal", "within"))
            if isinstance(stage, ReviewStage):
                for key, review in stage.reviews.items():
                    if review.due is not None:
                        self.span(review.due.within, (*at, "reviews", key, "due", "within"))
                    if review.institution is not None:
                        self.setting(review.institution, "institution", (*at, "reviews", key, "institution"))

    def span(self, within: Within, path: Path) -> None:
        if within.setting:
            self.setting(within.setting, "integer", (*path, "setting"))

    def setting(self, name: str, kind: str, path: Path) -> None:
        if self.reading.may_mean(("settings",), name):
            return
        setting = self.package.settings.get(name)
        if setting is None:
            self.note("J102", path, f"there is no setting {name!r}", f"setting {name}")
        elif setting.type != kind and not self.doubtful("settings", name, "type"):
            self.note("J103", path, f"the setting {name!r} is not of type {kind}")
