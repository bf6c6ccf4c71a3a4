"""J103, J201 to J204, J501 for some answers: faults of the form that types do not show."""

from collections.abc import Iterator

from jumuishi.definitions.tests.corpus.draft import Draft
from jumuishi.definitions.tests.corpus.mutants import Broken, at, operator
from jumuishi.definitions.tests.corpus.operators.expressions import amounts, put, select

TEXTS = "label: {sw: Swali, en: Question}"


def number(name: str, constraint: str = "", rest: str = "required: true") -> str:
    """A whole number's field on one line."""
    bound = f', constraint: "{constraint}"' if constraint else ""
    return f"{{name: {name}, type: integer, {TEXTS}{bound}{', ' if rest else ''}{rest}}}"


def asked(draft: Draft, before: list[str], field: str, key: str) -> Broken:
    """Fields added at the end, the last of them at fault in the expression under that key."""
    for one in before:
        draft, _ = draft.add_field(one)
    draft, path = draft.add_field(field)
    return at(draft, (*path, key), value=True)


def never(draft: Draft, before: list[str], source: str) -> Broken:
    """A question that nobody is ever asked."""
    return asked(draft, before, f'{{name: zzz, type: text, {TEXTS}, relevant: "{source}"}}', "relevant")


def reckoned(draft: Draft, before: list[str], source: str) -> Broken:
    """A calculated value whose expression fails for some answers."""
    return asked(draft, before, f'{{name: zzz, type: calculate, calculation: "{source}"}}', "calculation")


def impossible(draft: Draft, before: list[str], kind: str, source: str) -> Broken:
    """A required question that no answer satisfies."""
    return asked(
        draft, before, f'{{name: zzz, type: {kind}, {TEXTS}, required: true, constraint: "{source}"}}', "constraint"
    )


@operator("J201")
def one_select_two_keys(draft: Draft) -> Iterator[Broken]:
    """A question is asked when a select has two keys at once."""
    name, keys = select(draft)
    yield never(draft, [], f"{name} == '{keys[0]}' && {name} == '{keys[1]}'")


@operator("J201")
def beyond_the_constraint(draft: Draft) -> Iterator[Broken]:
    """A question is asked above the most that another's constraint allows."""
    yield never(draft, [number("zzz1", "zzz1 >= 1 && zzz1 <= 3")], "zzz1 > 3")


@operator("J201")
def asked_of_those_who_were_not_asked(draft: Draft) -> Iterator[Broken]:
    """A question follows an answer that only others can give."""
    name, keys = select(draft)
    first = f"{{name: zzz1, type: yes_no, {TEXTS}, required: true, relevant: \"{name} == '{keys[0]}'\"}}"
    yield never(draft, [first], f"zzz1 == true && {name} == '{keys[1]}'")


@operator("J201")
def beyond_what_is_reckoned(draft: Draft) -> Iterator[Broken]:
    """A question is asked at a value that a calculation never gives."""
    name, keys = select(draft)
    first = f"{{name: zzz1, type: calculate, calculation: \"{name} == '{keys[0]}' ? 1 : 2\"}}"
    yield never(draft, [first], "zzz1 == 3")


@operator("J201")
def longer_than_it_may_be(draft: Draft) -> Iterator[Broken]:
    """A question is asked when a text is longer than its max_length."""
    first = f"{{name: zzz1, type: text, {TEXTS}, required: true, max_length: 5}}"
    yield never(draft, [first], "zzz1 != null && size(zzz1) > 5")


@operator("J201")
def after_today(draft: Draft) -> Iterator[Broken]:
    """A question is asked of those born after today, which the date's constraint forbids."""
    first = f'{{name: zzz1, type: date, {TEXTS}, required: true, constraint: "zzz1 <= today"}}'
    yield never(draft, [first], "zzz1 != null && zzz1 > today")


@operator("J201")
def order_of_three_numbers(draft: Draft) -> Iterator[Broken]:
    """Each of three numbers is over the one before; a question is asked when the last is under the first."""
    fields = [
        number("zzz1", "zzz1 >= 0 && zzz1 <= 1000"),
        number("zzz2", "zzz2 > zzz1 && zzz2 <= 2000"),
        number("zzz3", "zzz3 > zzz2 && zzz3 <= 3000"),
    ]
    yield never(draft, fields, "zzz1 != null && zzz3 != null && zzz3 < zzz1")


