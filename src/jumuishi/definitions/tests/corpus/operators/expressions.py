"""J101 to J106, J501 by types: expressions that are wrong whatever is answered."""

from collections.abc import Iterator

from jumuishi.definitions.tests.corpus.draft import Draft, Path
from jumuishi.definitions.tests.corpus.mutants import Broken, at, operator

COUNT = '{name: zzz, type: integer, label: {sw: Idadi, en: Count}, required: true, constraint: "zzz >= 1 && zzz <= 3"'
GROUP = (
    "{name: zzz_items, type: group, label: {sw: Orodha, en: List}, doors: {ussd: at_counter}, repeat: {REPEAT}, "
    "fields: [{name: zzz_part, type: text, label: {sw: Jina, en: Name}, required: true}]"
)


def conditions(draft: Draft) -> Iterator[tuple[Path, str]]:
    """The expressions of fields, fees and branches that hold `==` or `!=`, with their sources."""
    for path, one in draft.fields():
        if "relevant" in one:
            yield (*path, "relevant"), one["relevant"]
    for name, fee in draft.get("fees", otherwise={}).items():
        if "when" in fee:
            yield ("fees", name, "when"), fee["when"]
    for path, stage in draft.stages("choice"):
        for number, branch in enumerate(stage["branches"]):
            if "when" in branch:
                yield (*path, "branches", number, "when"), branch["when"]


def comparisons(draft: Draft) -> Iterator[tuple[Path, str]]:
    yield from (one for one in conditions(draft) if "==" in one[1] or "!=" in one[1])


def amounts(draft: Draft) -> Iterator[Path]:
    for name in draft.get("fees", otherwise={}):
        yield ("fees", name, "amount")


def put(draft: Draft, path: Path, source: str) -> Broken:
    """The expression replaced; the fault stands where it begins."""
    return at(draft.set(path, '"' + source.replace("\\", "\\\\").replace('"', '\\"') + '"'), path, value=True)


def select(draft: Draft) -> tuple[str, list[str]]:
    """A required select of the pages that is asked of everybody, with its keys."""
    return next(
        (one["name"], list(one["choices"]))
        for _, one in draft.fields("select_one")
        if one.get("required") == "true"
        and "relevant" not in one
        and not any("relevant" in choice for choice in one["choices"].values())
    )


def new_when(draft: Draft, source: str) -> Broken:
    """A new field asked under that condition."""
    found, path = draft.add_field(f'{{name: zzz, type: text, label: {{sw: Zaidi, en: More}}, relevant: "{source}"}}')
    return at(found, (*path, "relevant"), value=True)


@operator("J101")
def one_equals_sign(draft: Draft) -> Iterator[Broken]:
    """`=` is written for `==`, as in other languages."""
    for path, source in comparisons(draft):
        if "==" in source:
            yield put(draft, path, source.replace("==", "=", 1))


@operator("J101")
def quote_left_open(draft: Draft) -> Iterator[Broken]:
    """The quote that ends a word is left out."""
    for path, source in comparisons(draft):
        if source.endswith("'"):
            yield put(draft, path, source[:-1])


@operator("J101")
def cut_short(draft: Draft) -> Iterator[Broken]:
    """A condition ends with an operator."""
    for path, source in conditions(draft):
        yield put(draft, path, source + " &&")


@operator("J101")
def words_for_signs(draft: Draft) -> Iterator[Broken]:
    """`and` is written for `&&`, as in XLSForm."""
    for path, source in conditions(draft):
        yield put(draft, path, source + " and true")


@operator("J101")
def bracket_left_open(draft: Draft) -> Iterator[Broken]:
    """A bracket is not closed."""
    for path in amounts(draft):
        yield put(draft, path, "(" + draft.get(*path))


@operator("J102")
def misspelled_name(draft: Draft) -> Iterator[Broken]:
    """A condition names a field with one letter too many."""
    for path, source in comparisons(draft):
        name = source.split()[0].strip("(!")
        yield put(draft, path, source.replace(name, name + "z", 1))


@operator("J102")
def misspelled_setting(draft: Draft) -> Iterator[Broken]:
    """A fee is an amount that no institution fills in."""
    for path in amounts(draft):
        if draft.get(*path).startswith("setting."):
            yield put(draft, path, draft.get(*path) + "z")


@operator("J102")
def unknown_function(draft: Draft) -> Iterator[Broken]:
    """A fee uses a function of spreadsheets."""
    for path in amounts(draft):
        yield put(draft, path, f"sum({draft.get(*path)})")


