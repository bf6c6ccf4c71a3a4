"""What the solver finds: every shipped service sound, every story of a finding failing as told, guards respected."""

import json
from pathlib import Path

import pytest

from jumuishi.definitions.check.package import check, check_files
from jumuishi.definitions.cli import service_check
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.model import Expression, Field
from jumuishi.definitions.read.package import read_files
from jumuishi.definitions.solve.layout import Layout
from jumuishi.definitions.solve.world import Impossible, Possible, Undecided, World
from jumuishi.definitions.stories.read import read_story
from jumuishi.definitions.stories.run import run_story
from jumuishi.definitions.stories.write import story_text, write_stories
from jumuishi.definitions.tests.corpus.mutants import OPERATORS, Mutant, mutants
from jumuishi.definitions.tests.test_check import SOUND, TEMPLATE
from jumuishi.definitions.tests.test_solve_expressions import A, package

pytestmark = pytest.mark.slow
SERVICES = Path(__file__).parents[4] / "services"
TOLD = ("J103", "J203", "J501")
NEVER = ("J201", "J202", "J204")
FIRST = "      - {name: tin, type: tax_id, label: {sw: TIN, en: TIN}, required: true}\n"


def one_of_each(codes: tuple[str, ...]) -> list[Mutant]:
    """A mutant of each operator that needs the solver."""
    found: dict[str, Mutant] = {}
    for one in mutants():
        if one.operator.code in codes and OPERATORS[one.operator.name].apply.__module__.endswith(
            (".answers", ".within_stages")
        ):
            found.setdefault(one.operator.name, one)
    return list(found.values())


def with_fields(*fields: str, **changes: str) -> list[Finding]:
    """The sample package with more questions on its first page."""
    text = SOUND.replace(FIRST, FIRST + "".join(f"      - {one}\n" for one in fields))
    for old, new in changes.items():
        text = text.replace(old, new)
    return check_files({"service.yaml": text.encode(), "licence.html": TEMPLATE.encode()})


def number(name: str, rest: str) -> str:
    return f"{{name: {name}, type: integer, label: {{sw: A, en: B}}, {rest}}}"


@pytest.mark.parametrize("folder", sorted(SERVICES.iterdir()), ids=lambda one: one.name)
def test_no_shipped_service_has_a_finding_or_a_doubt(folder: Path) -> None:
    assert check(folder) == []


@pytest.mark.parametrize("mutant", one_of_each(TOLD), ids=lambda one: one.operator.name)
def test_a_finding_s_story_fails_as_it_tells(mutant: Mutant, tmp_path: Path) -> None:
    [finding] = [one for one in check_files(mutant.files) if not one.is_warning]
    sound = read_files(mutant.files).package
    assert sound is not None
    assert finding.tale is not None
    [path] = write_stories([finding], tmp_path)
    result = run_story(sound, read_story(path), path.name)
    assert not result.holds
    [fault] = result.faults
    steps = len(finding.tale.steps)
    assert f"step {steps} " in fault, "it fails at its last step"
    wanted = {"J103": ("has no value", "definition", "constraint"), "J203": ("required",), "J501": ("is -",)}
    assert any(word in fault for word in wanted[finding.code]), fault
    for lang in ("sw", "en"):
        said = finding.in_language(lang)
        assert said.story is not None
        assert len(said.story.splitlines()) >= 2
    assert finding.in_language("sw").message != finding.in_language("en").message


@pytest.mark.parametrize("mutant", one_of_each(NEVER), ids=lambda one: one.operator.name)
def test_never_names_the_conditions_that_exclude_each_other(mutant: Mutant) -> None:
    [finding] = [one for one in check_files(mutant.files) if not one.is_warning]
    line = mutant.files["service.yaml"].decode().splitlines()[finding.line - 1]
    told = finding.message.partition("exclude each other: ")[2]
    assert told
    assert any(part.partition(": ")[2].strip(".") in line for part in told.split("; "))
    assert finding.tale is None


GUARDED = {
    "null first": ('relevant: "zz != null && zz > 3"', ""),
    "null last": ('relevant: "zz > 3 || zz == null"', ""),
    "a choice of two": ('relevant: "(zz == null ? 0 : zz) > 3"', ""),
    "a divisor": ('relevant: "zz != null && zz != 0 && 10 / zz > 3"', ""),
    "a constraint of its own": ("constraint: \"full_name == 'x' || size(full_name) > 2\"", ""),
    "asked of the same": ('relevant: "zz != null", constraint: "zz2 > zz"', ""),
    "a day": ('relevant: "add_months(today, 12).getFullYear() > 2020"', ""),
}


