"""Everything that is asked of the solver about one package's form and fees: J103, J201 to J204, J501."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from jumuishi.definitions.findings import Tale
from jumuishi.definitions.forms.scope import EvaluationError, Scope
from jumuishi.definitions.forms.strict import meets_fault
from jumuishi.definitions.model import Expression, Field, Path, Position
from jumuishi.definitions.solve.calls import NotEncodedError
from jumuishi.definitions.solve.encode import Names
from jumuishi.definitions.solve.example import Example
from jumuishi.definitions.solve.layout import Question
from jumuishi.definitions.solve.logic import Formula
from jumuishi.definitions.solve.moment import Moment
from jumuishi.definitions.solve.reasons import Reason
from jumuishi.definitions.solve.tales import told
from jumuishi.definitions.solve.teller import Spot, Teller, ends_of, spot, title_of
from jumuishi.definitions.solve.variables import members_of
from jumuishi.definitions.solve.walk import way
from jumuishi.definitions.solve.world import Answer, Impossible, Possible, Sought, Undecided, World


class FormQuestions:
    """One pass over the pages."""

    def __init__(self, world: World, teller: Teller, doubtful: frozenset[Spot]) -> None:
        self.world = world
        self.teller = teller
        self.logic = world.logic
        self.moment: Moment = world.first
        self.doubtful = doubtful
        self.asked: set[Spot] = set()
        # laws that are left out once the fault in them is told: one cause, one finding
        self.dropped: set[Spot] = set()
        self.sound: list[Formula] = []

    def run(self) -> None:
        """Asks everything, in the order of asking."""
        never: set[str] = set()
        for one in self.world.layout.on_pages():
            self.conditions(one)
            if one.page in never or not self.page(one, never):
                continue
            if self.is_shown(one):
                self.inside(one)

    def settings(self) -> None:
        """J202 of a setting's constraint."""
        for name, setting in self.world.package.settings.items():
            key, constraint = f"setting.{name}", setting.constraint
            if constraint is None or spot(constraint) in self.doubtful or key not in self.world.shared.settings:
                continue
            sought = Sought(self.logic.true, lambda _: True, frozenset({key}), (constraint,))
            if isinstance(self.ask(sought, fields=()), Impossible):
                why = self.ask(sought, fields=(), why=True)
                core = why.core if isinstance(why, Impossible) else ()
                self.teller.note_never("J202", self.teller.at(constraint), name, core)
                self.teller.told.add(spot(constraint))
                self.dropped.add(spot(constraint))

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
        """Asks of an application, with the laws of these fields (see World.ask)."""
        return self.world.ask(sought, fields=fields, without=without, example=example, why=why, faulty=faulty)

    # The laws in force.

    def before(self, one: Question) -> set[str]:
        """The questions asked before it."""
        return {
            name for name, other in self.world.layout.questions.items() if not other.stage and other.order < one.order
        }

    def without(self, *spots: Expression | None) -> Callable[[Reason], bool]:
        """Leaves out the laws of these expressions and of all that are told already."""
        out = self.dropped | {spot(one) for one in spots if one is not None}
        return lambda reason: reason.expression is not None and spot(reason.expression) in out

    def sought(self, formula: Formula, seen: Callable[[Example], bool], about: Expression, *names: str) -> Sought:
        """What is sought, with all that was found at fault already taken for sound."""
        mentions = self.world.layout.mentions(about).union(names)
        for name in names:
            for reason in self.world.layout.questions[name].conditions:
                if reason.expression is not None:
                    mentions |= self.world.layout.mentions(reason.expression)
        return Sought(self.logic.both(formula, *self.sound), seen, mentions, (about,))

    # J103.

    def conditions(self, one: Question) -> None:
        """Each condition of a question, those before it holding."""
        shown = self.logic.true
        for reason in one.conditions:
            if reason.expression is None:
                continue
            self.may_fail(one, reason.expression, shown, self.moment.term)
            shown = self.logic.both(shown, self.world.shared.holds(reason.expression, self.moment.term))

    def may_fail(
        self,
        one: Question,
        expression: Expression,
        when: Formula,
        names: Names,
        *,
        or_null: bool = True,
        member: str = "",
    ) -> None:
        """J103 where the expression has no value though `when` holds."""
        if spot(expression) in self.asked | self.doubtful | self.teller.told:
            return
        self.asked.add(spot(expression))
        try:
            term = self.world.shared.term(expression, names)
        except NotEncodedError:
            self.teller.doubt("J103", expression)
            return
        fails = self.world.encoder.bad(term) if or_null else term.fails
        group = one.field.name if member else ""

        def seen(example: Example) -> bool:
            return any(
                meets_fault(expression, scope, or_null=or_null) for scope in _insides(self.scope(example), group)
            )

        sought = self.sought(self.logic.both(when, fails), seen, expression, one.field.name)
        near = self.before(one) | {one.field.name}
        out = self.without(expression)
        found = self.ask(sought, fields=near, without=out)
        if isinstance(found, Possible):
            found = self.ask(sought, without=out, example=True, faulty={one.field.name})
        if isinstance(found, Undecided):
            self.teller.doubt("J103", expression)
        elif isinstance(found, Possible) and found.example is not None:
            ends = ends_of("j103", line=expression.line, source=expression.source)
            tale = self.story("J103", found.example, ends, one, expression)
            if tale is None:
                self.teller.doubt("J103", expression)
            else:
                self.teller.note("J103", self.teller.at(expression), tale)
            self.teller.told.add(spot(expression))
            self.dropped.add(spot(expression))
        if not isinstance(found, Impossible):
            self.sound.append(self.logic.implies(when, self.logic.no(fails)))

    def scope(self, example: Example) -> Scope:
        """What an expression sees with these answers."""
        return example.scope(self.world.package)

    def story(
        self,
        code: str,
        example: Example,
        ends: dict[str, str],
        one: Question,  # noqa: ARG002  # of a stage's
        expression: Expression | None = None,  # noqa: ARG002
    ) -> Tale | None:
        """An application with these answers; None where the machine has nothing against it."""
        walked = way(self.world.package, example, lambda _, __, said: bool(said))
        if walked is None or len(walked.steps) > 1:
            return None
        return told(self.world.package, example, walked.steps, title_of(code), ends)

    # J201, J204.

    def page(self, one: Question, never: set[str]) -> bool:
        """J204, once for a page; whether it can be shown."""
        reason = next((c for c in one.conditions if c.kind == "page"), None)
        if reason is None or reason.expression is None or spot(reason.expression) in self.doubtful:
            return True
        if spot(reason.expression) in self.teller.told:
            return reason.name not in never
        holds = self.world.shared.holds(reason.expression, self.moment.term)
        return self.can_be("J204", one, reason.expression, holds, reason.name, never)

    def is_shown(self, one: Question) -> bool:
        """J201; whether it can be shown."""
        own = [c.expression for c in one.conditions if c.kind == "relevant" and c.expression is not None]
        if not own or any(spot(c) in self.doubtful | self.teller.told for c in own):
            return True
        return self.can_be("J201", one, own[-1], self.moment.shown(one.field.name), one.field.name, set())

    def can_be(
        self, code: str, one: Question, expression: Expression, holds: Formula, name: str, never: set[str]
    ) -> bool:  # fmt: skip
        """Whether a condition can hold; else the finding."""
        sought = self.sought(holds, lambda _: True, expression, one.field.name)
        near = self.before(one)
        found = self.ask(sought, fields=near, without=self.without())
        if isinstance(found, Undecided):
            self.teller.doubt(code, expression)
        if not isinstance(found, Impossible):
            return True
        # what can be at all without it: else the fault lies elsewhere
        never.add(name)
        rest = replace(sought, formula=self.logic.every(self.sound))
        if isinstance(self.ask(rest, fields=near, without=self.without()), Possible):
            found = self.ask(sought, fields=near, without=self.without(), why=True)
            core = found.core if isinstance(found, Impossible) else ()
            own = Reason("page" if code == "J204" else "relevant", name, expression)
            self.teller.note_never(code, self.teller.at(expression), name, (own, *core))
        self.teller.told.add(spot(expression))
        self.dropped.add(spot(expression))
        return False

    # What is inside a question that is shown.

    def inside(self, one: Question) -> None:
        """Its calculation, choices, items and constraint."""
        shown, term = self.moment.shown(one.field.name), self.moment.term
        item = one.field
        if item.type == "calculate" and item.calculation is not None:
            self.may_fail(one, item.calculation, shown, term, or_null=False)
        for choice in item.choices.values():
            if choice.relevant is not None:
                self.may_fail(one, choice.relevant, shown, term)
        self.nothing_to_choose(one)
        if item.type == "group":
            self.items(one)
        if item.constraint is not None and spot(item.constraint) not in self.doubtful:
            answered = self.logic.true if item.type == "group" else self.logic.no(self.moment.unanswered(item.name))
            self.may_fail(one, item.constraint, self.logic.both(shown, answered), term)
            self.can_satisfy(one, item.constraint, self.logic.both(shown, answered), item.name)

    def can_satisfy(self, one: Question, constraint: Expression, answered: Formula, name: str) -> None:
        """J202."""
        if spot(constraint) in self.teller.told:
            return
        holds = self.world.shared.holds(constraint, self.moment.term)
        near = self.before(one) | {one.field.name}
        asked = self.sought(answered, lambda _: True, constraint, one.field.name)
        both = replace(asked, formula=self.logic.both(asked.formula, holds))
        out = self.without(constraint)
        found = self.ask(both, fields=near, without=out)
        if isinstance(found, Undecided):
            self.teller.doubt("J202", constraint)
        if not isinstance(found, Impossible):
            return
        if not isinstance(self.ask(asked, fields=near, without=out), Possible):
            return
        why = self.ask(both, fields=near, without=out, why=True)
        core = why.core if isinstance(why, Impossible) else ()
        own = Reason("constraint", name, constraint)
        self.teller.note_never("J202", self.teller.at(constraint), name, (own, *core))
        self.teller.told.add(spot(constraint))
        self.dropped.add(spot(constraint))

    def nothing_to_choose(self, one: Question) -> None:
        """J203."""
        choices = [choice.relevant for choice in one.field.choices.values()]
        offered = [choice for choice in choices if choice is not None and spot(choice) not in self.doubtful]
        if not one.field.required or len(offered) < len(choices) or not choices:
            return
        none = self.logic.every(self.logic.no(self.world.shared.holds(c, self.moment.term)) for c in offered)
        scope_holds: Callable[[Scope], bool] = lambda scope: not any(scope.holds(c) for c in offered)  # noqa: E731
        name = one.field.name
        mentions = frozenset[str]().union(*(self.world.layout.mentions(c) for c in offered))
        sought = self.sought(
            self.logic.both(self.moment.shown(name), none),
            lambda example: scope_holds(self.scope(example)),
            offered[0],
            name,
        )
        sought = replace(sought, mentions=sought.mentions | mentions)
        out = self.without(*offered)

        def skip(reason: Reason) -> bool:
            return out(reason) or (reason.name == name and reason.kind in ("required", "choice"))

        found = self.ask(sought, fields=self.before(one), without=out)
        if isinstance(found, Possible):
            unasked = replace(sought, formula=self.logic.both(sought.formula, self.moment.unanswered(name)))
            found = self.ask(unasked, without=skip, example=True, faulty={name})
        if isinstance(found, Undecided):
            self.teller.doubt("J203", offered[0])
        elif isinstance(found, Possible) and found.example is not None:
            tale = self.story("J203", found.example, self.nothing_chosen(one), one)
            if tale is None:
                self.teller.doubt("J203", offered[0])
            else:
                self.teller.note("J203", self.place_of(one), tale, name=name)
            self.dropped |= {spot(c) for c in offered}

    def nothing_chosen(self, one: Question) -> dict[str, str]:
        """How a story of nothing to choose ends."""
        return ends_of("j203", name=one.field.name)

    def place_of(self, one: Question) -> Position:
        """Where a question stands: at its choices' key."""
        for path in self.teller.reading.positions:
            if path[-1:] == ("choices",) and self.named(path[:-1], one.field):
                return self.teller.reading.positions[path]
        return self.teller.at(one.field.choices[next(iter(one.field.choices))].relevant or Expression(""))

    def named(self, path: Path, wanted: Field) -> bool:
        """Whether a path leads to that field."""
        found: object = self.world.package
        for key in path:
            if isinstance(key, int):
                found = found[key] if isinstance(found, tuple) and key < len(found) else None
            elif hasattr(found, "get") and key in found:  # type: ignore[operator]
                found = found[key]  # type: ignore[index]
            else:
                found = getattr(found, str(key), None)
        return found is wanted

    def items(self, one: Question) -> None:
        """What stands inside a repeat group: the same of any of its items."""
        slots = self.moment.term(one.field.name).items.slots
        if not slots:
            return
        slot = slots[0]
        inner = self.moment.inside(dict(slot.item.parts))
        around = self.moment.around(one.field)
        shown_group = self.logic.both(self.moment.shown(one.field.name), slot.present)
        for member in members_of(one.field):
            shown = shown_group
            for reason in around[member.name]:
                if reason.expression is not None:
                    self.may_fail(one, reason.expression, shown, inner, member=member.name)
                    shown = self.logic.both(shown, self.world.shared.holds(reason.expression, inner))
            if member.type == "calculate" and member.calculation is not None:
                self.may_fail(one, member.calculation, shown, inner, or_null=False, member=member.name)
            elif member.constraint is not None and member.type != "note":
                answered = self.logic.both(shown, self.logic.no(slot.item.parts[member.name].null))
                self.may_fail(one, member.constraint, answered, inner, member=member.name)
                holds = self.world.shared.holds(member.constraint, inner)
                self.member_can_satisfy(one, member, answered, holds)

    def member_can_satisfy(self, one: Question, member: Field, answered: Formula, holds: Formula) -> None:
        """J202 of a member."""
        constraint = member.constraint
        if constraint is None or spot(constraint) in self.teller.told | self.doubtful:
            return
        near, out = self.before(one) | {one.field.name}, self.without(constraint)
        asked = self.sought(answered, lambda _: True, constraint, one.field.name)
        both = replace(asked, formula=self.logic.both(asked.formula, holds))
        found = self.ask(both, fields=near, without=out)
        if isinstance(found, Impossible) and isinstance(self.ask(asked, fields=near, without=out), Possible):
            why = self.ask(both, fields=near, without=out, why=True)
            core = why.core if isinstance(why, Impossible) else ()
            own = Reason("constraint", member.name, constraint)
            self.teller.note_never("J202", self.teller.at(constraint), member.name, (own, *core))
            self.teller.told.add(spot(constraint))
            self.dropped.add(spot(constraint))


def _insides(scope: Scope, group: str) -> Iterator[Scope]:
    if not group:
        yield scope
        return
    items = scope.answers.get(group)
    for item in items if isinstance(items, tuple) else ():
        if not isinstance(item, str):
            yield scope.with_item(group, item)


def fee_is_negative(expression: Expression, scope: Scope) -> bool:
    """Whether an amount really comes out under nothing."""
    try:
        value = scope.value(expression)
    except EvaluationError:
        return False
    return isinstance(value, int) and value < 0
