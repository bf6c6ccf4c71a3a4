"""The form and the stages together: who can be trapped, left without a branch, bill, paper or reviewer, and who cannot.

Each finding's story is played on the machine and must fail at its last step; what is sound brings no warning either.
"""

from pathlib import Path

import pytest

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.read.package import read_files
from jumuishi.definitions.stories.read import read_story
from jumuishi.definitions.stories.run import run_story
from jumuishi.definitions.stories.write import write_stories
from jumuishi.definitions.tests.corpus.mutants import OPERATORS, Mutant, mutants
from jumuishi.definitions.tests.test_check import SOUND, TEMPLATE

pytestmark = pytest.mark.slow

FORWARD = "to: reviews}\n      ask:"
TIN = "      - {name: tin, type: tax_id, label: {sw: TIN, en: TIN}, required: true}\n"
DUE = "role: trade-officer, due: {within: 1 working_hours, escalate: director}"
SECTOR_LOCKED = "fields: [lease, business_name]"


def task(name: str, to: str, fields: str = "") -> str:
    own = f", fields: [{fields}]" if fields else ""
    actions = f"actions: {{on: {{label: {{sw: A, en: B}}, to: {to}}}}}"
    return f"  {name}: {{kind: task, name: {{sw: A, en: B}}, {DUE}{own}, {actions}}}\n"


def review(name: str, condition: str, passing: str = "all") -> str:
    return (
        f"  {name}: {{kind: review, name: {{sw: A, en: B}}, pass: {passing}, passed: reviews, failed: refused, "
        f'reviews: {{a: {{when: "{condition}", role: health-officer, '
        "due: {within: 1 hours, escalate: director}}}}\n"
    )


def fork(name: str, *branches: str) -> str:
    return f"  {name}: {{kind: choice, name: {{sw: A, en: B}}, branches: [{', '.join(branches)}]}}\n"


def when(source: str, to: str) -> str:
    return f'{{when: "{source}", to: {to}}}'


def asked(name: str, answered: str, *fields: str) -> str:
    return (
        f"  {name}: {{kind: applicant, name: {{sw: A, en: B}}, fields: [{', '.join(fields)}], answered: {answered}, "
        "expires: {after: 5 days, to: lapsed}}\n"
    )


def field(name: str, kind: str, rest: str = "required: true") -> str:
    return f"{{name: {name}, type: {kind}, label: {{sw: A, en: B}}, {rest}}}"


def changed(*stages: str, page: str = "") -> list[Finding]:
    """What is found in the sample package, whose checking leads to the stage zz instead of the reviews."""
    return check_files(_files(*stages, page=page))


def _files(*stages: str, page: str, changes: tuple[tuple[str, str], ...] = ()) -> dict[str, bytes]:
    text = SOUND.replace("within: 3 working_days", "within: 30 working_days").replace(
        FORWARD, FORWARD.replace("reviews", "zz")
    )
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    text = text.replace(TIN, TIN + (f"      - {page}\n" if page else ""))
    text = text.replace("\ndocuments:", "".join(stages) + "\ndocuments:")
    return {"service.yaml": text.encode(), "licence.html": TEMPLATE.encode()}


NUMBER = field("n", "integer", 'required: true, constraint: "n >= 0 && n <= 9"')
CLEAN = field("clean", "yes_no")
DAY = field("day", "date", 'required: true, constraint: "day >= today"')

