"""J103, J201 to J203 in what stages themselves ask: of officers at a task, of applicants in a wait."""

from collections.abc import Iterator

from jumuishi.definitions.tests.corpus.draft import Draft, Path
from jumuishi.definitions.tests.corpus.mutants import Broken, at, operator
from jumuishi.definitions.tests.corpus.operators.answers import TEXTS, number
from jumuishi.definitions.tests.corpus.operators.expressions import select
from jumuishi.definitions.tests.corpus.operators.flow import task, to
from jumuishi.definitions.tests.corpus.operators.ways import NEW, detour, first_action, fork, when


def asks(draft: Draft, stage: Path, *fields: str) -> tuple[Draft, Path]:
    """Fields added to what a stage asks; and where the last of them stands."""
    for one in fields:
        there = "fields" in draft.get(*stage)
        draft = draft.add_item((*stage, "fields"), one) if there else draft.add(stage, "fields", f"[{one}]")
    return draft, (*stage, "fields", len(draft.get(*stage, "fields")) - 1)


def officer(draft: Draft) -> Path:
    """The first task."""
    return next(path for path, _ in draft.stages("task"))


def broken(draft: Draft, stage: Path, key: str, *fields: str) -> Broken:
    """The last of the fields is at fault in the expression under that key."""
    found, path = asks(draft, stage, *fields)
    return at(found, (*path, key), value=True)


def unasked(source: str) -> str:
    return f'{{name: zzz, type: text, {TEXTS}, relevant: "{source}"}}'


def reckoned(source: str) -> str:
    return f'{{name: zzz, type: calculate, calculation: "{source}"}}'


def offered(*conditions: str, kind: str = "select_one") -> str:
    """A required select with a choice for each condition."""
    choices = ", ".join(f'c{n}: {{sw: C, en: C, relevant: "{one}"}}' for n, one in enumerate(conditions))
    return f"{{name: zzz, type: {kind}, {TEXTS}, required: true, choices: {{{choices}}}}}"


def aside(draft: Draft, condition: str) -> tuple[Draft, Path]:
    """Those for whom the condition holds go to a task of its own, `zzz-task`, the others by it."""
    _, target = first_action(draft)
    found = fork(draft, when(condition, "zzz-task"), f"to: {target}")
    return found.add_stage("zzz-task", task(draft, to(target))), ("stages", "zzz-task")


def afterwards(draft: Draft) -> tuple[Draft, Path]:
    """One more task right after the first."""
    _, target = first_action(draft)
    return detour(draft, task(draft, to(target))), NEW


@operator("J201")
def officers_question_of_two_keys(draft: Draft) -> Iterator[Broken]:
    """An officer is asked a question when a select has two keys at once."""
    name, keys = select(draft)
    source = f"{name} == '{keys[0]}' && {name} == '{keys[1]}'"
    yield broken(draft, officer(draft), "relevant", unasked(source))


@operator("J201")
def officers_question_beyond_the_constraint(draft: Draft) -> Iterator[Broken]:
    """An officer is asked a question above the most that the question before allows."""
    first = number("zzz1", "zzz1 >= 1 && zzz1 <= 3")
    yield broken(draft, officer(draft), "relevant", first, unasked("zzz1 > 3"))


@operator("J201")
def officers_question_that_the_way_excludes(draft: Draft) -> Iterator[Broken]:
    """Only one key of a select leads to an officer, who is asked a question for another."""
    name, keys = select(draft)
    found, path = aside(draft, f"{name} == '{keys[0]}'")
    yield broken(found, path, "relevant", unasked(f"{name} == '{keys[1]}'"))


@operator("J201")
def officers_question_beyond_a_colleagues_answer(draft: Draft) -> Iterator[Broken]:
    """An officer is asked a question above what a colleague before may have answered."""
    found, path = afterwards(draft)
    found, _ = asks(found, officer(draft), number("zzz1", "zzz1 >= 1 && zzz1 <= 3"))
    yield broken(found, path, "relevant", unasked("zzz1 == null || zzz1 > 3"))


@operator("J201")
def applicants_question_of_the_wrong_applicants(draft: Draft) -> Iterator[Broken]:
    """An applicant who is asked for more is asked a question beyond the application's constraint."""
    for path, _ in draft.stages("applicant"):
        found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 3"))
        yield broken(found, path, "relevant", unasked("zzz1 > 3"))


