"""One moment of a case: what has been answered by then, what day it is, and the laws of the form in force."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import z3

from jumuishi.definitions.forms.settle import asked_fields
from jumuishi.definitions.model import Expression, Field
from jumuishi.definitions.solve.calendar import DAY
from jumuishi.definitions.solve.calls import NotEncodedError
from jumuishi.definitions.solve.encode import Encoder, Names
from jumuishi.definitions.solve.layout import Layout, Question, tree_of
from jumuishi.definitions.solve.logic import Formula
from jumuishi.definitions.solve.reasons import Reason
from jumuishi.definitions.solve.terms import Items, Slot, Term
from jumuishi.definitions.solve.variables import Variables, day_number, members_of

DAYS = (day_number(2026, 1, 1), day_number(2099, 12, 31))
"""The days that today may be."""


@dataclass(frozen=True, slots=True)
class Law:
    """What the form makes sure of once it is submitted; `mentions` are the fields and settings that it binds."""

    reason: Reason
    formula: Formula
    mentions: frozenset[str]


class Shared:
    """What all moments of a World have in common: the encoder, the layout, settings, the door applied through."""

    def __init__(
        self, encoder: Encoder, layout: Layout, doubtful: Collection[tuple[int, int]] = frozenset()
    ) -> None:  # fmt: skip
        self.doubtful = doubtful
        self.encoder = encoder
        self.layout = layout
        self.variables = Variables(encoder)
        self.settings: dict[str, Term] = {}
        self.setting_laws: dict[str, list[Law]] = {}
        self.unknown: dict[Expression, str] = {}
        self.door = encoder.logic.int_variable("door")
        self.is_door = z3.And(self.door >= 0, self.door < max(1, len(layout.package.doors)))
        for name, setting in layout.package.settings.items():
            key = f"setting.{name}"
            try:
                self.settings[key] = self.variables.of_setting(setting, key)
            except KeyError:
                continue  # of no type: J003 tells of it
        for name, setting in layout.package.settings.items():
            key = f"setting.{name}"
            laws = [
                Law(Reason("type", key), encoder.logic.every(self.variables.bounds.get(key, [])), frozenset({key}))
            ]  # fmt: skip
            if setting.constraint is not None:
                holds = self.holds(setting.constraint, self._setting_names(name))
                laws.append(Law(Reason("setting", key, setting.constraint), holds, frozenset({key})))
            self.setting_laws[key] = laws

    def _setting_names(self, own: str) -> Names:
        return lambda name: self.settings[name if name.startswith("setting.") else f"setting.{own}"]

    def term(self, expression: Expression, names: Names) -> Term:
        """An expression's term; raises NotEncodedError, whatever is the matter."""
        if (expression.line, expression.column) in self.doubtful:
            raise NotEncodedError("it is at fault otherwise")
        try:
            return self.encoder.term(tree_of(expression), names)
        except (KeyError, TypeError, AttributeError, IndexError, ValueError, z3.Z3Exception, RecursionError) as error:
            raise NotEncodedError(f"{type(error).__name__}: {error}") from error

    def holds(self, expression: Expression, names: Names) -> Formula:
        """Whether a condition holds; where there is no formula for it, anything."""
        try:
            return self.encoder.holds(self.term(expression, names))
        except NotEncodedError as error:
            self.unknown[expression] = str(error)
            return self.encoder.logic.bool_variable(self.encoder.logic.fresh("holds"))


