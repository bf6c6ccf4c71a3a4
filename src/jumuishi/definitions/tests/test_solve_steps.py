"""A question decided in small steps is decided as it is whole; and the check ends, whatever goes wrong in it."""

from datetime import date, timedelta
from random import Random

import pytest
import z3

from jumuishi.definitions.solve import behaviour
from jumuishi.definitions.solve.calendar import EPOCH, FIRST, LAST, Calendar
from jumuishi.definitions.solve.ladder import Witness
from jumuishi.definitions.solve.logic import Formula, Logic
from jumuishi.definitions.solve.texts_as_numbers import Texts
from jumuishi.definitions.tests.test_solve_findings import number, with_fields


def solver_of(logic: Logic) -> z3.Solver:
    return z3.SimpleSolver(ctx=logic.context)


def formulas(random: Random, logic: Logic, count: int) -> list[Formula]:
    """Some of numbers and truths, among them many that exclude each other, and an unknown function."""
    numbers = [logic.int_variable(f"n{one}") for one in range(6)]
    truths = [logic.bool_variable(f"b{one}") for one in range(4)]
    unknown = logic.function("f", "int", "int")

    def one() -> Formula:
        a, b = random.sample(numbers, 2)
        match random.randrange(6):
            case 0:
                return a < b
            case 1:
                return a == random.randrange(4)
            case 2:
                return a + b > random.randrange(5)
            case 3:
                return random.choice(truths)
            case 4:
                return unknown(a) == unknown(b) + random.randrange(2)
            case _:
                return a != b

    return [logic.some(logic.no(one()) if random.randrange(2) else one() for _ in range(random.randrange(1, 4)))
            for _ in range(count)]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_what_a_changed_witness_says_is_so(seed: int) -> None:
    """Each yes is one that the whole has too, though the laws come, go and come again."""
    random, logic = Random(seed), Logic()
    witness = Witness(logic, lambda _: solver_of(logic))
    known = [logic.fact(one) for one in formulas(random, logic, 14)]
    yes = 0
    for sought in formulas(random, logic, 25):
        laws = random.sample(known, random.randrange(2, 10))
        if witness.holds(logic.fact(sought), laws):
            yes += 1
            whole = solver_of(logic)
            whole.add(sought, *(one.formula for one in laws))
            assert whole.check() == z3.sat
    assert yes > 2


def test_formulas_fold_and_tell_what_they_speak_of() -> None:
    logic = Logic()
    a, b, n = logic.bool_variable("a"), logic.bool_variable("b"), logic.int_variable("n")
    assert logic.is_false(logic.both(a, logic.false))
    assert logic.is_true(logic.some([a, logic.true]))
    assert logic.both(logic.true, a).eq(a)
    assert logic.no(logic.no(a)).eq(a)
    assert logic.choose(a, n, n).eq(n)
    assert logic.symbols(logic.implies(a, logic.both(b, n > 3))) == {"a", "b", "n"}
    assert logic.symbols(logic.function("f", "int", "int")(n) == 1) == {"f", "n"}


def test_a_text_has_the_length_of_the_literal_that_it_is() -> None:
    logic = Logic()
    texts = Texts(logic, ["Moshi", "k1", "k22"])
    free, key = logic.int_variable("free"), logic.int_variable("key")
    is_key = texts.one_of(key, ["k1", "k22"])
    for said, answer in (
        ([texts.same(free, texts.literal("Moshi")), texts.length(free) < 5], z3.unsat),
        ([texts.same(free, texts.literal("Moshi")), texts.length(free) == 5], z3.sat),
        ([is_key, texts.length(key) == 4], z3.unsat),
        ([is_key, texts.length(key) == 3, texts.same(key, texts.literal("k1"))], z3.unsat),
        ([is_key, texts.same(free, key), texts.length(free) == 5], z3.unsat),
        ([is_key, texts.same(free, key), texts.length(free) == 2], z3.sat),
    ):
        asked = solver_of(logic)
        asked.add(*said)
        assert asked.check() == answer, said


def days() -> list[date]:
    random = Random(1)
    edges = [date(year, *rest) for year in (1, 4, 100, 400, 1900, 1970, 2000, 2024, 2096, 9999)
             for rest in ((1, 1), (2, 28), (3, 1), (12, 31))]  # fmt: skip
    leap = [date(year, 2, 29) for year in (4, 400, 1904, 2000, 2096, 9996)]
    return edges + leap + [EPOCH + timedelta(days=random.randrange(FIRST, LAST)) for _ in range(60)]


@pytest.mark.slow
@pytest.mark.parametrize("on", days(), ids=str)
def test_a_day_comes_apart_as_in_the_calendar(on: date) -> None:
    logic = Logic()
    calendar, day = Calendar(logic), logic.int_variable("day")
    civil = calendar.civil(day)
    asked = solver_of(logic)
    asked.add(*(law for _, law in calendar.laws), day == (on - EPOCH).days)
    same = z3.And(civil.year == on.year, civil.month == on.month, civil.day == on.day)
    asked.push()
    asked.add(same)
    assert asked.check() == z3.sat
    asked.pop()
    asked.add(z3.Not(same))
    assert asked.check() == z3.unsat


@pytest.mark.parametrize(
    "error", [OverflowError("too large"), MemoryError(), RecursionError("deep"), z3.Z3Exception("out of memory")]
)
def test_what_goes_wrong_inside_ends_as_a_warning_that_names_it(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def breaks(*given: object, **more: object) -> None:
        raise error

    monkeypatch.setattr(behaviour, "World", breaks)
    [found] = with_fields(number("n", "constraint: n > 3"))
    assert (found.code, found.is_warning) == ("W103", True)
    assert type(error).__name__ in found.message


def test_an_interrupted_check_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*given: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(behaviour, "World", breaks)
    with pytest.raises(KeyboardInterrupt):
        with_fields(number("n", "constraint: n > 3"))