@operator("J201")
def sum_of_two_numbers(draft: Draft) -> Iterator[Broken]:
    """A question is asked when two numbers of at most ten make more than twenty."""
    fields = [number("zzz1", "zzz1 >= 0 && zzz1 <= 10"), number("zzz2", "zzz2 >= 0 && zzz2 <= 10")]
    yield never(draft, fields, "zzz1 + zzz2 > 20")


@operator("J202")
def over_and_under(draft: Draft) -> Iterator[Broken]:
    """A number is to be over five and under three."""
    yield impossible(draft, [], "integer", "zzz > 5 && zzz < 3")


@operator("J202")
def text_too_long_for_itself(draft: Draft) -> Iterator[Broken]:
    """A text is to have more signs than a text may have."""
    yield impossible(draft, [], "text", "size(zzz) > 60")


@operator("J202")
def day_between_two_days(draft: Draft) -> Iterator[Broken]:
    """A date is to lie between today and tomorrow."""
    yield impossible(draft, [], "date", "zzz > today && zzz < today + duration('24h')")


@operator("J202")
def under_three_times_another(draft: Draft) -> Iterator[Broken]:
    """A number is to be over ten and under three times one of at most three."""
    yield impossible(draft, [number("zzz1", "zzz1 >= 1 && zzz1 <= 3")], "integer", "zzz > 10 && zzz < zzz1 * 3")


@operator("J202")
def odd_and_twice(draft: Draft) -> Iterator[Broken]:
    """Twice a whole number is to be seven."""
    yield impossible(draft, [], "integer", "zzz >= 0 && zzz <= 100 && zzz * 2 == 7")


@operator("J202")
def between_two_in_the_wrong_order(draft: Draft) -> Iterator[Broken]:
    """A number is to be over the greater and under the lesser of two."""
    fields = [number("zzz1", "zzz1 >= 1 && zzz1 <= 10"), number("zzz2", "zzz2 >= zzz1 + 5 && zzz2 <= 20")]
    yield impossible(draft, fields, "integer", "zzz < zzz1 && zzz > zzz2")


@operator("J202")
def before_one_is_born(draft: Draft) -> Iterator[Broken]:
    """A date is to lie after today and at least eighteen years ago."""
    yield impossible(draft, [], "date", "zzz > today && years_between(zzz, today) >= 18")


@operator("J203")
def no_choice_for_others(draft: Draft) -> Iterator[Broken]:
    """Every choice of a required select is offered under one condition; the others have none."""
    name, keys = select(draft)
    condition = f"relevant: \"{name} == '{keys[0]}'\""
    found, path = draft.add_field(
        f"{{name: zzz, type: select_one, {TEXTS}, required: true, "
        f"choices: {{a: {{sw: A, en: A, {condition}}}, b: {{sw: B, en: B, {condition}}}}}}}"
    )
    yield at(found, path)


@operator("J203")
def no_choice_at_the_limit(draft: Draft) -> Iterator[Broken]:
    """One choice is offered under five, one over five; at five there is none."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 10"))
    found, path = found.add_field(
        f"{{name: zzz, type: select_one, {TEXTS}, required: true, choices: "
        '{a: {sw: A, en: A, relevant: "zzz1 < 5"}, b: {sw: B, en: B, relevant: "zzz1 > 5"}}}'
    )
    yield at(found, path)


@operator("J203")
def nothing_to_tick(draft: Draft) -> Iterator[Broken]:
    """A required list of choices offers its only one to those who said yes."""
    found, _ = draft.add_field(f"{{name: zzz1, type: yes_no, {TEXTS}, required: true}}")
    found, path = found.add_field(
        f"{{name: zzz, type: select_multiple, {TEXTS}, required: true, "
        'choices: {a: {sw: A, en: A, relevant: "zzz1"}}}'
    )
    yield at(found, path)


@operator("J203")
def offered_to_those_who_are_not_asked(draft: Draft) -> Iterator[Broken]:
    """A select is asked of some and its choices are offered to others."""
    name, keys = select(draft)
    offered = f"relevant: \"{name} == '{keys[0]}'\""
    found, path = draft.add_field(
        f"{{name: zzz, type: select_one, {TEXTS}, required: true, relevant: \"{name} == '{keys[1]}'\", "
        f"choices: {{a: {{sw: A, en: A, {offered}}}}}}}"
    )
    yield at(found, path)


def page(draft: Draft, source: str) -> Broken:
    """A page added at the end, shown under that condition."""
    found = draft.add_item(
        ("pages",),
        f'{{page: zzz, title: {{sw: Zaidi, en: More}}, relevant: "{source}", '
        f"fields: [{{name: zzz, type: text, {TEXTS}, required: true}}]}}",
    )
    return at(found, ("pages", len(found.get("pages")) - 1, "relevant"), value=True)


@operator("J204")
def page_of_two_keys(draft: Draft) -> Iterator[Broken]:
    """A page is shown when a select has two keys at once; its fields are not told too."""
    name, keys = select(draft)
    yield page(draft, f"{name} == '{keys[0]}' && {name} == '{keys[1]}'")


@operator("J204")
def page_beyond_the_constraint(draft: Draft) -> Iterator[Broken]:
    """A page is shown above the most that a constraint allows."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 3"))
    yield page(found, "zzz1 >= 4")