@pytest.mark.parametrize("rest", [one for one, _ in GUARDED.values()], ids=GUARDED)
def test_what_is_guarded_is_no_finding(rest: str) -> None:
    assert with_fields(number("zz", 'constraint: "zz >= -5 && zz <= 50"'), number("zz2", rest)) == []


def test_one_cause_is_one_finding() -> None:
    """A calculation that fails, what is reckoned from it, and a fee of that."""
    found = with_fields(
        number("zz", "required: false"),
        '{name: zz1, type: calculate, calculation: "zz + 1"}',
        '{name: zz2, type: calculate, calculation: "zz1 + 1"}',
        number("zz3", 'relevant: "zz2 > 3"'),
    )
    assert [(one.code, "zz + 1" in (one.story or "")) for one in found] == [("J103", True)]


def test_a_fee_of_an_officer_s_answer_is_sound_where_the_officer_must_give_it() -> None:
    field = (
        'fields: [{name: zz, type: integer, label: {sw: A, en: B}, required: true, constraint: "zz >= 0 && zz <= 9"}]'
    )
    at = "    role: trade-officer\n"
    amount = 'amount: "years * 2000"'
    assert amount in SOUND
    sound = SOUND.replace(at, at + f"    {field}\n", 1).replace(amount, 'amount: "zz * 2000"')
    files = {"licence.html": TEMPLATE.encode()}
    assert check_files({**files, "service.yaml": sound.encode()}) == []
    broken = sound.replace('required: true, constraint: "zz >= 0', 'constraint: "zz >= 0')
    [finding] = check_files({**files, "service.yaml": broken.encode()})
    assert finding.code == "J103"
    assert finding.tale is not None
    assert "apply" in finding.tale.steps[0]


def test_what_cannot_be_decided_is_a_warning_that_names_it() -> None:
    """Four squares: the solver has no end of them in its time."""
    some = [Field(name, "integer", A, required=True) for name in ("p", "q", "r")]
    world = World(package(*some), each=20_000)
    hard = Expression("p > 0 && q > 0 && r > 0 && p * p * p + q * q * q == r * r * r && p < 100000 && q < 100000")
    found = world.ask(world.holds(hard, world.first))
    assert isinstance(found, Undecided)
    assert found.about == (hard,)
    assert found.why == "time"


def test_a_later_moment_keeps_what_was_not_changed() -> None:
    first = Field("n", "integer", A, required=True, constraint=Expression("n > 5"))
    world = World(package(first, Field("half", "calculate", calculation=Expression("n / 2"))))
    later = world.later(world.first, {"n"})
    assert isinstance(world.ask(world.holds(Expression("half < 3"), later), [world.first, later]), Impossible)
    ten, fifty = Expression("n == 10"), Expression("half == 50")
    moved = world.all(
        [world.holds(Expression("n == 10"), world.first), world.holds(Expression("half == 50"), later, 1)]
    )
    assert isinstance(world.ask(moved, [world.first, later]), Possible)
    same = world.later(world.first)
    kept = world.all([world.holds(ten, world.first), world.holds(fifty, same, 1)])
    assert isinstance(world.ask(kept, [world.first, same]), Impossible)


def test_the_command_writes_stories_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "service"
    folder.mkdir()
    bad = number("zz", "required: false") + '\n      - {name: zz1, type: calculate, calculation: "zz + 1"}'
    (folder / "service.yaml").write_text(SOUND.replace(FIRST, FIRST + f"      - {bad}\n"))
    (folder / "licence.html").write_text(TEMPLATE)
    assert service_check([str(folder), "--lang", "en", "--write-stories", str(folder / "tests")]) == 1
    assert "J103 For some answers" in capsys.readouterr().out
    assert service_check([str(folder), "--format", "json"]) == 1
    [told] = json.loads(capsys.readouterr().out)
    assert told["code"] == "J103"
    assert told["message"].startswith("Kwa baadhi ya majibu")
    assert "Mwombaji" in told["story"] or "mwombaji" in told["story"]
    [path] = (folder / "tests").glob("*.yaml")
    assert path.read_text().startswith("# service.yaml:")
    assert [one.code for one in check(folder)] == ["J103"], "the story is an author's story like any other"


def test_a_layout_knows_what_hangs_on_what() -> None:
    made = package(
        Field("n", "integer", A),
        Field("c", "calculate", calculation=Expression("n + setting.x")),
        Field("m", "money", A),
    )
    assert Layout(made).mentions(Expression("c > 1")) == {"n", "c", "setting.x"}
    assert story_text(Finding("service.yaml", 1, 1, "J201", "x")) == ""
