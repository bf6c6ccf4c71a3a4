"""What is asked of the expressions that the stages evaluate: fees, conditions, documents (J103, J501), settings too.

A fault there is shown only with a way through the stages that the machine itself goes with these answers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from jumuishi.definitions.forms.strict import meets_fault
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import (
    ChoiceStage,
    Expression,
    Fee,
    IssueStage,
    PaymentStage,
    ReviewStage,
)
from jumuishi.definitions.solve.calls import NotEncodedError
from jumuishi.definitions.solve.example import Example
from jumuishi.definitions.solve.logic import Formula
from jumuishi.definitions.solve.moment import Law, Moment
from jumuishi.definitions.solve.questions import FormQuestions, fee_is_negative
from jumuishi.definitions.solve.reach import Reached, Ways, names_the_day
from jumuishi.definitions.solve.reasons import Reason
from jumuishi.definitions.solve.tales import told, way
from jumuishi.definitions.solve.teller import Spot, Teller, ends_of, spot, title_of
from jumuishi.definitions.solve.world import Impossible, Possible, Sought, Undecided, World


@dataclass(frozen=True)
class Use:
    """An expression that a stage evaluates; `fee` where it is the amount of one.

    It does so where `when` holds, and none of `unless`.
    """

    stage: str
    expression: Expression
    when: Expression | None = None
    fee: str = ""
    unless: tuple[Expression, ...] = ()


class StageQuestions:
    """One pass over the stages, after the form's."""

    def __init__(self, world: World, teller: Teller, form: FormQuestions, doubtful: frozenset[Spot]) -> None:
        self.world = world
        self.package = world.package
        self.teller = teller
        self.form = form
        self.doubtful = doubtful
        self.ways = Ways(world.package)
        self.moments: dict[str, tuple[Moment, list[Law]]] = {}

    def run(self) -> None:
        """Asks everything."""
        if not self.package.stages:
            return
        reached = self.ways.reached
        for use in self.uses():
            if use.stage not in reached(self.package.first_stage).perhaps | {use.stage}:
                continue
            if spot(use.expression) in self.teller.told | self.doubtful:
                continue
            if use.when is not None and spot(use.when) in self.teller.told | self.doubtful:
                continue
            self.ask(use)

    def uses(self) -> Iterator[Use]:
        """Each expression at each stage that evaluates it."""
        paid_at: dict[str, list[str]] = {}
        for name, stage in self.package.stages.items():
            if isinstance(stage, PaymentStage):
                for fee in stage.fees:
                    paid_at.setdefault(fee, []).append(name)
            elif isinstance(stage, ReviewStage):
                yield from (Use(name, one.when) for one in stage.reviews.values() if one.when is not None)
            elif isinstance(stage, ChoiceStage):
                whens = [one.when for one in stage.branches if one.when is not None]
                yield from (Use(name, when, unless=tuple(whens[:n])) for n, when in enumerate(whens))
            elif isinstance(stage, IssueStage) and stage.document in self.package.documents:
                document = self.package.documents[stage.document]
                for expression in (document.valid_for, document.valid_until, *document.claims.values()):
                    if expression is not None:
                        yield Use(name, expression)
        issues = [name for name, stage in self.package.stages.items() if isinstance(stage, IssueStage)]
        for key, one in self.package.fees.items():
            yield from self.fee_uses(key, one, paid_at.get(key) or issues)

    def fee_uses(self, name: str, fee: Fee, stages: list[str]) -> Iterator[Use]:
        """A fee where it is paid, else where it is looked at before an issue."""
        for stage in stages:
            if fee.when is not None:
                yield Use(stage, fee.when)
            yield Use(stage, fee.amount, fee.when, name)

    # The moment that a stage is come to.

    def at(self, stage: str) -> tuple[Moment, list[Law]]:
        """What may have been answered by then, and what the choices on the way make sure of."""
        if stage not in self.moments:
            reached = self.ways.reached(stage)
            changing = self.changing(reached)
            logic = self.world.logic
            visited = {
                other: logic.true if other in reached.surely else logic.bool_variable(f"visited.{stage}.{other}")
                for other, _ in self.ways.fields_of(reached.perhaps)
            }
            moment = self.world.later(self.world.first, changing, visited) if changing else self.world.first
            self.moments[stage] = (moment, list(self.ruled(reached, moment)))
        return self.moments[stage]

    def changing(self, reached: Reached) -> frozenset[str]:
        """The fields of the stages on the way, and those that become relevant by them."""
        names = {name for _, name in self.ways.fields_of(reached.perhaps)}
        layout = self.world.layout
        while True:
            more = {
                name
                for name, one in layout.questions.items()
                if not one.stage and name not in names and any(
                    c.expression is not None and layout.mentions(c.expression) & names for c in one.conditions)
            }  # fmt: skip
            if not more:
                return frozenset(names)
            names |= more

    def ruled(self, reached: Reached, moment: Moment) -> Iterator[Law]:
        """What the branches taken say, as far as nothing of it may have changed since."""
        shared, logic = self.world.shared, self.world.logic
        for name, numbers in reached.taken:
            choice = self.package.stages[name]
            if not isinstance(choice, ChoiceStage) or not numbers:
                continue
            since = {one for _, one in self.ways.fields_of(self.ways.between(name, reached.stage))}
            conditions = [one.when for one in choice.branches if one.when is not None]
            mentions = frozenset[str]().union(*(self.world.layout.mentions(one) for one in conditions))
            if mentions & since or any(names_the_day(one) for one in conditions):
                continue
            before, ways = logic.true, []
            for number, branch in enumerate(choice.branches):
                holds = logic.true if branch.when is None else shared.holds(branch.when, moment.term)
                if number in numbers:
                    ways.append(logic.both(before, holds))
                before = logic.both(before, logic.no(holds))
            yield Law(Reason("asked", name), logic.some(ways), mentions)

    # Asking.

    def ask(self, use: Use) -> None:
        """J103, and of an amount J501."""
        moment = self.at(use.stage)[0]
        encoder, logic = self.world.encoder, self.world.logic
        try:
            term = self.world.shared.term(use.expression, moment.term)
            when = logic.true if use.when is None else encoder.holds(self.world.shared.term(use.when, moment.term))
            when = logic.both(
                when, *(logic.no(self.world.shared.holds(one, moment.term)) for one in use.unless)
            )  # fmt: skip
        except NotEncodedError:
            self.teller.doubt("J103", use.expression)
            return
        # null is passed over by a condition and left out of claims, but is no amount and no number of months
        amount = bool(use.fee) or any(
            use.expression in (one.valid_for, one.valid_until) for one in self.package.documents.values()
        )
        fails = encoder.bad(term) if amount else term.fails

        def has_failed(_: CaseState | None, said: str) -> bool:
            return said.startswith("refused: definition")

        def seen(example: Example) -> bool:
            scope = example.scope(self.package, len(example.moments) - 1)
            return meets_fault(use.expression, scope, or_null=amount)

        ends = ends_of("j103", line=use.expression.line, source=use.expression.source)
        self.settle("J103", use, logic.both(when, fails), seen, has_failed, ends)
        if use.fee and term.kind == "int" and spot(use.expression) not in self.teller.told:
            negative = logic.both(when, logic.no(encoder.bad(term)), term.value < 0)

            def is_negative(example: Example) -> bool:
                return fee_is_negative(use.expression, example.scope(self.package, len(example.moments) - 1))

            self.settle("J501", use, negative, is_negative, has_failed, {})

    def settle(
        self,
        code: str,
        use: Use,
        formula: Formula,
        seen: Callable[[Example], bool],
        is_there: Callable[[CaseState | None, str], bool],
        ends: Mapping[str, str],
    ) -> None:
        """Asks, replays on the machine, tells."""
        moment, laws = self.at(use.stage)
        mentions = self.world.layout.mentions(use.expression)
        for one in (use.when, *use.unless):
            mentions |= self.world.layout.mentions(one) if one is not None else frozenset()
        whole = self.world.logic.both(formula, *self.form.sound)
        sought = Sought(whole, seen, mentions, (use.expression,))
        moments = [self.world.first] if moment is self.world.first else [self.world.first, moment]
        out = self.form.without()
        found = self.world.ask(sought, moments, without=out, extra=laws)
        if isinstance(found, Impossible):
            return
        if isinstance(found, Possible):
            found = self.world.ask(sought, moments, without=out, extra=laws, example=True)
        steps = None
        if isinstance(found, Possible) and found.example is not None:
            steps = way(self.package, found.example, is_there)
        if steps is None or isinstance(found, Undecided | Impossible) or found.example is None:
            self.teller.doubt(code, use.expression)
            return
        if not ends:
            scope = found.example.scope(self.package, len(found.example.moments) - 1)
            ends = ends_of(code.lower(), name=use.fee, amount=scope.value(use.expression))
        tale = told(self.package, found.example, steps, title_of(code), ends)
        self.teller.told.add(spot(use.expression))
        self.teller.note(code, self.teller.at(use.expression), tale)