@operator("J102")
def member_of_a_place(draft: Draft) -> Iterator[Broken]:
    """A claim asks a place for what it does not have."""
    for name, document in draft.get("documents").items():
        if document["claims"].get("ward") == "place.name":
            path: Path = ("documents", name, "claims", "ward")
            yield at(draft.set(path, "place.street_name"), path, value=True)


@operator("J102")
def changed_field_that_is_none(draft: Draft) -> Iterator[Broken]:
    """An applicant may change a field that does not exist."""
    for path, stage in draft.stages("applicant"):
        for number, entry in enumerate(stage["fields"]):
            if isinstance(entry, str):
                yield at(draft.set((*path, "fields", number), entry + "_zzz"), (*path, "fields", number))


@operator("J102")
def span_of_no_setting(draft: Draft) -> Iterator[Broken]:
    """A wait is as long as a setting that does not exist."""
    for path, _ in draft.stages("payment"):
        here = (*path, "expires", "after")
        yield at(draft.set(here, "{setting: zzz_days, unit: days}"), (*here, "setting"))


@operator("J102")
def member_outside_its_group(draft: Draft) -> Iterator[Broken]:
    """A condition names a member of a group outside the group."""
    found, _ = draft.add_field(GROUP.replace("REPEAT", "max: 3") + "}")
    yield new_when(found, "zzz_part == 'x'")


@operator("J103")
def key_of_no_choice(draft: Draft) -> Iterator[Broken]:
    """A condition compares a select with a word that is none of its keys."""
    name, _ = select(draft)
    yield new_when(draft, f"{name} == 'zzz'")


@operator("J103")
def number_as_text(draft: Draft) -> Iterator[Broken]:
    """A number is compared with a text."""
    found, _ = draft.add_field(COUNT + "}")
    yield new_text(found, "zzz == '1'")


def new_text(draft: Draft, source: str) -> Broken:
    """A second new field asked under that condition."""
    found, path = draft.add_field(f'{{name: zzz2, type: text, label: {{sw: Zaidi, en: More}}, relevant: "{source}"}}')
    return at(found, (*path, "relevant"), value=True)


@operator("J103")
def whole_plus_decimal(draft: Draft) -> Iterator[Broken]:
    """A fee adds a decimal to a whole number."""
    for path in amounts(draft):
        yield put(draft, path, f"({draft.get(*path)}) + 0.5")


@operator("J103")
def condition_that_is_a_number(draft: Draft) -> Iterator[Broken]:
    """A condition gives a number."""
    for path, _ in conditions(draft):
        yield put(draft, path, "1 + 1")


@operator("J103")
def place_compared(draft: Draft) -> Iterator[Broken]:
    """A place is compared with a code, not its code."""
    for _, place in draft.fields("place"):
        yield new_when(draft, f"{place['name']} == '23101'")


@operator("J103")
def default_of_no_choice(draft: Draft) -> Iterator[Broken]:
    """A select's default is none of its keys."""
    found, path = draft.add_field(
        "{name: zzz, type: select_one, label: {sw: Chagua, en: Choose}, default: zzz, choices: {a: {sw: A, en: A}}}"
    )
    yield at(found, (*path, "default"))


@operator("J103")
def span_of_money(draft: Draft) -> Iterator[Broken]:
    """A wait is as long as an amount of money."""
    for name, setting in draft.get("settings").items():
        if setting["type"] == "money":
            for path, _ in draft.stages("payment"):
                here = (*path, "expires", "after")
                yield at(draft.set(here, f"{{setting: {name}, unit: days}}"), (*here, "setting"))


@operator("J103")
def index_of_a_group(draft: Draft) -> Iterator[Broken]:
    """A condition takes an item of a group by its number."""
    found, _ = draft.add_field(GROUP.replace("REPEAT", "max: 3") + "}")
    yield new_when(found, "zzz_items[0].zzz_part == 'x'")


@operator("J103")
def days_as_a_number(draft: Draft) -> Iterator[Broken]:
    """Days are added to a date as a bare number."""
    found, _ = draft.add_field("{name: zzz_day, type: date, label: {sw: Siku, en: Day}, required: true}")
    yield new_when(found, "zzz_day + 30 > today")


@operator("J103")
def file_compared(draft: Draft) -> Iterator[Broken]:
    """A file is compared with its name."""
    for _, one in draft.fields("file"):
        yield new_when(draft, f"{one['name']} == 'lease.pdf'")


