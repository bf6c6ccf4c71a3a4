"""The functions of expressions as formulas. What has no formula is an unknown function: the evaluator has the word."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import z3

from jumuishi.definitions.expressions.evaluator import EvaluationError, evaluate
from jumuishi.definitions.expressions.syntax import Binary, Call, Literal, Node
from jumuishi.definitions.model import Expression
from jumuishi.definitions.solve.calendar import DAY, Calendar
from jumuishi.definitions.solve.logic import Formula, Logic
from jumuishi.definitions.solve.terms import Items, Slot, Term
from jumuishi.definitions.solve.texts_as_numbers import Texts

LEAST, MOST = -(2**63), 2**63 - 1
ZONE = ZoneInfo("Africa/Dar_es_Salaam")
"""The zone in which dates are counted; what is decided holds in any zone without summer time."""
UNITS = {"h": 3600, "m": 60, "s": 1}
_LONGEST = 9_223_372_036  # seconds: the evaluator's durations are nanoseconds in 64 bits


class NotEncodedError(Exception):
    """An expression that there is no formula for; the check says so as a warning."""


class Terms:
    """Makers of terms, and the functions of expressions on them."""

    def __init__(self, logic: Logic, texts: Texts, calendar: Calendar) -> None:
        self.logic = logic
        self.texts = texts
        self.calendar = calendar

    def make(self, kind: str, value: Any, fails: Formula | None = None, null: Formula | None = None) -> Term:
        """A term of a kind that is not null and does not fail, unless said."""
        never = self.logic.false
        return Term(kind, value, never if null is None else null, never if fails is None else fails)

    def list_of(self, slots: list[Slot], fails: Formula | None = None, more: Formula | None = None) -> Term:
        """A list with these slots."""
        size = self.logic.count(one.present for one in slots)
        return self.make("list", Items(tuple(slots), size, self.logic.false if more is None else more), fails)

    def timestamp(self, days: Formula, fails: Formula | None = None) -> Term:
        """A day at its midnight."""
        return replace(self.make("timestamp", days * DAY, fails), days=days)

    def bad(self, term: Term) -> Formula:
        """Whether it has no value that could be used."""
        return self.logic.either(term.fails, term.null)

    def holds(self, term: Term) -> Formula:
        """Whether a condition holds: it does not where it is null or fails."""
        if term.kind == "null":
            return self.logic.false
        if term.kind != "bool":
            raise NotEncodedError(term.kind)
        return self.logic.both(term.value, self.logic.no(self.bad(term)))

    def call(self, node: Call, given: list[Term]) -> Term:
        """A call of a function or method, its arguments encoded; raises NotEncodedError."""
        name = node.name
        fails = self.logic.some(self.bad(one) for one in given)
        if any(one.kind == "null" for one in given):
            return self.make({"size": "int"}.get(name, "bool"), self.logic.false, self.logic.true)
        if name in _CALLS:
            return _CALLS[name](self, given, fails)
        if name in _PARTS or name in _CLOCK:
            return self._part(name, given[0], fails)
        if name in ("startsWith", "endsWith", "contains", "matches"):
            return self._test(name, given[0], given[1], fails)
        raise NotEncodedError(name)

    def span(self, node: Call, given: list[Term]) -> Term | None:
        """duration('24h') as its seconds, duration(string(n) + 'h') too; None for what else it may be given."""
        argument = node.args[0] if node.name == "duration" and node.args else None
        if isinstance(argument, Literal):
            found = _evaluated(f"duration({_quoted(str(argument.value))})")
            if not isinstance(found, timedelta):
                return self.make("duration", self.logic.int(0), self.logic.true)
            seconds = int(found.total_seconds())
            if seconds != found.total_seconds():
                return None
            days = self.logic.int(seconds // DAY) if seconds % DAY == 0 else None
            return replace(self.make("duration", self.logic.int(seconds)), days=days)
        unit = _unit_of(argument)
        if unit is None or len(given) != 1 or given[0].kind != "int":
            return None
        value = given[0].value * unit
        outside = self.logic.either(value > _LONGEST, value < -_LONGEST)
        return self.make("duration", value, self.logic.either(self.bad(given[0]), outside))

    def _part(self, name: str, of: Term, fails: Formula) -> Term:
        if of.kind == "duration" or name in _CLOCK:
            unit = _CLOCK.get(name)
            if unit is None:
                raise NotEncodedError(name)
            value = of.value
            if of.kind == "duration":
                return self.make("int", z3.If(value >= 0, value / unit, -((-value) / unit)), fails)
            return self.make("int", value % DAY / unit % (24 if unit == 3600 else 60), fails)
        days = self.day_of(of)
        if name == "getDayOfWeek":
            return self.make("int", (days + 4) % 7, fails)  # the first day of 1970 was a Thursday
        on = self.calendar.civil(days)
        parts: dict[str, Formula] = {
            "getFullYear": on.year,
            "getMonth": on.month - 1,
            "getDayOfMonth": on.day - 1,
            "getDate": on.day,
            "getDayOfYear": days - self.calendar.new_year(on.year),
        }
        return self.make("int", parts[name], fails)

    def day_of(self, of: Term) -> Formula:
        """The day of a timestamp."""
        return of.days if of.days is not None else of.value / DAY

    def clock_of(self, of: Term) -> Formula:
        """The seconds of its day."""
        return self.logic.int(0) if of.days is not None else of.value % DAY

    def _test(self, name: str, of: Term, other: Term, fails: Formula) -> Term:
        text = self.texts.text_of.get(other.value.as_long()) if z3.is_int_value(other.value) else None
        if text is None:
            return self.make("bool", self.texts.unknown(name, "bool", of.value, other.value), fails)
        if name == "matches":
            try:
                re.compile(text)
            except (re.error, RecursionError, OverflowError):
                return self.make("bool", self.logic.false, self.logic.true)
        for known, number in self.texts.known.items():
            verdict = _evaluated(f"{_quoted(known)}.{name}({_quoted(text)})")
            if isinstance(verdict, bool):
                said = self.texts.unknown(name, "bool", self.logic.int(number), other.value)
                self.texts.know(said, said if verdict else z3.Not(said))
        found = self.texts.unknown(name, "bool", of.value, other.value)
        if name != "matches":
            self.texts.know(found, z3.Implies(found, self.texts.length(of.value) >= len(text)))
        return self.make("bool", found, fails)

    def size(self, given: list[Term], fails: Formula) -> Term:
        """Characters of a text, items of a list."""
        of = given[0]
        return self.make("int", of.items.size if of.kind == "list" else self.texts.length(of.value), fails)

    def round_to(self, given: list[Term], fails: Formula) -> Term:
        """Half up, away from zero, to a whole multiple."""
        x, unit = given[0], given[1].value
        logic = self.logic
        if x.kind == "int":
            # twice, so that the half is whole
            up = logic.choose(x.value >= 0, (2 * x.value + unit) / (2 * unit), -((-2 * x.value + unit) / (2 * unit)))
        else:
            half = logic.real(0.5)
            share = x.value / z3.ToReal(unit)
            up = logic.choose(x.value >= 0, z3.ToInt(share + half), -z3.ToInt(-share + half))
        value = up * unit
        return self.make("int", value, logic.either(fails, unit <= 0, value < LEAST, value > MOST))

    def years_between(self, given: list[Term], fails: Formula) -> Term:
        """Whole years by the calendar."""
        a, b = given
        found = self.calendar.years_between(self.day_of(a), self.day_of(b), self.clock_of(a), self.clock_of(b))
        return self.make("int", found, fails)

    def add_months(self, given: list[Term], fails: Formula) -> Term:
        """The same day so many months on."""
        days, exists = self.calendar.add_months(self.day_of(given[0]), given[1].value)
        fails = self.logic.either(fails, self.logic.no(exists))
        if given[0].days is not None:
            return self.timestamp(days, fails)
        return self.make("timestamp", days * DAY + self.clock_of(given[0]), fails)

    def as_int(self, given: list[Term], fails: Formula) -> Term:
        """A whole number of a text; of a timestamp the evaluator has none."""
        of = given[0]
        if of.kind == "int":
            return of
        if of.kind == "timestamp":
            return self.make("int", self.logic.int(0), self.logic.true)
        return self._read("int", of, fails)

    def as_double(self, given: list[Term], fails: Formula) -> Term:
        """A decimal of a whole number or a text."""
        of = given[0]
        if of.kind == "double":
            return of
        return self.make("double", z3.ToReal(of.value), fails) if of.kind == "int" else self._read("double", of, fails)

    def as_string(self, given: list[Term], fails: Formula) -> Term:
        """The words for a value."""
        of = given[0]
        if of.kind == "string":
            return of
        if of.kind == "bool":
            words = [self.texts.literal(one) for one in ("true", "false")]
            return self.make("string", self.logic.choose(of.value, *words), fails)
        said = self.texts.unknown(f"text_of_{of.kind}", "int", of.value)
        length = self.texts.length(said)
        self.texts.know(said, z3.And(length >= 1, length <= 330), length)
        return self.make("string", said, fails)

    def as_timestamp(self, given: list[Term], fails: Formula) -> Term:
        """An instant of a text."""
        of = given[0]
        if of.kind == "timestamp":
            return of
        if z3.is_int_value(of.value):
            text = self.texts.text_of[of.value.as_long()]
            found = _evaluated(f"timestamp({_quoted(text)})")
            if not isinstance(found, datetime):
                return self.make("timestamp", self.logic.int(0), self.logic.true)
            local = found.astimezone(ZONE).replace(tzinfo=UTC)
            return self.make("timestamp", self.logic.int(int(local.timestamp())), fails)
        return self._read("timestamp", of, fails)

    def as_duration(self, given: list[Term], fails: Formula) -> Term:
        """A span of time of a text."""
        return given[0] if given[0].kind == "duration" else self._read("duration", given[0], fails)

    def _read(self, kind: str, of: Term, fails: Formula) -> Term:
        """What is read from a text that is not known: anything, or nothing."""
        value = self.texts.unknown(f"read_{kind}", "real" if kind == "double" else "int", of.value)
        unread = self.texts.unknown(f"unread_{kind}", "bool", of.value)
        for known, number in self.texts.known.items():
            found = _evaluated(f"{kind}({_quoted(known)})")
            here = self.logic.int(number)
            not_read = self.texts.unknown(f"unread_{kind}", "bool", here)
            self.texts.know(not_read, not_read if found is None else z3.Not(not_read))
            if isinstance(found, int | float):
                said = self.texts.unknown(f"read_{kind}", "real" if kind == "double" else "int", here)
                self.texts.know(said, said == (self.logic.real(found) if kind == "double" else found))
        if kind != "double":
            self.texts.know(value, z3.And(value >= LEAST, value <= MOST))
        return self.make(kind, value, self.logic.either(fails, unread))


_PARTS = ("getFullYear", "getMonth", "getDayOfMonth", "getDate", "getDayOfWeek", "getDayOfYear")
_CLOCK = {"getHours": 3600, "getMinutes": 60, "getSeconds": 1}
_CALLS: dict[str, Callable[[Terms, list[Term], Formula], Term]] = {
    "size": Terms.size,
    "round_to": Terms.round_to,
    "years_between": Terms.years_between,
    "add_months": Terms.add_months,
    "int": Terms.as_int,
    "double": Terms.as_double,
    "string": Terms.as_string,
    "timestamp": Terms.as_timestamp,
    "duration": Terms.as_duration,
}


def unit_argument(node: Call) -> Node | None:
    """The n of duration(string(n) + 'h')."""
    argument = node.args[0] if node.name == "duration" and len(node.args) == 1 else None
    if _unit_of(argument) is None or not isinstance(argument, Binary) or not isinstance(argument.left, Call):
        return None
    return argument.left.args[0]


def _unit_of(argument: Node | None) -> int | None:
    if not isinstance(argument, Binary) or argument.operator != "+" or not isinstance(argument.right, Literal):
        return None
    text = argument.left
    if not isinstance(text, Call) or text.name != "string" or len(text.args) != 1:
        return None
    return UNITS.get(str(argument.right.value))


def _quoted(text: str) -> str:
    escaped = "".join(f"\\U{ord(one):08x}" if ord(one) < 32 or one in "\\'\"" else one for one in text)
    return f"'{escaped}'"


def _evaluated(source: str) -> Any:
    try:
        return evaluate(Expression(source), {}, ZONE)
    except EvaluationError:
        return None
