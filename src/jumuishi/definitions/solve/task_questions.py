"""What is asked of the fields that a stage itself asks: J103, J201 to J203 of officers and of applicants in a wait.

Asked as the form's are, but of the moment at which the stage is acted at: after every way that leads there.
"""

from collections.abc import Callable, Collection, Iterator

from jumuishi.definitions.findings import Tale
from jumuishi.definitions.forms.scope import Scope
from jumuishi.definitions.forms.settle import settle
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import Expression
from jumuishi.definitions.solve.example import Example
from jumuishi.definitions.solve.layout import Question
from jumuishi.definitions.solve.moment import Law
from jumuishi.definitions.solve.questions import FormQuestions
from jumuishi.definitions.solve.reasons import Reason
from jumuishi.definitions.solve.seeker import Seeker
from jumuishi.definitions.solve.tales import told
from jumuishi.definitions.solve.teller import Spot, Teller, ends_of, title_of
from jumuishi.definitions.solve.walk import way
from jumuishi.definitions.solve.world import Answer, Impossible, Sought, Undecided
from jumuishi.definitions.stories.playing import Playing
from jumuishi.kernel.text import LANGUAGES


def ask_of_tasks(seeker: Seeker, teller: Teller, doubtful: frozenset[Spot]) -> None:
    """Asks of the own fields of each stage that a case can come to."""
    for name in dict.fromkeys(one.stage for one in seeker.world.layout.questions.values()):
        if name in seeker.ways.everywhere:
            TaskQuestions(seeker, teller, doubtful, name).run()


class TaskQuestions(FormQuestions):
    """One pass over the fields of one stage."""

    def __init__(self, seeker: Seeker, teller: Teller, doubtful: frozenset[Spot], stage: str) -> None:
        form, world, ways = seeker.form, seeker.world, seeker.ways
        super().__init__(world, teller, doubtful)
        self.stage, self.ways = stage, ways
        self.asked, self.dropped, self.sound = form.asked, form.dropped, list(form.sound)
        perhaps, surely = ways.leading_to(stage) | {stage}, ways.surely(stage)
        visited = {
            other: self.logic.bool_variable(f"acted.{stage}.{other}")
            for other, _ in ways.fields_of(perhaps)
            if other not in surely | {stage}
        }
        changing = seeker.routes.changing(perhaps) | {
            name for name, one in world.layout.questions.items() if one.stage and _fills_itself(one)
        }
        self.moment = world.later(world.first, changing, visited)
        coming = self.logic.some(seeker.coming(stage, moment=self.moment).values())
        mentions = frozenset[str]().union(*(seeker.routes.mentions[one] for one in ways.leading_to(stage)))
        self.come = [Law(Reason("asked", stage), coming, mentions)]

    def run(self) -> None:
        """Asks everything, in the order of asking."""
        for one in self.world.layout.questions.values():
            if one.stage == self.stage:
                self.conditions(one)
                if self.is_shown(one):
                    self.inside(one)

    def before(self, one: Question) -> set[str]:
        """What is answered when it is asked: the pages, the other stages on the way, its own stage so far."""
        return {
            name
            for name, other in self.world.layout.questions.items()
            if other.stage != self.stage or other.order < one.order
        }

    def ask(
        self,
        sought: Sought,
        *,
        fields: Collection[str] | None = None,
        without: Callable[[Reason], bool] = lambda _: False,
        example: bool = False,
        why: bool = False,
        faulty: Collection[str] = (),
    ) -> Answer:
        """Asks of the moment at which the stage is acted at; an example is of one day, as its story is."""
        moments = [self.world.first, self.moment]
        laws = [law for law in self.laws(fields) if not without(law.reason)] + self.come
        if example:
            day = self.moment.day == self.world.first.day
            laws.append(Law(Reason("asked", self.stage), day, frozenset()))
        found = self.world.ask(
            sought, moments, fields=(), without=without, example=example, why=why, faulty=faulty, extra=laws
        )
        # a way of several days may lead there still, but no story of one does
        return Undecided("replay", sought.about) if example and isinstance(found, Impossible) else found

    def laws(self, fields: Collection[str] | None) -> Iterator[Law]:
        """What is certain then: an officer's earlier answer met what its conditions name as that was on its day."""
        for name, one in self.world.layout.questions.items():
            if fields is not None and name not in fields:
                continue
            if not one.stage:
                yield from self.world.first.laws(name)
            if name not in self.moment.changing:
                continue
            since = set()
            if one.stage not in ("", self.stage):
                since = {field for _, field in self.ways.fields_of(self.ways.between(one.stage, self.stage))}
            elsewhere = bool(one.stage) and one.stage != self.stage
            for law in self.moment.laws(name):
                lasting = law.reason.kind == "type" or not (law.mentions - {name}) & since
                if not elsewhere or (lasting and not _hangs_on_the_day(one, law) and not _fills_itself(one)):
                    yield law

    def scope(self, example: Example) -> Scope:
        """What an expression sees when the stage is acted at."""
        return settle(self.world.package, example.scope(self.world.package, 1))[0]

    def story(
        self,
        code: str,
        example: Example,
        ends: dict[str, str],
        one: Question,
        expression: Expression | None = None,
    ) -> Tale | None:
        """A way to the stage, and an act there that the machine refuses for that field."""
        place = f"line {expression.line} of " if expression is not None else f"{one.field.name} required"

        def is_there(playing: Playing, _: CaseState | None, said: str) -> bool:
            at_fault = place in said or (expression is not None and f"({one.field.name} " in said)
            return playing.state is not None and playing.state.stage == self.stage and at_fault

        walked = way(self.world.package, example, is_there, toward=self.stage)
        return told(self.world.package, example, walked.steps, title_of(code), ends) if walked is not None else None

    def nothing_chosen(self, one: Question) -> dict[str, str]:
        """How a story of nothing to choose ends."""
        stage = self.world.package.stages[self.stage]
        return {
            lang: ends_of("j203_stage", name=one.field.name, stage=stage.name.in_language(lang))[lang]
            for lang in LANGUAGES
        }


def _fills_itself(one: Question) -> bool:
    """Whether it has a value before anybody was at its stage."""
    return one.field.type == "calculate" or (one.field.required and one.field.default is not None)


def _hangs_on_the_day(one: Question, law: Law) -> bool:
    reasons = (law.reason, *one.conditions) if law.reason.kind != "type" else ()
    return any(each.expression is not None and each.expression.names_the_day for each in reasons)