@operator("J202")
def officers_over_and_under(draft: Draft) -> Iterator[Broken]:
    """An officer's number is to be over five and under three."""
    yield broken(draft, officer(draft), "constraint", number("zzz", "zzz > 5 && zzz < 3"))


@operator("J202")
def officers_number_against_the_applications(draft: Draft) -> Iterator[Broken]:
    """An officer's number is to be over ten and under three times one of at most three."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 3"))
    yield broken(found, officer(draft), "constraint", number("zzz", "zzz > 10 && zzz < zzz1 * 3"))


@operator("J202")
def officers_number_that_the_way_excludes(draft: Draft) -> Iterator[Broken]:
    """Only numbers under five lead to an officer, whose own is to be under a fifth of that and over nothing."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 100"))
    found, path = aside(found, "zzz1 < 5")
    yield broken(found, path, "constraint", number("zzz", "zzz > 0 && zzz <= zzz1 / 5"))


@operator("J202")
def officers_list_of_the_impossible(draft: Draft) -> Iterator[Broken]:
    """Each line of an officer's list holds a number that is to be more than twice itself and over nothing."""
    member = number("zzz", "zzz > 0 && zzz > zzz * 2 && zzz < 1000")
    group = f"{{name: zzz_list, type: group, {TEXTS}, repeat: {{max: 3}}, fields: [{member}]}}"
    found, path = asks(draft, officer(draft), group)
    yield at(found, (*path, "fields", 0, "constraint"), value=True)


@operator("J202")
def applicants_day_before_the_application(draft: Draft) -> Iterator[Broken]:
    """An applicant who is asked for more is to give a day between two in the wrong order."""
    for path, _ in draft.stages("applicant"):
        field = f'{{name: zzz, type: date, {TEXTS}, required: true, constraint: "zzz > today && zzz < today"}}'
        yield broken(draft, path, "constraint", field)


@operator("J203")
def officer_with_no_choice_for_others(draft: Draft) -> Iterator[Broken]:
    """Every choice of an officer's select is offered for one key; for the others there is none."""
    name, keys = select(draft)
    found, path = asks(draft, officer(draft), offered(f"{name} == '{keys[0]}'"))
    yield at(found, path)


@operator("J203")
def officer_with_no_choice_at_the_limit(draft: Draft) -> Iterator[Broken]:
    """One choice is offered under five of the officer's own number, one over five; at five there is none."""
    first = number("zzz1", "zzz1 >= 1 && zzz1 <= 10")
    found, path = asks(draft, officer(draft), first, offered("zzz1 < 5", "zzz1 > 5"))
    yield at(found, path)


@operator("J203")
def officer_with_choices_of_another_way(draft: Draft) -> Iterator[Broken]:
    """One key of a select leads to an officer, to whom the only choice is offered for another."""
    name, keys = select(draft)
    found, path = aside(draft, f"{name} == '{keys[0]}'")
    found, path = asks(found, path, offered(f"{name} == '{keys[1]}'", kind="select_multiple"))
    yield at(found, path)


@operator("J203")
def officer_with_no_choice_after_a_colleague(draft: Draft) -> Iterator[Broken]:
    """A colleague before says yes or no; the only choice is offered after yes."""
    found, path = afterwards(draft)
    found, _ = asks(found, officer(draft), f"{{name: zzz1, type: yes_no, {TEXTS}, required: true}}")
    found, path = asks(found, path, offered("zzz1 == true"))
    yield at(found, path)


@operator("J103")
def officers_question_after_an_optional_one(draft: Draft) -> Iterator[Broken]:
    """An officer is asked a question above a number that the applicant need not give."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 0 && zzz1 <= 10", ""))
    yield broken(found, officer(draft), "relevant", unasked("zzz1 > 3"))


@operator("J103")
def officers_share_of_nothing(draft: Draft) -> Iterator[Broken]:
    """At a task a number is divided by the officer's, which may be nought."""
    first = number("zzz1", "zzz1 >= 0 && zzz1 <= 10")
    yield broken(draft, officer(draft), "calculation", first, reckoned("100 / zzz1"))


@operator("J103")
def officers_constraint_by_an_optional_one(draft: Draft) -> Iterator[Broken]:
    """An officer's number is to be under one that the applicant need not give."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 5 && zzz1 <= 10", ""))
    yield broken(found, officer(draft), "constraint", number("zzz", "zzz >= 0 && zzz < zzz1"))
