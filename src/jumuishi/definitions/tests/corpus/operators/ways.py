"""J303, J306 to J310: faults of the ways through the stages, most of them for some answers only."""

from collections.abc import Iterator

from jumuishi.definitions.tests.corpus.draft import Draft, Path
from jumuishi.definitions.tests.corpus.mutants import Broken, at, operator
from jumuishi.definitions.tests.corpus.operators.answers import TEXTS, number
from jumuishi.definitions.tests.corpus.operators.expressions import select
from jumuishi.definitions.tests.corpus.operators.flow import end_of, task, to

NEW: Path = ("stages", "zzz")


def open_select(draft: Draft) -> Iterator[tuple[str, list[str]]]:
    """A required select that is asked of everybody, where no choice stands before the first task."""
    if next(iter(draft.get("stages").values()))["kind"] != "choice":
        yield select(draft)


def first_action(draft: Draft) -> tuple[Path, str]:
    """Where the first task's first action says where it leads, and where that is."""
    path, stage = next(draft.stages("task"))
    name, action = next(iter(stage["actions"].items()))
    return (*path, "actions", name, "to"), action["to"]


def detour(draft: Draft, stage: str) -> Draft:
    """The first action leads to a new stage `zzz`; TO in it is where the action led."""
    path, target = first_action(draft)
    return draft.set(path, "zzz").add_stage("zzz", stage.replace("TO", target))


def fork(draft: Draft, *branches: str) -> Draft:
    """The detour is a choice with these branches."""
    listed = ", ".join(f"{{{one}}}" for one in branches)
    return detour(draft, f"{{kind: choice, name: {{sw: Njia, en: Way}}, branches: [{listed}]}}")


def when(source: str, target: str = "TO") -> str:
    return f'when: "{source}", to: {target}'


def reviews(draft: Draft, *conditions: str, passing: str = "all") -> Draft:
    """The detour is a review stage, one review by each condition ('' for none)."""
    roles = list(draft.get("roles"))
    parts = []
    for index, condition in enumerate(conditions):
        reviewer, other = roles[index % 2], roles[(index + 1) % 2]
        said = f', when: "{condition}"' if condition else ""
        parts.append(f"r{index}: {{role: {reviewer}{said}, due: {{within: 1 working_hours, escalate: {other}}}}}")
    return detour(
        draft,
        f"{{kind: review, name: {{sw: Maoni, en: Views}}, reviews: {{{', '.join(parts)}}}, pass: {passing}, "
        f"passed: TO, failed: {end_of(draft, 'refused')}}}",
    )


def paid_after(draft: Draft) -> Iterator[Path]:
    """Where the way leads to the only payment from a task that comes before it."""
    payments = [path[1] for path, _ in draft.stages("payment")]
    if len(payments) == 1 and next(iter(draft.get("stages"))) != payments[0]:
        for path, stage in draft.stages("task"):
            for name, action in stage["actions"].items():
                if action["to"] == payments[0]:
                    yield (*path, "actions", name, "to")


@operator("J303")
def choice_that_leads_to_itself(draft: Draft) -> Iterator[Broken]:
    """For one answer a choice leads to itself, for ever."""
    for name, keys in open_select(draft):
        yield at(fork(draft, when(f"{name} == '{keys[-1]}'", "zzz"), "to: TO"), NEW)


@operator("J303")
def task_and_choice_for_ever(draft: Draft) -> Iterator[Broken]:
    """For one answer a task's only action and a choice lead to each other: the first is told."""
    for name, keys in open_select(draft):
        path, target = first_action(draft)
        found = draft.set(path, "zzz").add_stage("zzz", task(draft, to("zzz-fork")))
        found = found.add_stage(
            "zzz-fork",
            f"{{kind: choice, name: {{sw: Njia, en: Way}}, "
            f"branches: [{{{when(f'{name} == {keys[0]!r}', 'zzz')}}}, {{to: {target}}}]}}",
        )
        yield at(found, NEW)


@operator("J303")
def loop_at_a_number(draft: Draft) -> Iterator[Broken]:
    """For one number, which no officer can change, a choice leads to itself."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 10"))
    yield at(fork(found, when("zzz1 < 10"), when("zzz1 == 10", "zzz")), NEW)


@operator("J306")
def key_without_a_branch(draft: Draft) -> Iterator[Broken]:
    """The last key of a select has no branch."""
    for name, keys in open_select(draft):
        found = fork(draft, *(when(f"{name} == '{key}'") for key in keys[:-1]))
        yield at(found, (*NEW, "branches"))


@operator("J306")
def number_without_a_branch(draft: Draft) -> Iterator[Broken]:
    """Under five and over five have a branch; five has none."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 10"))
    yield at(fork(found, when("zzz1 < 5"), when("zzz1 > 5")), (*NEW, "branches"))


