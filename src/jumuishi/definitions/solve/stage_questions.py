"""What is asked of the expressions that the stages evaluate: fees, conditions, documents (J103, J501), settings too.

A fault there is shown only with a way through the stages that the machine itself goes with these answers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from jumuishi.definitions.solve.example import Example
from jumuishi.definitions.solve.logic import Formula
from jumuishi.definitions.solve.moment import Moment
from jumuishi.definitions.solve.questions import fee_is_negative
from jumuishi.definitions.solve.seeker import Found, Quest, Seeker
from jumuishi.definitions.solve.tales import told
from jumuishi.definitions.solve.teller import Spot, Teller, ends_of, spot, title_of
from jumuishi.definitions.solve.world import Undecided
from jumuishi.definitions.stories.playing import Playing


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

    def __init__(self, seeker: Seeker, teller: Teller, doubtful: frozenset[Spot]) -> None:
        self.seeker = seeker
        self.world = seeker.world
        self.package = seeker.package
        self.teller = teller
        self.doubtful = doubtful

    def run(self) -> None:
        """Asks everything."""
        for use in self.uses():
            if use.stage not in self.seeker.ways.everywhere:
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

    # Asking.

    def ask(self, use: Use) -> None:
        """J103, and of an amount J501."""
        # null is passed over by a condition and left out of claims, but is no amount and no number of months
        amount = bool(use.fee) or any(
            use.expression in (one.valid_for, one.valid_until) for one in self.package.documents.values()
        )
        encoder, logic, shared = self.world.encoder, self.world.logic, self.world.shared

        def when(moment: Moment) -> Formula:
            holds = logic.true if use.when is None else encoder.holds(shared.term(use.when, moment.term))
            return logic.both(holds, *(logic.no(shared.holds(one, moment.term)) for one in use.unless))

        def fails(_: str, moments: Sequence[Moment]) -> Formula:
            term = shared.term(use.expression, moments[-1].term)
            return logic.both(when(moments[-1]), encoder.bad(term) if amount else term.fails)

        def meets(example: Example) -> bool:
            scope = example.scope(self.package, len(example.moments) - 1)
            return meets_fault(use.expression, scope, or_null=amount)

        ends = ends_of("j103", line=use.expression.line, source=use.expression.source)
        self.settle("J103", use, fails, meets, ends)
        if use.fee and spot(use.expression) not in self.teller.told:

            def is_negative(_: str, moments: Sequence[Moment]) -> Formula:
                term = shared.term(use.expression, moments[-1].term)
                if term.kind != "int":
                    return logic.false
                return logic.both(when(moments[-1]), logic.no(encoder.bad(term)), term.value < 0)

            def comes_out(example: Example) -> bool:
                return fee_is_negative(use.expression, example.scope(self.package, len(example.moments) - 1))

            self.settle("J501", use, is_negative, comes_out, {})

    def settle(
        self,
        code: str,
        use: Use,
        formula: Callable[[str, Sequence[Moment]], Formula],
        seen: Callable[[Example], bool],
        ends: Mapping[str, str],
    ) -> None:
        """Asks, walks there on the machine, tells."""

        def has_failed(_: Playing, before: CaseState | None, said: str) -> bool:  # noqa: ARG001
            return said.startswith("refused: definition")

        expressions = tuple(one for one in (use.expression, use.when, *use.unless) if one is not None)
        found = self.seeker.find(Quest(use.stage, formula, expressions, has_failed, seen=seen))
        if isinstance(found, Undecided):
            self.teller.doubt(code, use.expression)
        elif isinstance(found, Found):
            if not ends:
                scope = found.example.scope(self.package, len(found.example.moments) - 1)
                ends = ends_of(code.lower(), name=use.fee, amount=scope.value(use.expression))
            tale = told(self.package, found.example, found.steps, title_of(code), ends)
            self.teller.told.add(spot(use.expression))
            self.teller.note(code, self.teller.at(use.expression), tale)
