"""An expression's tree as a term: value, null and failure for all answers at once, exactly as the evaluator goes.

Whole numbers overflow at 64 bits and divide towards zero; `&&` and `||` give false or true where one side does, though
the other fails; a macro goes item by item and ends where its result is certain; `==` alone takes null.
"""

from collections.abc import Callable
from dataclasses import replace

import z3

from jumuishi.definitions.expressions.syntax import (
    Binary,
    Call,
    Conditional,
    Index,
    Literal,
    Macro,
    Member,
    Name,
    Node,
    Unary,
)
from jumuishi.definitions.expressions.syntax import Items as ListNode
from jumuishi.definitions.solve.calendar import DAY, FIRST, LAST
from jumuishi.definitions.solve.calls import LEAST, MOST, NotEncodedError, Terms, unit_argument
from jumuishi.definitions.solve.logic import Formula
from jumuishi.definitions.solve.terms import Items, Slot, Term
from jumuishi.definitions.solve.texts_as_numbers import minutes_of

HUGE = float(2**1023)
"""Near where a decimal overflows."""
Names = Callable[[str], Term]


class Encoder(Terms):
    """Encodes the expressions of one World."""

    def term(self, node: Node, names: Names) -> Term:
        """What the tree comes to; raises NotEncodedError, TypeError or KeyError for what has no meaning here."""
        match node:
            case Literal():
                return self._literal(node)
            case Name(name=name):
                return names(name)
            case Member(target=target, name=name):
                of = names("setting." + name) if _is_setting(target) else self.term(target, names)
                if _is_setting(target):
                    return of
                part = of.parts[name]
                return part.failing(self.logic.either(self.bad(of), part.fails))
            case Index(target=target, index=index):
                return self._index(self.term(target, names), self.term(index, names))
            case Unary(operator=operator, operand=operand):
                return self._unary(operator, self.term(operand, names))
            case Binary():
                return self._binary(node, names)
            case Conditional(test=test, yes=yes, no=no):
                return self._conditional(self.term(test, names), self.term(yes, names), self.term(no, names))
            case ListNode(items=items):
                found = [self.term(one, names) for one in items]
                return self.list_of(
                    [Slot(self.logic.true, one) for one in found], self.logic.some(one.fails for one in found)
                )  # fmt: skip
            case Macro():
                return self._macro(node, names)
            case Call():
                return self._call(node, names)
            case _:
                raise NotEncodedError(type(node).__name__)

    def _call(self, node: Call, names: Names) -> Term:
        if node.name == "has" and node.target is None and isinstance(node.args[0], Member):
            target = node.args[0].target
            fails = self.logic.false if _is_setting(target) else self.bad(self.term(target, names))
            return self.make("bool", self.logic.true, fails)
        if node.name == "duration" and node.target is None:
            count = unit_argument(node)
            found = self.span(node, [] if count is None else [self.term(count, names)])
            if found is not None:
                return found
        given = ((node.target,) if node.target is not None else ()) + node.args
        return self.call(node, [self.term(one, names) for one in given])

    def _literal(self, node: Literal) -> Term:
        value = node.value
        if value is None:
            return Term("null", None, self.logic.true, self.logic.false)
        if isinstance(value, bool):
            return self.make("bool", self.logic.bool(value))
        if isinstance(value, str):
            minutes = minutes_of(value)
            return replace(
                self.make("string", self.texts.literal(value)),
                minutes=None if minutes is None else self.logic.int(minutes),
            )  # fmt: skip
        if isinstance(value, int) and node.kind == "int":
            return self.make("int", self.logic.int(value))
        return self.make("double", self.logic.real(float(value)))

    def _unary(self, operator: str, of: Term) -> Term:
        if operator == "!":
            return self.make("bool", self.logic.no(of.value), self.bad(of))
        if of.kind == "int":  # the evaluator turns the least number over into itself
            return self.make("int", self.logic.choose(of.value == LEAST, of.value, -of.value), self.bad(of))
        return self.make(of.kind, -of.value, self.bad(of))

    def _conditional(self, test: Term, yes: Term, no: Term) -> Term:
        logic = self.logic
        fails = logic.either(self.bad(test), logic.choose(test.value, yes.fails, no.fails))
        return replace(self.merge(test.value, yes, no), fails=fails)

    def merge(self, test: Formula, yes: Term, no: Term) -> Term:
        """One term or the other."""
        logic = self.logic
        null = logic.choose(test, yes.null, no.null)
        fails = logic.choose(test, yes.fails, no.fails)
        if yes.kind == "null" or no.kind == "null":
            other = no if yes.kind == "null" else yes
            return replace(other, null=null, fails=fails)
        if yes.kind == "list":
            slots = [Slot(logic.both(test, one.present), one.item) for one in yes.items.slots]
            slots += [Slot(logic.both(logic.no(test), one.present), one.item) for one in no.items.slots]
            found = Items(
                tuple(slots),
                logic.choose(test, yes.items.size, no.items.size),
                logic.choose(test, yes.items.more, no.items.more),
            )
            return Term("list", found, null, fails)
        if yes.kind in ("item", "place"):
            parts = {name: self.merge(test, one, no.parts[name]) for name, one in yes.parts.items()}
            return Term(yes.kind, None, null, fails, parts)
        if yes.kind in ("file", "institution"):
            return Term(yes.kind, None, null, fails)
        both_days = yes.days is not None and no.days is not None
        both_times = yes.minutes is not None and no.minutes is not None
        return Term(
            yes.kind,
            logic.choose(test, yes.value, no.value),
            null,
            fails,
            days=logic.choose(test, yes.days, no.days) if both_days else None,
            minutes=logic.choose(test, yes.minutes, no.minutes) if both_times else None,
        )

    def _binary(self, node: Binary, names: Names) -> Term:
        left, right = self.term(node.left, names), self.term(node.right, names)
        logic, operator = self.logic, node.operator
        if operator in ("&&", "||"):
            return self._guard(left, right, operator == "&&")
        if operator in ("==", "!="):
            same = self.equal(left, right)
            fails = logic.either(left.fails, right.fails)
            return self.make("bool", same if operator == "==" else logic.no(same), fails)
        if operator == "in":
            if right.kind == "null":
                return self.make("bool", logic.false, logic.true)
            found = logic.some(logic.both(one.present, self.equal(left, one.item)) for one in right.items.slots)
            if not logic.is_false(right.items.more):
                raise NotEncodedError("in")
            return self.make("bool", found, logic.either(left.fails, self.bad(right)))
        fails = logic.either(self.bad(left), self.bad(right))
        if "null" in (left.kind, right.kind):
            return self.make("bool", logic.false, logic.true)
        if operator in ("<", "<=", ">", ">="):
            return self.make("bool", self._ordered(operator, left, right), fails)
        return self._arithmetic(operator, left, right, fails)

    def _guard(self, left: Term, right: Term, is_and: bool) -> Term:
        logic = self.logic
        # which value settles it, whatever the other side is
        decided = [
            logic.both(logic.no(self.bad(one)), logic.no(one.value) if is_and else one.value) for one in (left, right)
        ]
        certain = logic.some(decided)
        fails = logic.both(logic.no(certain), logic.either(self.bad(left), self.bad(right)))
        return self.make("bool", logic.no(certain) if is_and else certain, fails)

    def equal(self, left: Term, right: Term) -> Formula:
        """Whether the evaluator's == holds of two that do not fail: null is equal to null alone."""
        logic = self.logic
        none, one_null = logic.both(left.null, right.null), logic.either(left.null, right.null)
        if "null" in (left.kind, right.kind) or left.kind in ("file", "place", "item", "institution"):
            return none
        if left.kind == right.kind == "list":
            same = self._same_lists(left, right)
        elif left.kind == right.kind == "bool":
            same = self._same_bools(left.value, right.value)
        elif left.minutes is not None and right.minutes is not None:
            same = left.minutes == right.minutes
        elif left.days is not None and right.days is not None:
            same = left.days == right.days
        elif left.kind == right.kind == "string":
            same = self.texts.same(left.value, right.value)
        elif left.kind == right.kind or {left.kind, right.kind} == {"int", "double"}:
            same = left.value == right.value
        else:
            same = logic.false
        return logic.either(none, logic.both(logic.no(one_null), same))

    def _same_bools(self, left: Formula, right: Formula) -> Formula:
        for one, other in ((left, right), (right, left)):
            if self.logic.is_true(one):
                return other
            if self.logic.is_false(one):
                return self.logic.no(other)
        return left == right

    def _same_lists(self, left: Term, right: Term) -> Formula:
        logic, a, b = self.logic, left.items, right.items
        if not (logic.is_false(a.more) and logic.is_false(b.more)):
            raise NotEncodedError("==")
        pairs = []
        for i, one in enumerate(a.slots):
            before = logic.count(slot.present for slot in a.slots[:i])
            for j, two in enumerate(b.slots):
                there = before == logic.count(slot.present for slot in b.slots[:j])
                met = logic.both(one.present, two.present, there)
                pairs.append(logic.implies(met, self.equal(one.item, two.item)))
        return logic.both(a.size == b.size, *pairs)

    def _ordered(self, operator: str, left: Term, right: Term) -> Formula:
        a, b = left.value, right.value
        if left.minutes is not None and right.minutes is not None:
            a, b = left.minutes, right.minutes
        elif left.days is not None and right.days is not None:
            a, b = left.days, right.days
        elif left.kind == "bool":
            a, b = (self.logic.choose(one, self.logic.int(1), self.logic.int(0)) for one in (a, b))
        return {"<": lambda: a < b, "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b}[operator]()

    def _arithmetic(self, operator: str, left: Term, right: Term, fails: Formula) -> Term:
        kinds = (left.kind, right.kind)
        if kinds == ("list", "list") and operator == "+":
            a, b = left.items, right.items
            more = self.logic.either(a.more, b.more)
            return self.make("list", Items((*a.slots, *b.slots), a.size + b.size, more), fails)
        if kinds == ("string", "string") and operator == "+":
            whole = self.texts.unknown("joined", "int", left.value, right.value)
            self.texts.measure(whole, self.texts.length(left.value) + self.texts.length(right.value))
            return self.make("string", whole, fails)
        if kinds == ("int", "int"):
            return self._whole(operator, left.value, right.value, fails)
        if kinds == ("double", "double"):
            return self._decimal(operator, left.value, right.value, fails)
        if not set(kinds) <= {"timestamp", "duration"} or operator not in ("+", "-"):
            raise NotEncodedError(operator)
        value = left.value + right.value if operator == "+" else left.value - right.value
        days = self._whole_days(operator, left, right)
        if "timestamp" not in kinds or kinds == ("timestamp", "timestamp"):
            return replace(self.make("duration", value, fails), days=days)
        sound = z3.And(value >= FIRST * DAY, value < (LAST + 1) * DAY)
        return replace(
            self.make("timestamp", value, self.logic.either(fails, self.logic.no(sound))), days=days
        )  # fmt: skip

    def _whole_days(self, operator: str, left: Term, right: Term) -> Formula | None:
        if left.days is None or right.days is None:
            return None
        return left.days + right.days if operator == "+" else left.days - right.days

    def _whole(self, operator: str, a: Formula, b: Formula, fails: Formula) -> Term:
        logic = self.logic
        if operator in ("/", "%"):
            # towards zero; the solver's own rounds down
            quotient = logic.choose(a >= 0, a / b, -((-a) / b))
            value = quotient if operator == "/" else a - b * quotient
            fails = logic.either(fails, b == 0, logic.both(a == LEAST, b == -1))
            return self.make("int", value, fails)
        value = a + b if operator == "+" else a - b if operator == "-" else a * b
        return self.make("int", value, logic.either(fails, value < LEAST, value > MOST))

    def _decimal(self, operator: str, a: Formula, b: Formula, fails: Formula) -> Term:
        logic = self.logic
        if operator == "/":
            return self.make("double", a / b, logic.either(fails, b == 0))
        value = a + b if operator == "+" else a - b if operator == "-" else a * b
        huge = logic.real(HUGE)
        return self.make(
            "double", value, logic.either(fails, value > huge, value < -huge) if operator == "*" else fails
        )

    def _index(self, of: Term, index: Term) -> Term:
        logic, items = self.logic, of.items
        outside = logic.either(index.value < 0, index.value >= items.size)
        fails = logic.either(self.bad(of), self.bad(index), outside)
        found: Term | None = None
        for number in range(len(items.slots) - 1, -1, -1):
            slot = items.slots[number]
            before = logic.count(one.present for one in items.slots[:number])
            here = logic.both(slot.present, before == index.value)
            found = slot.item if found is None else self.merge(here, slot.item, found)
        if found is None:
            return self.make("int", logic.int(0), logic.true)
        return found.failing(logic.either(fails, found.fails))

    def _macro(self, node: Macro, names: Names) -> Term:
        logic, of = self.logic, self.term(node.target, names)
        if of.kind == "null":
            return self.make("bool", logic.false, logic.true)
        bodies: list[tuple[Slot, Term]] = []
        for slot in of.items.slots:
            inner = _with(names, node.variable, slot.item)
            bodies.append((slot, self.term(node.body, inner)))
        more, bad = of.items.more, self.bad(of)
        if node.name in ("map", "filter"):
            fails = logic.some(
                logic.both(slot.present, body.fails if node.name == "map" else self.bad(body)) for slot, body in bodies
            )
            if not logic.is_false(more):
                raise NotEncodedError(node.name)
            if node.name == "map":
                return self.list_of([Slot(slot.present, body) for slot, body in bodies], logic.either(bad, fails))
            kept = [Slot(logic.both(slot.present, body.value), slot.item) for slot, body in bodies]
            return self.list_of(kept, logic.either(bad, fails))
        if node.name == "exists_one":
            hits = logic.count(logic.both(slot.present, body.value) for slot, body in bodies)
            fails = logic.some(logic.both(slot.present, self.bad(body)) for slot, body in bodies)
            return self.make("bool", hits == 1, logic.either(bad, fails))
        return self._every(node.name == "all", bodies, bad, more)

    def _every(self, is_all: bool, bodies: list[tuple[Slot, Term]], bad: Formula, more: Formula) -> Term:
        """Item by item, from the last: what ends it early hides what fails later."""
        logic = self.logic
        value, fails = logic.bool(is_all), logic.false
        if not logic.is_false(more):  # of the items beyond, anything may be
            beyond = logic.bool_variable(logic.fresh("beyond"))
            value = logic.choose(more, beyond, value)
        for slot, body in reversed(bodies):
            stops = logic.both(slot.present, logic.no(body.value) if is_all else body.value)
            value = logic.choose(stops, logic.bool(not is_all), value)
            here = logic.both(slot.present, self.bad(body))
            fails = logic.either(here, logic.both(logic.no(stops), fails))
        return self.make("bool", value, logic.either(bad, fails))


def _is_setting(node: Node) -> bool:
    return isinstance(node, Name) and node.name == "setting"


def _with(names: Names, variable: str, item: Term) -> Names:
    return lambda name: item if name == variable else names(name)