class Moment:
    """The answers as they are at one moment.

    A later moment (`before`) keeps the answers of the earlier but for those in `changing`, which may be anything that
    the form allows (officers' fields only where the case `visited` their stage; nothing said of a stage, it was there);
    a calculate that hangs on one of them is made anew, on a day that may be a later one.
    """

    def __init__(
        self,
        shared: Shared,
        name: str,
        before: "Moment | None" = None,
        changing: Collection[str] = (),
        visited: Mapping[str, Formula] | None = None,
    ) -> None:
        self.shared = shared
        self.name = name
        self.before = before
        self.changing = frozenset(changing)
        self.visited = visited or {}
        logic = shared.encoder.logic
        self.day = logic.int_variable(f"{name}.today")
        self.second = logic.int_variable(f"{name}.second")
        self.frame = [self.day >= DAYS[0], self.day <= DAYS[1], self.second >= 0, self.second < DAY]
        if before is not None:
            self.frame += [*before.frame, self.day * DAY + self.second >= before.day * DAY + before.second]
        self._terms: dict[str, Term] = {}
        self._laws: dict[str, list[Law]] = {}

    # What is answered.

    def term(self, name: str) -> Term:
        """What a name means at this moment; raises KeyError for one that means nothing."""
        if name.startswith("setting."):
            return self.shared.settings[name]
        if name not in self._terms:
            self._terms[name] = self._made(name)
        return self._terms[name]

    def has(self, name: str) -> bool:
        """Whether a question can have been answered by now: those of pages, and officers' that were changed."""
        if not self.shared.layout.questions[name].stage or name in self.changing:
            return True
        return self.before is not None and self.before.has(name)

    def _made(self, name: str) -> Term:
        encoder = self.shared.encoder
        if name == "today":
            return encoder.timestamp(self.day)
        if name == "now":
            return encoder.make("timestamp", self.day * DAY + self.second)
        one = self.shared.layout.questions[name]
        if self.before is not None and not self._is_new(one):
            return self.before.term(name)
        if not self.has(name):
            return self._unasked(one.field)
        if one.field.type == "calculate":
            return self._calculated(one.field, self._shown(one.conditions, self.term), self.term)
        found = self.shared.variables.of_field(one.field, f"{self.name}.{name}")
        return self._with_calculates(one.field, found) if one.field.type == "group" else found

    def _unasked(self, one: Field) -> Term:
        """An officer's field before the officer: null."""
        logic = self.shared.encoder.logic
        if one.type == "calculate":
            kind = self._calculated(one, logic.true, lambda name: self.shared.variables.of_field(
                self.shared.layout.questions[name].field, f"{self.name}.unasked.{name}")).kind  # fmt: skip
            return Term(kind, logic.bool(False) if kind == "bool" else logic.int(0), logic.true, logic.false)
        found = self.shared.variables.of_field(one, f"{self.name}.unasked.{one.name}")
        if one.type in ("group", "select_multiple"):
            never = [Slot(logic.false, slot.item) for slot in found.items.slots]
            value = Items(tuple(never), logic.int(0), logic.false)
            return replace(found, value=value, null=logic.bool(one.type != "group"))
        return replace(found, null=logic.true)

    def _is_new(self, one: Question) -> bool:
        if one.field.name in self.changing:
            return True
        if one.field.type != "calculate" or one.field.calculation is None:
            return False
        return bool(self.shared.layout.mentions(one.field.calculation) & self.changing)

    def _calculated(self, one: Field, shown: Formula, names: Names) -> Term:
        logic = self.shared.encoder.logic
        if one.calculation is None:
            raise NotEncodedError(one.name)
        found = self.shared.term(one.calculation, names)
        null = logic.either(logic.no(shown), self.shared.encoder.bad(found))
        return replace(found, null=null, fails=logic.false)

    def _with_calculates(self, group: Field, found: Term) -> Term:
        slots = []
        for slot in found.items.slots:
            parts = dict(slot.item.parts)
            inner = self.inside(parts)
            for member in members_of(group):
                if member.type == "calculate":
                    around = self.around(group)[member.name]
                    parts[member.name] = self._calculated(member, self._shown(around, inner), inner)
            slots.append(Slot(slot.present, replace(slot.item, parts=parts)))
        return replace(found, value=Items(tuple(slots), found.items.size, found.items.more))

    def inside(self, parts: dict[str, Term]) -> Names:
        """The names as an expression inside a group's item sees them."""
        return lambda name: parts[name] if name in parts else self.term(name)

    def _shown(self, conditions: Collection[Reason], names: Names) -> Formula:
        shared = self.shared
        return shared.encoder.logic.every(
            shared.holds(one.expression, names) for one in conditions if one.expression is not None
        )  # fmt: skip

    def around(self, group: Field) -> dict[str, tuple[Reason, ...]]:
        """The conditions of each member of a repeat group, inside its item."""
        found = {}
        for member, conditions in asked_fields(group.fields):
            own = () if member.relevant is None else (member.relevant,)
            found[member.name] = tuple(Reason("relevant", member.name, one) for one in (*conditions, *own))
        return found

    def shown(self, name: str) -> Formula:
        """Whether a question is asked at this moment."""
        return self._shown(self.shared.layout.questions[name].conditions, self.term)

    def unanswered(self, name: str) -> Formula:
        """Whether there is no answer to it; of a repeat group, no item."""
        found = self.term(name)
        if self.shared.layout.questions[name].field.type == "group":
            return found.items.size == 0
        return found.null

    # What the form makes sure of.

    def laws(self, name: str) -> list[Law]:
        """The laws of one question (or setting), once its page is accepted; none for what has no variable here."""
        if name.startswith("setting."):
            return self.shared.setting_laws.get(name, [])
        if name not in self._laws:
            one = self.shared.layout.questions.get(name)
            found = [] if one is None else list(self._laws_of(name))
            if one is not None and one.stage in self.visited:
                found = list(self._where_visited(name, self.visited[one.stage], found))
            self._laws[name] = found
        return self._laws[name]

    def _where_visited(self, name: str, visited: Formula, laws: list[Law]) -> Iterator[Law]:
        """An officer's field: its laws where the case was there, else no answer."""
        logic = self.shared.encoder.logic
        for law in laws:
            yield replace(law, formula=logic.implies(visited, law.formula))
        if laws:
            yield Law(Reason("type", name), logic.either(visited, self.unanswered(name)), frozenset({name}))

    def _laws_of(self, name: str) -> Iterator[Law]:
        one = self.shared.layout.questions[name]
        if one.field.type in ("note", "calculate") or (self.before is not None and not self._is_new(one)):
            return
        logic, holds = self.shared.encoder.logic, self.shared.holds
        unanswered = self.unanswered(name)  # makes the variable and its bounds
        bounds = self.shared.variables.bounds.get(f"{self.name}.{name}", [])
        yield Law(Reason("type", name), logic.every(bounds), frozenset({name}))
        shown = logic.true
        for condition in one.conditions:
            if condition.expression is not None:
                here = holds(condition.expression, self.term)
                mentions = self.shared.layout.mentions(condition.expression) | {name}
                yield Law(condition, logic.either(here, unanswered), mentions)
                shown = logic.both(shown, here)
        around = frozenset(
            mention for c in one.conditions if c.expression for mention in self.shared.layout.mentions(c.expression)
        )
        if one.field.required or (one.field.repeat is not None and one.field.repeat.min > 0):
            excused = self.excused(one.field)
            enough = logic.either(self._enough(one.field), logic.both(excused, unanswered))
            yield Law(Reason("required", name), logic.implies(shown, enough), around | {name})
        yield from self._choices(one.field, name, self.term(name), self.term, logic.true)
        if one.field.type == "group":
            yield from self._item_laws(one.field)
        constraint = one.field.constraint
        if constraint is not None:
            # of a group it is asked of no items too
            when = shown if one.field.type == "group" else logic.both(shown, logic.no(unanswered))
            mentions = self.shared.layout.mentions(constraint) | around | {name}
            law = logic.implies(when, holds(constraint, self.term))
            yield Law(Reason("constraint", name, constraint), law, mentions)

    def excused(self, one: Field) -> Formula:
        """Whether the case came through a door that leaves the field to be handed in at a counter."""
        logic, doors = self.shared.encoder.logic, self.shared.layout.package.doors
        return logic.some(
            self.shared.door == number for number, door in enumerate(doors) if one.doors.get(door) == "at_counter"
        )

    def _enough(self, one: Field) -> Formula:
        if one.type != "group":
            return self.shared.encoder.logic.no(self.unanswered(one.name))
        least = one.repeat.min if one.repeat is not None else 0
        return self.term(one.name).items.size >= max(least, 1 if one.required else 0)

    def _choices(self, one: Field, name: str, term: Term, names: Names, when: Formula) -> Iterator[Law]:
        logic = self.shared.encoder.logic
        for number, (key, choice) in enumerate(one.choices.items()):
            if choice.relevant is None:
                continue
            if one.type == "select_multiple":
                chosen = term.items.slots[number].present
            else:
                chosen = logic.both(logic.no(term.null), term.value == self.shared.encoder.texts.literal(key))
            law = logic.implies(logic.both(when, chosen), self.shared.holds(choice.relevant, names))
            mentions = self.shared.layout.mentions(choice.relevant) | {name}
            yield Law(Reason("choice", one.name, choice.relevant), law, mentions)

    def _item_laws(self, group: Field) -> Iterator[Law]:
        logic, layout = self.shared.encoder.logic, self.shared.layout
        around = self.around(group)
        for slot in self.term(group.name).items.slots:
            inner = self.inside(dict(slot.item.parts))
            for member in members_of(group):
                if member.type in ("note", "calculate"):
                    continue
                part, shown = slot.item.parts[member.name], logic.true
                mentions = frozenset({group.name})
                for condition in around[member.name]:
                    if condition.expression is not None:
                        here = self.shared.holds(condition.expression, inner)
                        mentions |= layout.mentions(condition.expression)
                        law = logic.implies(logic.both(slot.present, logic.no(here)), part.null)
                        yield Law(condition, law, mentions)
                        shown = logic.both(shown, here)
                asked = logic.both(slot.present, shown)
                if member.required:
                    yield Law(Reason("required", member.name), logic.implies(asked, logic.no(part.null)), mentions)
                yield from self._choices(member, group.name, part, inner, slot.present)
                if member.constraint is not None:
                    when = logic.both(asked, logic.no(part.null))
                    law = logic.implies(when, self.shared.holds(member.constraint, inner))
                    mentions |= layout.mentions(member.constraint)
                    yield Law(Reason("constraint", member.name, member.constraint), law, mentions)