@operator("J306")
def day_without_a_branch(draft: Draft) -> Iterator[Broken]:
    """Dates before today have a branch and later ones too; today has none."""
    found, _ = draft.add_field(
        f'{{name: zzz1, type: date, {TEXTS}, required: true, constraint: "zzz1 <= add_months(today, 1)"}}'
    )
    yield at(fork(found, when("zzz1 < today"), when("zzz1 > today")), (*NEW, "branches"))


@operator("J306")
def silence_without_a_branch(draft: Draft) -> Iterator[Broken]:
    """Yes and no have a branch; who did not answer has none."""
    found, _ = draft.add_field(f"{{name: zzz1, type: yes_no, {TEXTS}}}")
    yield at(fork(found, when("zzz1 == true"), when("zzz1 == false")), (*NEW, "branches"))


@operator("J306")
def pair_without_a_branch(draft: Draft) -> Iterator[Broken]:
    """Of a key and a number together one pair has no branch."""
    for name, keys in open_select(draft):
        found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 5"))
        found = fork(found, when(f"{name} == '{keys[0]}' && zzz1 >= 2"), when(f"{name} != '{keys[0]}'"))
        yield at(found, (*NEW, "branches"))


@operator("J306")
def officers_word_without_a_branch(draft: Draft) -> Iterator[Broken]:
    """An officer may answer three things; two of them have a branch."""
    path, stage = next(draft.stages("task"))
    field = (
        f"{{name: zzz1, type: select_one, {TEXTS}, required: true, "
        "choices: {a: {sw: A, en: A}, b: {sw: B, en: B}, c: {sw: C, en: C}}}"
    )
    found = draft.add_item((*path, "fields"), field) if "fields" in stage else draft.add(path, "fields", f"[{field}]")
    yield at(fork(found, when("zzz1 == 'a'"), when("zzz1 == 'b'")), (*NEW, "branches"))


@operator("J306")
def length_without_a_branch(draft: Draft) -> Iterator[Broken]:
    """Short and long texts have a branch; those of exactly ten signs have none."""
    found, _ = draft.add_field(f"{{name: zzz1, type: text, {TEXTS}, required: true, max_length: 20}}")
    yield at(fork(found, when("size(zzz1) < 10"), when("size(zzz1) > 10")), (*NEW, "branches"))


@operator("J307")
def shadowed_branch(draft: Draft) -> Iterator[Broken]:
    """A branch holds only where one before it holds."""
    for name, keys in open_select(draft):
        found = fork(draft, when(f"{name} in ['{keys[0]}', '{keys[1]}']"), when(f"{name} == '{keys[1]}'"), "to: TO")
        yield at(found, (*NEW, "branches", 1))


@operator("J307")
def branch_beyond_the_constraint(draft: Draft) -> Iterator[Broken]:
    """A branch is for more than a constraint allows."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 3"))
    yield at(fork(found, when("zzz1 > 3"), "to: TO"), (*NEW, "branches", 0))


@operator("J307")
def branch_after_the_last_resort(draft: Draft) -> Iterator[Broken]:
    """A branch follows the one that always holds."""
    for name, keys in open_select(draft):
        yield at(fork(draft, "to: TO", when(f"{name} == '{keys[0]}'")), (*NEW, "branches", 1))


@operator("J307")
def last_resort_of_nobody(draft: Draft) -> Iterator[Broken]:
    """Every key has its branch; what is for the rest is for nobody."""
    for name, keys in open_select(draft):
        found = fork(draft, *(when(f"{name} == '{key}'") for key in keys), "to: TO")
        yield at(found, (*NEW, "branches", len(keys)))


@operator("J307")
def branch_that_the_way_excludes(draft: Draft) -> Iterator[Broken]:
    """A second choice asks what the first has already sent elsewhere."""
    for name, keys in open_select(draft):
        _, target = first_action(draft)
        source = f"{name} == '{keys[0]}'"
        found = fork(draft, when(source), "to: zzz-next")
        found = found.add_stage(
            "zzz-next",
            f"{{kind: choice, name: {{sw: Njia, en: Way}}, branches: [{{{when(source, target)}}}, {{to: {target}}}]}}",
        )
        yield at(found, ("stages", "zzz-next", "branches", 0))


@operator("J307")
def branch_of_an_officers_word_that_is_not_asked(draft: Draft) -> Iterator[Broken]:
    """A branch wants an officer's yes to a question that is asked only in the other case."""
    for name, keys in open_select(draft):
        path, stage = next(draft.stages("task"))
        field = f"{{name: zzz1, type: yes_no, {TEXTS}, required: true, relevant: \"{name} == '{keys[0]}'\"}}"
        found = (
            draft.add_item((*path, "fields"), field) if "fields" in stage else draft.add(path, "fields", f"[{field}]")
        )
        yield at(fork(found, when(f"zzz1 == true && {name} == '{keys[1]}'"), "to: TO"), (*NEW, "branches", 0))