@operator("J104")
def two_kilobytes(draft: Draft) -> Iterator[Broken]:
    """A fee's expression is over 2 KB."""
    for path in amounts(draft):
        yield put(draft, path, "0" + " + 1" * 600)


@operator("J104")
def macro_in_a_macro(draft: Draft) -> Iterator[Broken]:
    """A macro stands inside a macro."""
    yield new_when(draft, "[1, 2].all(x, [1, 2].exists(y, y == x))")


@operator("J104")
def group_without_end(draft: Draft) -> Iterator[Broken]:
    """A macro goes over a group that has no max."""
    found, _ = draft.add_field(GROUP.replace("REPEAT", "min: 0") + "}")
    yield new_when(found, "zzz_items.all(x, x.zzz_part != 'x')")


@operator("J105")
def asked_by_its_own_answer(draft: Draft) -> Iterator[Broken]:
    """A field is asked only once it is answered."""
    found, path = draft.add_field(COUNT + ', relevant: "zzz > 1"}')
    yield at(found, (*path, "relevant"), value=True)


@operator("J105")
def circle_of_two(draft: Draft) -> Iterator[Broken]:
    """Two fields are each asked by the answer to the other."""
    found, path = draft.add_field(
        '{name: zzz, type: yes_no, label: {sw: Moja, en: One}, required: true, relevant: "zzz2"}'
    )
    found, _ = found.add_field("{name: zzz2, type: yes_no, label: {sw: Mbili, en: Two}, required: true, relevant: zzz}")
    found = found.with_text(found.text.replace("relevant: zzz}", 'relevant: "zzz"}'))
    yield at(found, (*path, "relevant"), value=True)


@operator("J105")
def circle_of_calculates(draft: Draft) -> Iterator[Broken]:
    """Three values are calculated from each other."""
    found, path = draft.add_field('{name: zzz, type: calculate, calculation: "zzz3 + 1"}')
    found, _ = found.add_field('{name: zzz2, type: calculate, calculation: "zzz + 1"}')
    found, _ = found.add_field('{name: zzz3, type: calculate, calculation: "zzz2 + 1"}')
    yield at(found, (*path, "calculation"), value=True)


@operator("J106")
def asked_by_a_later_answer(draft: Draft) -> Iterator[Broken]:
    """A field of the first page is asked by an answer of the last."""
    found, _ = draft.add_field("{name: zzz, type: yes_no, label: {sw: Moja, en: One}, required: true}")
    found, path = found.add_field('{name: zzz2, type: text, label: {sw: Mbili, en: Two}, relevant: "zzz"}', page=0)
    yield at(found, (*path, "relevant"), value=True)


@operator("J106")
def page_asked_by_a_later_one(draft: Draft) -> Iterator[Broken]:
    """The first page is shown by an answer of the last."""
    if len(draft.get("pages")) > 1:
        found, _ = draft.add_field("{name: zzz, type: yes_no, label: {sw: Moja, en: One}, required: true}")
        found = found.add(("pages", 0), "relevant", '"zzz"')
        yield at(found, ("pages", 0, "relevant"), value=True)


@operator("J106")
def constraint_on_a_later_answer(draft: Draft) -> Iterator[Broken]:
    """A number is held against one that is asked after it."""
    found, _ = draft.add_field("{name: zzz2, type: integer, label: {sw: Mbili, en: Two}, required: true}")
    found, path = found.add_field(
        '{name: zzz, type: integer, label: {sw: Moja, en: One}, constraint: "zzz2 == null || zzz < zzz2"}',
        page=0,
    )
    yield at(found, (*path, "constraint"), value=True)


@operator("J106")
def officers_answer_on_a_page(draft: Draft) -> Iterator[Broken]:
    """A question to the applicant is asked by what an officer answers later."""
    for path, stage in draft.stages("task"):
        if "fields" not in stage:
            found = draft.add(path, "fields", "[{name: zzz, type: yes_no, label: {sw: Moja, en: One}, required: true}]")
            found, where = found.add_field('{name: zzz2, type: text, label: {sw: Mbili, en: Two}, relevant: "zzz"}')
            yield at(found, (*where, "relevant"), value=True)


@operator("J501")
def amount_with_cents(draft: Draft) -> Iterator[Broken]:
    """A fee is a decimal."""
    for path in amounts(draft):
        yield put(draft, path, f"double({draft.get(*path)}) * 1.18" if "==" not in draft.get(*path) else "1500.50")
