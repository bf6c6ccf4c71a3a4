"""What is asked of the ways through the stages: J303 for some answers, J306 to J310."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jumuishi.definitions.check.graph import circles, reachable
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import (
    Branch,
    ChoiceStage,
    EndStage,
    Expression,
    Fee,
    IssueStage,
    Package,
    Path,
    PaymentStage,
    ReviewStage,
    Text,
)
from jumuishi.definitions.solve.example import Example
from jumuishi.definitions.solve.logic import Formula
from jumuishi.definitions.solve.moment import Moment
from jumuishi.definitions.solve.reasons import Reason
from jumuishi.definitions.solve.routes import needed_of, place, stage_of
from jumuishi.definitions.solve.seeker import Found, Quest, Seeker
from jumuishi.definitions.solve.tales import Step, told
from jumuishi.definitions.solve.teller import Teller, ends_of, spot, title_of
from jumuishi.definitions.solve.walk import leads_out
from jumuishi.definitions.solve.world import Impossible, Possible, Undecided
from jumuishi.definitions.stories.playing import Playing
from jumuishi.definitions.table import Table
from jumuishi.kernel.text import LANGUAGES

PASSED_OVER = "passed over"
"""No author's stage is called so: there a case goes whose review nobody gives."""


class PathQuestions:
    """One pass over the stages, after those over what they evaluate."""

    def __init__(self, seeker: Seeker, teller: Teller) -> None:
        self.seeker = seeker
        self.package = seeker.package
        self.logic = seeker.logic
        self.world = seeker.world
        self.routes = seeker.routes
        self.ways = seeker.ways
        self.teller = teller

    def run(self) -> None:
        """Asks everything, unless a way leads nobody knows where (J301)."""
        if any(one.code == "J301" for one in self.teller.reading.findings.found):
            return
        self.traps()
        for name in self.in_order():
            stage = self.package.stages[name]
            if isinstance(stage, ChoiceStage):
                self.gap(name, stage)
                self.never_taken(name, stage)
            elif isinstance(stage, ReviewStage):
                self.nobody(name, stage)
            elif isinstance(stage, EndStage) and stage.outcome == "granted" and self.package.documents:
                self.without_paper(name)
        self.unpaid()

    def in_order(self) -> list[str]:
        """The stages as a case comes to them, the nearest first: what a fault shuts out is behind it."""
        found = [self.package.first_stage]
        for one in found:
            found += [to for to in dict.fromkeys(self.ways.after[one]) if to not in found]
        return found

    # How it is told.

    def tell(
        self, code: str, path: Path, quest: Quest, expected: Step | None = None, **values: object
    ) -> Found | None:  # fmt: skip
        """Seeks, and notes a finding with its story; `expected` is what the author would have it do in the end."""
        found = self.seeker.find(quest)
        if isinstance(found, Undecided):
            self.doubt(code, quest)
        if not isinstance(found, Found):
            return None
        self.note(code, path, found, [expected] if expected else [], **values)
        self.routes.release([quest.stage])
        return found

    def note(self, code: str, path: Path, found: Found, more: list[Step], **values: object) -> None:
        """A finding with the way to it."""
        steps = [*found.steps, *more]
        ends = {lang: ends_of(code.lower(), **self.in_words(lang, values))[lang] for lang in LANGUAGES}
        tale = told(self.package, found.example, steps, title_of(code), ends)
        self.teller.note(code, self.teller.reading.at(path), tale, **values)

    def in_words(self, lang: str, values: Mapping[str, object]) -> dict[str, str]:
        """A stage and a fee as people read them, where they have words."""
        stage, fee = self.package.stages.get(str(values.get("name"))), self.package.fees.get(str(values.get("fee")))
        said = {"name": stage and stage.name.in_language(lang), "fee": fee and fee.label.in_language(lang)}
        return {key: said.get(key) or str(value) for key, value in values.items()}

    def doubt(self, code: str, quest: Quest) -> None:
        """What could not be decided, named by the first expression that it hangs on."""
        for one in self.seeker.expressions(quest):
            self.teller.doubt(code, one)
            return

    # J303.

    def traps(self) -> None:
        """J303 where only some answers find no way out; where none does, the graph has told it."""
        ends = {name for name, one in self.package.stages.items() if isinstance(one, EndStage)}
        ending, safe, caught = reachable(ends, self.ways.before), self.safe(ends), set[str]()
        for name in self.package.stages:
            if name in self.ways.everywhere & ending - safe - caught:
                caught |= self.trap(name, safe | (set(self.package.stages) - ending))

    def safe(self, ends: set[str]) -> set[str]:
        """The stages from which an end is reached whatever the answers are."""
        found = set(ends)
        while True:
            more = {
                name
                for name, ahead in self.ways.after.items()
                if name not in found and ahead
                and (all if isinstance(self.package.stages[name], ChoiceStage) else any)(to in found for to in ahead)
            }  # fmt: skip
            if not more:
                return found
            found |= more

    def trap(self, name: str, safe: set[str]) -> set[str]:
        """Whether a case can be trapped at a stage; the stages that it is then trapped at."""

        def formula(_: str, moments: Sequence[Moment]) -> Formula:
            reached = self.routes.reach(
                {place(name): self.logic.true},
                lambda one: None if self.may_change(name, one) else moments[-1],
                closed=safe,
            )
            return self.logic.no(self.logic.some(holds for one, holds in reached.items() if stage_of(one) in safe))

        inside = [one for one in self.ways.ahead_of(name) | {name} if one not in safe]
        expressions = tuple(one for stage in inside for one in self.routes.conditions[stage])

        def is_there(playing: Playing, before: CaseState | None, said: str) -> bool:  # noqa: ARG001
            if said:
                return any(f"definition (stage {one})" in said for one in inside)
            return playing.case.stage == name

        quest = Quest(name, formula, expressions, is_there)
        found = self.seeker.find(quest)
        if isinstance(found, Undecided):
            self.doubt("J303", quest)
        if not isinstance(found, Found):
            return set()
        if not found.said and leads_out(self.package, found.example, found.stops, found.playing):
            self.doubt("J303", quest)
            return set()
        held = self.held(name, found.example)
        self.routes.release(inside)
        first = self.innermost(held, found.example)
        end = next(one for one, stage in self.package.stages.items() if isinstance(stage, EndStage))
        self.note("J303", ("stages", first), found, [] if found.said else [{"expect": {"stage": end}}], name=first)
        return held

    def may_change(self, start: str, stage: str) -> bool:
        """Whether what a stage's way on hangs on may have changed once a case that stood at `start` comes there."""
        if any(one.names_the_day for one in self.routes.conditions[stage]):
            return True
        since = (self.ways.ahead_of(start) | {start}) & self.ways.leading_to(stage)
        return bool(self.routes.mentions[stage] & self.routes.changing(since))

    def ahead(self, stage: str, example: Example, start: str) -> list[str]:
        """Where a case with these answers may go from a stage."""
        one = self.package.stages[stage]
        if not isinstance(one, ChoiceStage) or self.may_change(start, stage):
            return self.ways.after[stage]
        scope = example.scope(self.package, len(example.moments) - 1)
        return next(([branch.to] for branch in one.branches if scope.holds(branch.when)), [])

    def held(self, start: str, example: Example) -> set[str]:
        """The stages that a case with these answers can then be at."""
        found, waiting = {start}, [start]
        while waiting:
            for one in self.ahead(waiting.pop(), example, start):
                if one not in found:
                    found.add(one)
                    waiting.append(one)
        return found

    def innermost(self, held: set[str], example: Example) -> str:
        """The first stage, in the author's order, of the circle from which nothing leads on."""
        start = next(one for one in self.package.stages if one in held)
        after = {one: [to for to in self.ahead(one, example, start) if to in held] for one in held}
        around = circles(after)
        for one in self.package.stages:
            if one in held and all(to in around[one] for member in around[one] for to in after[member]):
                return next(name for name in self.package.stages if name in around[one])
        return start

    # J306, J307.

    def gap(self, name: str, stage: ChoiceStage) -> None:
        """J306: answers for which no branch holds."""
        whens = [one.when for one in stage.branches]
        if any(one is None for one in whens):
            return

        def formula(_: str, moments: Sequence[Moment]) -> Formula:
            holds = (self.world.shared.holds(one, moments[-1].term) for one in whens if one is not None)
            return self.logic.no(self.logic.some(holds))

        def is_there(_: Playing, before: CaseState | None, said: str) -> bool:  # noqa: ARG001
            return f"definition (stage {name})" in said

        quest = Quest(name, formula, tuple(one for one in whens if one is not None), is_there)
        self.tell("J306", ("stages", name, "branches"), quest, name=name)

    def never_taken(self, name: str, stage: ChoiceStage) -> None:
        """J307: a branch that no answers take."""
        moment = self.seeker.moment(name)
        coming = self.logic.some(self.seeker.coming(name).values())
        taken, said = self.logic.true, list[Expression]()
        is_come_to = False
        for number, branch in enumerate(stage.branches):
            holds = self.logic.true if branch.when is None else self.world.shared.holds(branch.when, moment.term)
            said += [branch.when] if branch.when is not None else []
            quest = Quest(name, lambda _, __: self.logic.true, tuple(said), lambda *_: False)
            formula = self.logic.both(coming, taken, holds)
            found = self.seeker.ask(formula, quest, [self.world.first, moment])
            if isinstance(found, Possible):
                is_come_to = True
            elif isinstance(found, Undecided):
                self.doubt("J307", quest)
                is_come_to = True
            elif is_come_to or isinstance(
                self.seeker.ask(coming, quest, [self.world.first, moment]), Possible
            ):  # fmt: skip
                is_come_to = True
                core = self.excluding(formula, quest, moment, stage, number)
                self.teller.note_never(
                    "J307", self.teller.reading.at(("stages", name, "branches", number)), branch.to, core
                )
            else:
                return  # nobody comes here at all: told elsewhere
            if branch.when is None and number + 1 < len(stage.branches):
                self.after_the_last(name, branch, number + 1)
                return
            taken = self.logic.both(taken, self.logic.no(holds))

    def after_the_last(self, name: str, always: Branch, number: int) -> None:
        """What stands behind a branch without a condition is one fault."""
        at = self.teller.reading.at(("stages", name, "branches", number))
        stage = self.package.stages[name]
        to = stage.branches[number].to if isinstance(stage, ChoiceStage) else ""
        self.teller.note_never("J307", at, to, [Reason("otherwise", always.to)])

    def excluding(
        self, formula: Formula, quest: Quest, moment: Moment, stage: ChoiceStage, number: int
    ) -> list[Reason]:  # fmt: skip
        """The conditions that keep a branch from being taken: its own, the form's, and those of branches before it."""
        own = stage.branches[number].when
        mine = [Reason("branch", stage.branches[number].to, own)] if own is not None else []
        why = self.seeker.why(formula, quest, [self.world.first, moment])
        before = [Reason("branch", one.to, one.when) for one in stage.branches[:number]]
        return [*mine, *why, *before]

    # J308.

    def unpaid(self) -> None:
        """J308: a document issued on a way on which a fee that applies is not paid."""
        asked = {fee for one in self.package.stages.values() if isinstance(one, PaymentStage) for fee in one.fees}
        issues = [
            name for name, one in self.package.stages.items()
            if isinstance(one, IssueStage) and name in self.ways.everywhere
        ]  # fmt: skip
        done = set[str]()
        for key, fee in self.package.fees.items():
            for name in issues:
                # a fee that nobody asks for is one fault, wherever a document is issued
                if (name in done and key in asked) or (key not in asked and key in done):
                    continue
                if self.unpaid_at(name, key, fee):
                    done |= {name} if key in asked else {key}

    def unpaid_at(self, name: str, key: str, fee: Fee) -> bool:
        """One fee before one issue; whether it is told."""
        stages = self.package.stages
        asking = {one for one, stage in stages.items() if isinstance(stage, PaymentStage) and key in stage.fees}
        back = {one for one, stage in stages.items() if isinstance(stage, EndStage) and stage.outcome != "granted"}
        expressions = tuple(one for one in (fee.when, fee.amount) if one is not None)
        mentions = frozenset[str]().union(*(self.world.layout.mentions(one) for one in expressions))
        if any(spot(one) in self.teller.told for one in expressions):
            return False
        grows = any(
            mentions & self.routes.changing((self.ways.ahead_of(one) & {*self.ways.leading_to(name), name}) - {one})
            for one in asking
        )
        if not grows and name not in self.ways.without(asking) and not any(
            name in self.ways.without(asking, self.ways.after[one]) for one in back & self.ways.everywhere
        ):  # fmt: skip
            return False

        def track(stage: str, to: str, layer: str, epoch: int) -> str | None:
            one = stages[stage]
            if stage in asking and isinstance(one, PaymentStage) and to == one.paid:
                return f"paid{epoch}" if grows else None
            if isinstance(one, IssueStage):
                return None  # it is told there
            return "" if stage in back else layer

        def formula(layer: str, moments: Sequence[Moment]) -> Formula:
            now = self.owed(fee, moments[-1])
            if not layer:
                return now > 0
            at = int(layer.removeprefix("paid"))
            if at < 0:
                return now > 0  # all ways together: it may have been paid on whatever earlier answers
            if at == len(moments) - 2:
                return self.logic.false  # what was billed stands while no answer changes, whatever day it is
            return now > self.owed(fee, moments[at])

        def is_there(_: Playing, before: CaseState | None, said: str) -> bool:  # noqa: ARG001
            return f"unpaid (stage {name})" in said

        quest = Quest(name, formula, expressions, is_there, track, is_layered=True)
        return self.tell("J308", ("stages", name), quest, name=name, fee=key) is not None

    def owed(self, fee: Fee, moment: Moment) -> Formula:
        """What a fee comes to at a moment; nothing where it does not apply."""
        shared, logic = self.world.shared, self.logic
        amount = shared.term(fee.amount, moment.term)
        holds = logic.true if fee.when is None else shared.holds(fee.when, moment.term)
        sound = logic.no(self.world.encoder.bad(amount))
        return logic.choose(logic.both(holds, sound), amount.value, logic.int(0))

    # J309.

    def without_paper(self, name: str) -> None:
        """J309: a granted end come to with no document issued."""
        issues = {one for one, stage in self.package.stages.items() if isinstance(stage, IssueStage)}
        if name not in self.ways.without(issues) or not issues <= self.ways.everywhere:
            return  # of an issue that nothing leads to J302 has told

        def track(stage: str, to: str, layer: str, epoch: int) -> str | None:  # noqa: ARG001
            return None if stage in issues else layer

        def is_there(playing: Playing, before: CaseState | None, said: str) -> bool:  # noqa: ARG001
            return not said and playing.case.stage == name and not playing.case.issued

        quest = Quest(name, lambda _, __: self.logic.true, (), is_there, track, is_layered=True)
        document = next(iter(self.package.documents))
        self.tell("J309", ("stages", name), quest, {"expect": {"stage": name, "document": document}}, name=name)

    # J310.

    def nobody(self, name: str, stage: ReviewStage) -> None:
        """J310: a review in which, for some answers or for all, fewer count than must pass."""
        needed = needed_of(stage)
        whens = self.routes.conditions[name]
        if not whens and len(stage.reviews) >= needed:
            return
        moment = self.seeker.moment(name)
        quest = Quest(
            name, lambda _, moments: self.routes.counting(stage, moments[-1]) < needed, whens, lambda *_: False
        )
        coming = self.logic.some(self.seeker.coming(name).values())
        enough = self.logic.both(coming, self.routes.counting(stage, moment) >= needed)
        moments = [self.world.first, moment]
        found = self.seeker.ask(enough, quest, moments)
        if isinstance(found, Impossible):
            if isinstance(self.seeker.ask(coming, quest, moments), Possible):
                core = [Reason("review", key, one.when) for key, one in stage.reviews.items() if one.when is not None]
                at = self.teller.reading.at(("stages", name, "pass"))
                why = [*core, *self.seeker.why(enough, quest, moments)]
                self.teller.note_never("J310", at, name, why, words="j310_pass", needed=needed)
                self.routes.release([name])
            return
        package = _with_review_told(self.package, name, stage)

        def is_there(playing: Playing, before: CaseState | None, said: str) -> bool:
            return not said and playing.case.stage == PASSED_OVER and (before is None or before.stage != name)

        quest = replace(quest, is_there=is_there, package=package)
        self.tell("J310", ("stages", name), quest, {"expect": {"stage": name}}, name=name)


def _with_review_told(package: Package, name: str, stage: ReviewStage) -> Package:
    """The package, but for a stage of its own that a failed review leads to."""
    end = EndStage(Text({}), "refused")
    stages = {**package.stages, name: replace(stage, failed=PASSED_OVER), PASSED_OVER: end}
    return replace(package, stages=Table(stages))
