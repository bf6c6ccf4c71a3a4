"""The calendar as formulas: days since 1 January 1970 to year, month and day, and back.

A day is taken apart into 400 years, centuries, fours of years, years and the day of its year, counted from March so
that the leap day comes last: sums and bounds alone, without a division, which the solver would have to try out.
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date

import z3

from jumuishi.definitions.solve.logic import Formula, Logic

DAY = 86_400
EPOCH = date(1970, 1, 1)
_BEFORE = {3: 0, 4: 31, 5: 61, 6: 92, 7: 122, 8: 153, 9: 184, 10: 214, 11: 245, 12: 275, 1: 306, 2: 337}
"""By month, the days of a year passed before it, counted from March."""
FIRST, LAST = (date(1, 1, 1) - EPOCH).days, (date(9999, 12, 31) - EPOCH).days


@dataclass(frozen=True)
class Civil:
    """A day by the calendar."""

    year: Formula
    month: Formula
    day: Formula
    leaps: Formula
    """Of a January or February: whether that February has 29 days."""


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
            year, month, day = (self.logic.int(one) for one in (on.year, on.month, on.day))
            return Civil(year, month, day, self.logic.bool(isleap(on.year)))
        known = self._known.get(days.get_id())
        if known is None:
            parts, law, names = self._apart(self.logic.fresh("civil"), days)
            self.laws.append((names, z3.Implies(z3.And(days >= FIRST, days <= LAST), law)))
            known = self._known[days.get_id()] = (days, parts)  # the formula is kept: its id is its own while it lives
        return known[1]

    def _apart(self, name: str, days: Formula) -> tuple[Civil, Formula, frozenset[str]]:
        """The parts of a day; the law that binds them to it, where it lies within the years 1 to 9999; their names."""
        names = [f"{name}.{part}" for part in ("cycle", "century", "four", "single", "day")]
        cycle, century, four, single, day = (self.logic.int_variable(one) for one in names)
        whole = 146_097 * cycle + 36_524 * century + 1461 * four + 365 * single + day
        leaps = z3.And(single == 3, z3.Or(four < 24, century == 3))
        law = z3.And(
            days + 719_468 == whole,
            cycle >= 0, cycle <= 24, century >= 0, century <= 3, four >= 0, four <= 24, single >= 0, single <= 3,
            day >= 0, z3.Or(day < 365, z3.And(day == 365, leaps)),
        )  # fmt: skip
        month, before = self.logic.int(2), self.logic.int(_BEFORE[2])
        for number in reversed(list(_BEFORE)[:-1]):
            ends = day < _BEFORE[number % 12 + 1]
            month = z3.If(ends, self.logic.int(number), month)
            before = z3.If(ends, self.logic.int(_BEFORE[number]), before)
        year = 400 * cycle + 100 * century + 4 * four + single
        year = year + z3.If(day < _BEFORE[1], self.logic.int(0), self.logic.int(1))
        # each as a variable: what is said of it again and again stays small
        of_civil = [f"{name}.{part}" for part in ("year", "month", "date")]
        year_of, month_of, day_of = (self.logic.int_variable(one) for one in of_civil)
        law = z3.And(law, year_of == year, month_of == month, day_of == day - before + 1)
        return Civil(year_of, month_of, day_of, leaps), law, frozenset((*names, *of_civil))

    def new_year(self, year: Formula) -> Formula:
        """The number of the first of January."""
        passed = year - 1
        return 365 * passed + passed / 4 - passed / 100 + passed / 400 - 719_162

    def _longest(self, on: Civil) -> Formula:
        """How many days its month has."""
        short = z3.Or(*(on.month == one for one in (4, 6, 9, 11)))
        february = z3.If(on.leaps, self.logic.int(29), self.logic.int(28))
        return z3.If(on.month == 2, february, z3.If(short, self.logic.int(30), self.logic.int(31)))

    def add_months(self, days: Formula, months: Formula) -> tuple[Formula, Formula]:
        """The same day so many months on, or that month's last; and whether there is one."""
        on = self.civil(days)
        name = self.logic.fresh("later")
        found = self.logic.int_variable(f"{name}.days")
        then, apart, names = self._apart(name, found)
        wanted = on.year * 12 + on.month + months
        exists = z3.And(months > -120_000, months < 120_000, wanted > 12, wanted <= 9999 * 12 + 12)
        longest = self._longest(then)
        day = z3.If(on.day <= longest, on.day, longest)
        law = z3.And(apart, then.year * 12 + then.month == wanted, then.day == day)
        self.laws.append((names | {f"{name}.days"}, z3.Implies(exists, law)))
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