@operator("J204")
def page_of_the_unanswered(draft: Draft) -> Iterator[Broken]:
    """A page is shown when a question that everybody must answer has no answer."""
    found, _ = draft.add_field(f"{{name: zzz1, type: yes_no, {TEXTS}, required: true}}")
    yield page(found, "zzz1 == null")


@operator("J103")
def sum_with_no_answer(draft: Draft) -> Iterator[Broken]:
    """A number that need not be answered is added to."""
    yield reckoned(draft, [number("zzz1", "zzz1 >= 0 && zzz1 <= 10", "")], "zzz1 + 1")


@operator("J103")
def fee_of_a_question_not_asked(draft: Draft) -> Iterator[Broken]:
    """A fee is reckoned from a number that only some are asked."""
    name, keys = select(draft)
    rest = f"required: true, relevant: \"{name} == '{keys[0]}'\""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 9", rest))
    for path in amounts(found):
        if "when" not in found.get(*path[:-1]):
            yield put(found, path, "zzz1 * 1000")


@operator("J103")
def divided_by_nothing(draft: Draft) -> Iterator[Broken]:
    """A number is divided by one that may be nought."""
    yield reckoned(draft, [number("zzz1", "zzz1 >= 0 && zzz1 <= 10")], "100 / zzz1")


@operator("J103")
def remainder_by_a_difference(draft: Draft) -> Iterator[Broken]:
    """A remainder is taken by the difference of two numbers that may be equal."""
    fields = [number("zzz1", "zzz1 >= 1 && zzz1 <= 10"), number("zzz2", "zzz2 >= zzz1 && zzz2 <= 20")]
    yield reckoned(draft, fields, "100 % (zzz2 - zzz1)")


@operator("J103")
def too_large_a_product(draft: Draft) -> Iterator[Broken]:
    """The product of a number without bounds and a million has no room."""
    yield reckoned(draft, [number("zzz1")], "zzz1 * 1000000")


