"""The calendar as formulas: days since 1 January 1970 to year, month and day, and back."""

from dataclasses import dataclass
from datetime import date

import z3

from jumuishi.definitions.solve.logic import Formula, Logic

DAY = 86_400
EPOCH = date(1970, 1, 1)
FIRST, LAST = (date(1, 1, 1) - EPOCH).days, (date(9999, 12, 31) - EPOCH).days


@dataclass(frozen=True)
class Civil:
    """A day by the calendar."""

    year: Formula
    month: Formula
    day: Formula


class Calendar:
    """Days taken apart, each once.

    `laws` are the equations that hold between a day and its parts, with the names of the parts that they are about.
    """

    def __init__(self, logic: Logic) -> None:
        self.logic = logic
        self.laws: list[tuple[frozenset[str], Formula]] = []
        self._known: dict[int, tuple[Formula, Civil]] = {}

    def civil(self, days: Formula) -> Civil:
        """Year, month and day of the month (from 1) of a day within the years 1 to 9999."""
        if z3.is_int_value(days) and FIRST <= days.as_long() <= LAST:
            on = date.fromordinal(EPOCH.toordinal() + days.as_long())
            return Civil(*(self.logic.int(one) for one in (on.year, on.month, on.day)))
        known = self._known.get(days.get_id())
        if known is None:
            name = self.logic.fresh("civil")
            parts = Civil(*(self.logic.int_variable(f"{name}.{one}") for one in ("year", "month", "day")))
            sound = z3.And(days >= FIRST, days <= LAST)
            law = z3.Implies(sound, z3.And(self.is_day(parts), self.days(parts) == days))
            self.laws.append((frozenset(f"{name}.{one}" for one in ("year", "month", "day")), law))
            known = self._known[days.get_id()] = (days, parts)  # the formula is kept: its id is its own while it lives
        return known[1]

    def is_day(self, on: Civil) -> Formula:
        """Whether there is such a day."""
        return z3.And(
            on.year >= 1, on.year <= 9999, on.month >= 1, on.month <= 12, on.day >= 1,
            on.day <= self.length(on.year, on.month),
        )  # fmt: skip

    def length(self, year: Formula, month: Formula) -> Formula:
        """How many days a month has."""
        leap = z3.And(year % 4 == 0, z3.Or(year % 100 != 0, year % 400 == 0))
        short = z3.Or(month == 4, month == 6, month == 9, month == 11)
        february = z3.If(leap, self.logic.int(29), self.logic.int(28))
        return z3.If(month == 2, february, z3.If(short, self.logic.int(30), self.logic.int(31)))

    def days(self, on: Civil) -> Formula:
        """The day's number; the year is counted from March, so that the leap day comes last."""
        year = z3.If(on.month <= 2, on.year - 1, on.year)
        before = {3: 0, 4: 31, 5: 61, 6: 92, 7: 122, 8: 153, 9: 184, 10: 214, 11: 245, 12: 275, 1: 306, 2: 337}
        months: Formula = self.logic.int(before[2])
        for month, passed in before.items():
            if month != 2:
                months = z3.If(on.month == month, self.logic.int(passed), months)
        return 365 * year + year / 4 - year / 100 + year / 400 + months + on.day - 1 - 719_468

    def add_months(self, days: Formula, months: Formula) -> tuple[Formula, Formula]:
        """The same day so many months on, or that month's last; and whether there is one."""
        on = self.civil(days)
        name = self.logic.fresh("later")
        then = Civil(*(self.logic.int_variable(f"{name}.{one}") for one in ("year", "month", "day")))
        found = self.logic.int_variable(f"{name}.days")
        longest = self.length(then.year, then.month)
        exists = z3.And(months > -120_000, months < 120_000, then.year >= 1, then.year <= 9999)
        law = z3.And(
            then.year * 12 + then.month == on.year * 12 + on.month + months,
            then.month >= 1,
            then.month <= 12,
            then.day == z3.If(on.day <= longest, on.day, longest),
            found == self.days(then),
        )
        self.laws.append((frozenset(f"{name}.{one}" for one in ("year", "month", "day", "days")), law))
        self._known[found.get_id()] = (found, then)
        return found, exists

    def years_between(self, a: Formula, b: Formula, a_clock: Formula, b_clock: Formula) -> Formula:
        """Whole years between two days, given with their seconds of the day; negative when b is the earlier."""
        first, last = self.civil(a), self.civil(b)

        def years(one: Civil, one_clock: Formula, two: Civil, two_clock: Formula) -> Formula:
            clock_before = two_clock < one_clock
            day_before = z3.Or(two.day < one.day, z3.And(two.day == one.day, clock_before))
            before = z3.Or(two.month < one.month, z3.And(two.month == one.month, day_before))
            return two.year - one.year - z3.If(before, self.logic.int(1), self.logic.int(0))

        backward = z3.Or(b < a, z3.And(b == a, b_clock < a_clock))
        return z3.If(backward, -years(last, b_clock, first, a_clock), years(first, a_clock, last, b_clock))
