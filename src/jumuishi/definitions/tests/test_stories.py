"""Authors' stories: those that ship hold, those that do not hold say where."""

import re
from pathlib import Path

import pytest

from jumuishi.definitions.machine import step as machine
from jumuishi.definitions.machine.acts import Refused
from jumuishi.definitions.stories.cli import service_test
from jumuishi.definitions.stories.run import run_stories
from jumuishi.definitions.tests.driving import SERVICES, shipped
from jumuishi.kernel.text import t

START = """story: {sw: Hadithi, en: A story}
settings: {letter_fee: 1000, letter_days: 2, valid_months: 3, answer_days: 14, payment_days: 30, appeal_days: 30}
steps:
  - apply: {full_name: Asha Juma, has_nin: true, nin: "19000101-00000-00000-01", place: "23101", street: Amani,
            lived_years: 4, office: ward, purpose: bank, recipient: Meneja}
"""


@pytest.mark.parametrize("name", sorted(one.parent.name for one in SERVICES.glob("*/service.yaml")))
def test_shipped_stories_hold(name: str) -> None:
    results = run_stories(shipped(name), SERVICES / name)
    assert len(results) >= 3
    assert [one.faults for one in results if not one.holds] == []
    assert all(set(one.story) == {"sw", "en"} for one in results)


@pytest.mark.parametrize(("step", "says"), [
    ("expect: {stage: sign}", "expected stage sign, found confirm"),
    ("expect: {due: 5 working_hours}", "expected due 5 working_hours, found 4 working_hours"),
    ("expect: {bill: 5}", "expected bill 5, found 0"),
    ("expect: {document: letter}", "expected document letter, found none issued"),

    ("{as: street-officer, do: confirm}", "refused: answers (known_by required)"),
    ("{as: baraka, do: confirm, set: {known_by: visit}}", "refused: not_role"),
    ("{as: street-officer, do: confirm, set: {known_by: visit}, refused: true}", "should have said no"),
    ("wait: soon", "not a span of time: soon"),
    ("pay: all", "refused: no_money"),

])  # fmt: skip
def test_a_story_that_does_not_hold_says_which_step_and_why(tmp_path: Path, step: str, says: str) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "one.yaml").write_text(f"{START}  - {step}\n", encoding="utf-8")
    [result] = run_stories(shipped("introduction-letter"), tmp_path)
    assert not result.holds
    assert result.faults[0].startswith("one.yaml:6: step 2")
    assert says in result.faults[0]


def test_an_unreadable_story_is_a_fault_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "one.yaml").write_text("story: {sw: [\n", encoding="utf-8")
    [result] = run_stories(shipped("introduction-letter"), tmp_path)
    assert not result.holds
    assert result.faults[0].startswith("one.yaml:")


def test_the_same_moment_in_another_unit_is_the_same_due_time(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "one.yaml").write_text(f"{START}  - expect: {{due: 4 hours}}\n", encoding="utf-8")
    assert run_stories(shipped("introduction-letter"), tmp_path)[0].holds


@pytest.mark.parametrize(("lang", "word"), [("sw", "imetimia"), ("en", "holds")])
def test_the_command_prints_a_line_a_story_and_exits_by_them(
    lang: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert service_test([str(SERVICES / "business-licence"), "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(list((SERVICES / "business-licence" / "tests").glob("*.yaml"))) + 1
    assert all(line.startswith(word) for line in lines[:3])


def test_the_command_fails_with_the_story_that_does_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tests").mkdir()
    source = SERVICES / "introduction-letter" / "service.yaml"
    (tmp_path / "service.yaml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    assert service_test([str(tmp_path)]) == 1
    (tmp_path / "tests" / "one.yaml").write_text(f"{START}  - expect: {{stage: sign}}\n", encoding="utf-8")
    assert service_test([str(tmp_path)]) == 1
    assert "HAIKUTIMIA  one.yaml:6" in capsys.readouterr().out
    assert service_test([str(tmp_path / "none")]) == 2


def test_every_refusal_has_its_words() -> None:
    folder = Path(machine.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'Refused\("([a-z_]+)"', source)) | {"message_missing", "reason_missing"}
    assert len(codes) > 20
    for code in codes:
        assert all(t(Refused(code).key, lang) for lang in ("sw", "en"))