@operator("J308")
def fee_in_no_payment(draft: Draft) -> Iterator[Broken]:
    """A fee is declared that no payment asks for."""
    basis = next(iter(draft.get("basis")))
    found = draft.add(("fees",), "zzz", f'{{label: {{sw: Ada, en: Fee}}, amount: "1000", basis: {basis}}}')
    yield at(found, next(found.stages("issue"))[0])


@operator("J308")
def fee_left_out_of_the_payment(draft: Draft) -> Iterator[Broken]:
    """The only payment forgets a fee."""
    payments = list(draft.stages("payment"))
    if len(payments) == 1 and len(payments[0][1]["fees"]) > 1:
        found = draft.delete((*payments[0][0], "fees", 0))
        yield at(found, next(found.stages("issue"))[0])


@operator("J308")
def way_round_the_payment(draft: Draft) -> Iterator[Broken]:
    """An officer may issue before anything is paid."""
    for _ in paid_after(draft):
        path, _stage = next(draft.stages("task"))
        issue = next(draft.stages("issue"))[0]
        found = draft.add((*path, "actions"), "zzz", f"{{label: {{sw: Toa, en: Issue}}, to: {issue[1]}}}")
        yield at(found, issue)


@operator("J308")
def one_key_pays_nothing(draft: Draft) -> Iterator[Broken]:
    """For one answer a choice leads past the payment though a fee applies."""
    for name, keys in open_select(draft):
        issue = next(draft.stages("issue"))[0]
        for path in paid_after(draft):
            past = when(f"{name} == '{keys[0]}'", str(issue[1]))
            found = draft.add_stage(
                "zzz",
                f"{{kind: choice, name: {{sw: Njia, en: Way}}, branches: [{{{past}}}, {{to: {draft.get(*path)}}}]}}",
            )
            yield at(found.set(path, "zzz"), issue)


@operator("J308")
def fee_that_begins_after_the_payment(draft: Draft) -> Iterator[Broken]:
    """After the payment the applicant may change an answer by which another fee applies."""
    if draft.get("stages", next(iter(draft.get("stages"))), "kind") == "payment":
        for path, stage in draft.stages("applicant"):
            for name in ("born_on", "operator_kind"):
                if any(one["name"] == name for _, one in draft.fields()) and name not in stage["fields"]:
                    found = draft.add_item((*path, "fields"), name)
                    yield at(found, next(found.stages("issue"))[0])


@operator("J309")
def granted_without_paper(draft: Draft) -> Iterator[Broken]:
    """An officer may grant and nothing is issued."""
    path, _ = next(draft.stages("task"))
    granted = end_of(draft, "granted")
    found = draft.add((*path, "actions"), "zzz", f"{{label: {{sw: Ruhusu, en: Grant}}, to: {granted}}}")
    yield at(found, ("stages", granted))


@operator("J309")
def granted_without_paper_for_one_key(draft: Draft) -> Iterator[Broken]:
    """For one answer a paid case is granted and nothing is issued."""
    for name, keys in open_select(draft):
        granted = end_of(draft, "granted")
        payments = list(draft.stages("payment"))
        if len(payments) == 1 and payments[0][1]["paid"] == "issue":
            found = draft.add_stage(
                "zzz",
                f"{{kind: choice, name: {{sw: Njia, en: Way}}, "
                f"branches: [{{{when(f'{name} == {keys[0]!r}', granted)}}}, {{to: issue}}]}}",
            )
            yield at(found.set((*payments[0][0], "paid"), "zzz"), ("stages", granted))


@operator("J310")
def nobody_reviews_one_key(draft: Draft) -> Iterator[Broken]:
    """Each key but the last has its reviewer."""
    for name, keys in open_select(draft):
        yield at(reviews(draft, *(f"{name} == '{key}'" for key in keys[:-1])), NEW)


@operator("J310")
def nobody_reviews_one_number(draft: Draft) -> Iterator[Broken]:
    """Under five one reviews, over five another; at five nobody."""
    found, _ = draft.add_field(number("zzz1", "zzz1 >= 1 && zzz1 <= 10"))
    yield at(reviews(found, "zzz1 < 5", "zzz1 > 5"), NEW)


@operator("J310")
def one_reviews_where_two_must_pass(draft: Draft) -> Iterator[Broken]:
    """Two must pass it; for most only one reviews."""
    for name, keys in open_select(draft):
        yield at(reviews(draft, "", f"{name} == '{keys[0]}'", passing="2"), NEW)


@operator("J310")
def three_of_two_must_pass(draft: Draft) -> Iterator[Broken]:
    """Three must pass it and there are two: told at `pass`."""
    yield at(reviews(draft, "", "", passing="3"), (*NEW, "pass"))


@operator("J310")
def two_that_never_meet_must_pass(draft: Draft) -> Iterator[Broken]:
    """Two must pass it, of whom each reviews where the other does not: told at `pass`."""
    for name, keys in open_select(draft):
        found = reviews(draft, f"{name} == '{keys[0]}'", f"{name} != '{keys[0]}'", passing="2")
        yield at(found, (*NEW, "pass"))