SOUND_WAYS: dict[str, tuple[tuple[str, ...], str]] = {
    "an officer's word that only some ways ask for": (
        (
            fork("zz", when("sector == 'food'", "look"), "{to: on}"),
            task("look", "on", CLEAN),
            fork("on", when("sector != 'food'", "reviews"), when("clean == true", "reviews"),
                 when("clean == false", "refused")),
        ),
        "",
    ),
    "a day that passes while the case waits": (
        (fork("zz", when("day < today", "refused"), when("day >= today", "reviews")),),
        DAY,
    ),
    "a circle that the applicant can leave": (
        (fork("zz", when("n == 9", "more"), "{to: reviews}"), asked("more", "zz", "n")),
        NUMBER,
    ),
    "a circle that an officer can leave": (
        (task("zz", "on", NUMBER), fork("on", when("n == 9", "zz"), "{to: reviews}")),
        "",
    ),
    "two who change answers, in any order": (
        (
            task("zz", "on", NUMBER),
            fork("on", when("n < 5 && years < 3", "reviews"), when("years == 3", "more"), "{to: reviews}"),
            asked("more", "zz", "years"),
        ),
        "",
    ),
    "a branch for what an applicant may change it to": (
        (asked("zz", "on", "years"), fork("on", when("years == 2", "reviews"), "{to: reviews}")),
        "",
    ),
    "a review that a choice before it makes sure of": (
        (
            fork("zz", when("sector == 'food'", "two"), "{to: reviews}"),
            review("two", "sector == 'food'"),
        ),
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("stages", "page"), SOUND_WAYS.values(), ids=SOUND_WAYS)
def test_what_cannot_be_met_is_neither_told_nor_doubted(stages: tuple[str, ...], page: str) -> None:
    assert changed(*stages, page=page) == []


Faulty = tuple[str, str, tuple[str, ...], str, tuple[tuple[str, str], ...]]
PAID_FIRST = (
    (FORWARD.replace("reviews", "zz"), FORWARD.replace("reviews", "payment")),
    ("    paid: issue", "    paid: zz"),
)
FAULTY_WAYS: dict[str, Faulty] = {
    "a gap that only the applicant's later answer opens": (
        "J306", "branches",
        (asked("zz", "on", field("extra", "integer", 'required: true, constraint: "extra >= 0 && extra <= 9"')),
         fork("on", when("extra < 5", "reviews"), when("extra > 5", "reviews"))),
        "", (),
    ),
    "a gap between what two officers say": (
        "J306", "branches",
        (task("zz", "next", NUMBER), task("next", "on", CLEAN),
         fork("on", when("n < 5", "reviews"), when("clean == true", "reviews"))),
        "", (),
    ),
    "a gap on a later day": (
        "J306", "branches",
        (task("zz", "on"), fork("on", when("day >= today", "reviews"))),
        DAY, (),
    ),
    "a gap behind a change that undoes the first branch's word": (
        "J306", "branches",
        (fork("zz", when("years == 3", "more"), "{to: reviews}"), asked("more", "on", "years"),
         fork("on", when("years == 3", "reviews"), when("years == 2", "reviews"))),
        "", (),
    ),
    "a circle of officers that no answer of theirs leaves": (
        "J303", "zz",
        (task("zz", "on", CLEAN), fork("on", when("n == 9", "zz"), "{to: reviews}")),
        NUMBER, (),
    ),
    "a fee that grows after it was paid": (
        "J308", "issue",
        (task("zz", "more"), asked("more", "reviews", "years")),
        "", (*PAID_FIRST, ("      approve: {label: {sw: Idhinisha, en: Approve}, to: payment}",
                           "      approve: {label: {sw: Idhinisha, en: Approve}, to: issue}"),
             ("uphold: {label: {sw: Kubali rufaa, en: Allow the appeal}, to: payment}",
              "uphold: {label: {sw: Kubali rufaa, en: Allow the appeal}, to: check}")),
    ),
    "a fee given back at a refusal and not asked for again": (
        "J308", "issue",
        (task("zz", "reviews"),),
        "", (*PAID_FIRST, ("      approve: {label: {sw: Idhinisha, en: Approve}, to: payment}",
                           "      approve: {label: {sw: Idhinisha, en: Approve}, to: issue}"),
             ("uphold: {label: {sw: Kubali rufaa, en: Allow the appeal}, to: payment}",
              "uphold: {label: {sw: Kubali rufaa, en: Allow the appeal}, to: issue}")),
    ),
    "a paper forgotten by an appeal": (
        "J309", "granted",
        (task("zz", "reviews"),),
        "", (("uphold: {label: {sw: Kubali rufaa, en: Allow the appeal}, to: payment}",
              "uphold: {label: {sw: Kubali rufaa, en: Allow the appeal}, to: granted}"),),
    ),
    "nobody reviews what an officer says no to": (
        "J310", "two",
        (task("zz", "two", CLEAN),
         review("two", "clean == true", "any")),
        "", (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTY_WAYS.values(), ids=FAULTY_WAYS)
def test_a_fault_on_some_way_is_told_once_with_a_story_that_fails(case: Faulty, tmp_path: Path) -> None:
    code, at, stages, page, changes = case
    files = _files(*stages, page=page, changes=changes)
    [finding] = check_files(files)
    assert finding.code == code
    line = files["service.yaml"].decode().splitlines()[finding.line - 1]
    assert line[finding.column - 1 :].startswith(at)
    _fails_at_its_end(finding, files, tmp_path)


def _fails_at_its_end(finding: Finding, files: dict[str, bytes], folder: Path) -> None:
    package = read_files(files).package
    assert package is not None
    assert finding.tale is not None
    [path] = write_stories([finding], folder)
    [fault] = run_story(package, read_story(path), path.name).faults
    assert f"step {len(finding.tale.steps)} " in fault
    wanted = {"J303": ("expected stage", "definition (stage"), "J306": ("definition (stage",),
              "J308": ("unpaid (stage",), "J309": ("found none issued",), "J310": ("expected stage",)}  # fmt: skip
    assert any(one in fault for one in wanted[finding.code]), fault
    for lang in ("sw", "en"):
        said = finding.in_language(lang)
        assert said.story is not None
        assert len(said.story.splitlines()) >= 2
    assert finding.in_language("sw").message != finding.in_language("en").message


def _with_stories() -> list[Mutant]:
    """A mutant of each operator of the ways whose fault comes with a story."""
    found: dict[str, Mutant] = {}
    for one in mutants():
        if OPERATORS[one.operator.name].apply.__module__.endswith(".ways") and one.operator.code != "J307":
            found.setdefault(one.operator.name, one)
    return [one for name, one in found.items() if not name.endswith("-must-pass") or name.startswith("one-")]


@pytest.mark.parametrize("mutant", _with_stories(), ids=lambda one: one.operator.name)
def test_a_broken_service_s_story_fails_as_it_tells(mutant: Mutant, tmp_path: Path) -> None:
    [finding] = [one for one in check_files(mutant.files) if not one.is_warning]
    _fails_at_its_end(finding, mutant.files, tmp_path)


def test_a_branch_never_taken_names_what_excludes_it() -> None:
    [found] = changed(fork("zz", when("n > 9", "refused"), "{to: reviews}"), page=NUMBER)
    assert found.code == "J307"
    assert "refused: n > 9; n: n >= 0 && n <= 9" in found.message
    [found] = changed(fork("zz", "{to: reviews}", when("n > 5", "refused"), when("n > 6", "lapsed")), page=NUMBER)
    assert found.code == "J307"
    assert "has no condition" in found.message


def test_a_branch_excluded_only_on_the_day_of_applying_is_no_finding() -> None:
    assert changed(task("zz", "on"), fork("on", when("day < today", "refused"), "{to: reviews}"), page=DAY) == []


DEARER_TOMORROW = "years_between(timestamp('2000-03-03T00:00:00+03:00'), today) * 1000"
PAID_LATER = """story: {sw: Analipa siku iliyofuata, en: Paid a day later}
today: 2026-03-02
steps:
  - apply: {nin: "19000101-00000-00000-01", full_name: Asha Juma, tin: "100-100-100", business_name: Duka, sector: shop,
            place: "23101", years: 1, lease: a.pdf}
  - {as: trade-officer, do: forward}
  - {as: planning-officer, review: planning, pass: true}
  - {as: director, do: approve}
  - expect: {stage: payment, bill: 25000}
  - wait: 2 days
  - pay: all
  - expect: {stage: granted, document: licence}
"""


def test_what_was_billed_stands_however_many_days_pass_until_it_is_paid(tmp_path: Path) -> None:
    text = SOUND.replace("years * 2000", DEARER_TOMORROW)
    files = {"service.yaml": text.encode(), "licence.html": TEMPLATE.encode()}
    assert check_files(files) == []
    package = read_files(files).package
    assert package is not None
    story = tmp_path / "late.yaml"
    story.write_text(PAID_LATER)
    result = run_story(package, read_story(story), story.name)
    assert result.faults == ()