@operator("J103")
def fee_without_bounds(draft: Draft) -> Iterator[Broken]:
    """A fee is the product of two numbers without an upper bound."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1"))
    found, _ = found.add_field(number("zzz2", "zzz2 >= 1"))
    for path in amounts(found):
        if "when" not in found.get(*path[:-1]):
            yield put(found, path, "zzz1 * zzz2")


@operator("J103")
def words_as_a_number(draft: Draft) -> Iterator[Broken]:
    """Any text is turned into a number."""
    yield reckoned(draft, [f"{{name: zzz1, type: text, {TEXTS}, required: true}}"], "int(zzz1)")


@operator("J103")
def months_without_bounds(draft: Draft) -> Iterator[Broken]:
    """Any number of months is added to today."""
    yield reckoned(draft, [number("zzz1", "zzz1 >= 0")], "add_months(today, zzz1)")


@operator("J103")
def day_after_the_last(draft: Draft) -> Iterator[Broken]:
    """A year is added to any date, the last of the calendar too."""
    yield reckoned(draft, [f"{{name: zzz1, type: date, {TEXTS}, required: true}}"], "zzz1 + duration('8760h')")


@operator("J103")
def ward_of_no_place(draft: Draft) -> Iterator[Broken]:
    """A question asks for the ward of a place that need not be given."""
    first = f"{{name: zzz1, type: place, level: ward, {TEXTS}}}"
    yield asked(draft, [first], f"{{name: zzz, type: text, {TEXTS}, relevant: \"zzz1.ward == 'Kisutu'\"}}", "relevant")


@operator("J103")
def first_of_none(draft: Draft) -> Iterator[Broken]:
    """The second of the ticked choices is taken where one may be all."""
    choices = "choices: {a: {sw: A, en: A}, b: {sw: B, en: B}}"
    first = f"{{name: zzz1, type: select_multiple, {TEXTS}, required: true, {choices}}}"
    yield asked(draft, [first], f"{{name: zzz, type: text, {TEXTS}, relevant: \"zzz1[1] == 'b'\"}}", "relevant")


@operator("J103")
def guard_after_what_it_guards(draft: Draft) -> Iterator[Broken]:
    """A number that need not be answered is compared; the other branch of `? :` asks whether it was."""
    name, keys = select(draft)
    yield reckoned(
        draft, [number("zzz1", "zzz1 >= 1", "")], f"{name} == '{keys[0]}' ? (zzz1 == null ? 0 : 1) : zzz1 / 2"
    )


@operator("J103")
def years_of_two_dates(draft: Draft) -> Iterator[Broken]:
    """The years between two dates divide a number; the dates may be of one year."""
    first = f'{{name: zzz1, type: date, {TEXTS}, required: true, constraint: "zzz1 <= today"}}'
    yield reckoned(draft, [first], "1200 / years_between(zzz1, today)")


@operator("J103")
def officers_answer_before_it_is_given(draft: Draft) -> Iterator[Broken]:
    """A fee is reckoned from what an officer need not have answered."""
    for path, stage in draft.stages("task"):
        field = number("zzz1", "zzz1 >= 0 && zzz1 <= 10", "")
        found = (
            draft.add_item((*path, "fields"), field) if "fields" in stage else draft.add(path, "fields", f"[{field}]")
        )
        for amount in amounts(found):
            if "when" not in found.get(*amount[:-1]):
                yield put(found, amount, "zzz1 * 1000")


@operator("J501")
def less_a_discount(draft: Draft) -> Iterator[Broken]:
    """A discount is taken off a fee that an institution may set to nothing."""
    for path in amounts(draft):
        if draft.get(*path).startswith("setting."):
            yield put(draft, path, f"{draft.get(*path)} - 5000")


@operator("J501")
def less_than_nothing_for_one(draft: Draft) -> Iterator[Broken]:
    """A fee by number is under nothing for one."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 3"))
    for path in amounts(found):
        yield put(found, path, "zzz1 * 1000 - 2000")


@operator("J501")
def number_under_nothing(draft: Draft) -> Iterator[Broken]:
    """A fee follows a number that may be under nothing."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= -10 && zzz1 <= 10"))
    for path in amounts(found):
        yield put(found, path, "zzz1 * 1000")


@operator("J501")
def setting_under_nothing(draft: Draft) -> Iterator[Broken]:
    """The constraint that keeps a setting from going under nothing is left out."""
    for path in amounts(draft):
        name = draft.get(*path).removeprefix("setting.")
        if "constraint" in draft.get("settings", name, otherwise={}):
            found = draft.delete(("settings", name, "constraint"))
            yield at(found, path, value=True)


@operator("J501")
def one_branch_under_nothing(draft: Draft) -> Iterator[Broken]:
    """A fee gives money back in one branch of its condition."""
    name, keys = select(draft)
    for path in amounts(draft):
        if "when" not in draft.get(*path[:-1]):
            yield put(draft, path, f"{name} == '{keys[-1]}' ? -1000 : 1000")


@operator("J501")
def difference_of_two_numbers(draft: Draft) -> Iterator[Broken]:
    """A fee is the difference of two numbers of which either may be the greater."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 50"))
    found, _ = found.add_field(number("zzz2", "zzz2 >= 1 && zzz2 <= 50"))
    for path in amounts(found):
        yield put(found, path, "(zzz1 - zzz2) * 500")
