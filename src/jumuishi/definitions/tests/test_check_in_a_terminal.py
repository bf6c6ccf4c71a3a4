"""What `service check` prints: lines for programs when piped, the file's own lines for a person in a terminal."""

import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.definitions.author import terminal
from jumuishi.definitions.author.excerpt import excerpt
from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.cli import service_check
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.tests.test_check import SOUND, TEMPLATE
from jumuishi.kernel.text import LANGUAGES

BROKEN = SOUND.replace("role: health-officer,", "role: nurse,").replace("format: 1", "format: 1\nwidgets: 2")
FAULT = Finding("service.yaml", 2, 3, "J301", "the stage 'x' does not exist")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    (tmp_path / "service.yaml").write_text(BROKEN)
    (tmp_path / "licence.html").write_text(TEMPLATE)
    return tmp_path


def test_piped_it_is_one_line_a_finding(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = check_files({"service.yaml": BROKEN.encode(), "licence.html": TEMPLATE.encode()})
    assert len(found) > 1
    assert service_check([str(broken), "--lang", "en"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{one.file}:{one.line}:{one.column} {one.code} {one.message}" for one in found
    ]
    assert service_check([str(broken), "--format", "json", "--lang", "en"]) == 1
    assert json.loads(capsys.readouterr().out) == [one.as_data() for one in found]


def test_some_codes_alone_are_shown_and_the_exit_is_of_all(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert service_check([str(broken), "--lang", "en", "--only", "j0"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(" J0" in one for one in lines)
    assert service_check([str(broken), "--format", "json", "--only", "J401, J0"]) == 1
    assert {one["code"] for one in json.loads(capsys.readouterr().out)} == {"J002", "J401"}
    assert service_check([str(broken), "--only", "J999"]) == 1
    assert capsys.readouterr().out == ""


def test_a_long_sentence_of_a_story_is_wrapped_and_stays_indented() -> None:
    told = replace(FAULT, story="Asha applies with " + "and ".join(["one thing "] * 30) + "\nThen nothing.")
    said = terminal.full([told], {"service.yaml": b"a: 1\nb: 2\n"}, lang="en", colour=False, width=60).splitlines()
    story = [line for line in said if line.startswith("    ") and "|" not in line]
    assert len(story) > 4
    assert max(map(len, story)) <= 60
    assert story[0].startswith("    Asha")
    assert all(one.startswith("      ") for one in story[1:-1])
    assert story[-1] == "    Then nothing."
    assert len(terminal.plain([told]).splitlines()) == 3, "programs get a line a sentence"


def test_in_full_each_finding_shows_its_line_with_a_caret_under_the_column(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert service_check([str(broken), "--format", "full", "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "\x1b" not in said
    lines = said.splitlines()
    at = lines.index("  2 | widgets: 2")
    assert lines[at - 2].startswith("service.yaml:2:1 J002 ")
    assert lines[at + 1] == "    | ^"
    nurse = next(n for n, line in enumerate(lines) if "role: nurse" in line and "|" in line)
    assert lines[nurse].index("role: nurse") == lines[nurse + 1].index("^")
    found = check_files({"service.yaml": BROKEN.encode(), "licence.html": TEMPLATE.encode()})
    assert lines[-1] == f"Faults: {len(found)}."


def test_a_story_stands_indented_below_and_warnings_are_counted() -> None:
    told = replace(FAULT, story="1. Asha applies\n2. Nobody answers")
    files = {"service.yaml": b"a: 1\nb: 2\n"}
    said = terminal.full([told, replace(FAULT, code="W301")], files, lang="sw", colour=True)
    assert "\n    1. Asha applies\n    2. Nobody answers\n" in said
    assert "\x1b[31mJ301" in said
    assert "\x1b[33mW301" in said
    assert "Makosa: 1. Maonyo: 1." in said
    assert terminal.plain([told]).endswith("\n    1. Asha applies\n    2. Nobody answers\n")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_many_findings_are_counted_by_code_in_words(lang: str) -> None:
    found = [replace(FAULT, line=line) for line in range(1, 13)] + [
        replace(FAULT, code="J103"),
        replace(FAULT, code="W103"),
    ]
    files = {"service.yaml": b"a: 1\n" * 20}
    said = terminal.full(found, files, lang=lang, colour=False).rstrip("\n").split("\n")
    assert [one.split()[:2] for one in said[-3:]] == [["1", "J103"], ["12", "J301"], ["1", "W103"]]
    assert terminal.title("J301", lang) in said[-2]
    assert terminal.full(found[:5], files, lang=lang, colour=False).rstrip("\n").split("\n")[-1].endswith(": 5.")


def test_every_code_has_its_words() -> None:
    table = Path(__file__).parents[4] / "docs" / "reference" / "definition.md"
    codes = set(re.findall(r"J[0-9]{3}", table.read_text()))
    assert len(codes) >= 38
    for code in sorted(codes):
        assert terminal.title(code, "sw") != terminal.title(code, "en")


@pytest.mark.slow
@pytest.mark.parametrize("no_colour", [True, False])
def test_a_real_terminal_gets_colour_unless_it_is_not_wanted(broken: Path, no_colour: bool) -> None:
    leader, follower = pty.openpty()
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    with subprocess.Popen(
        [str(Path(sys.executable).parent / "jumuishi"), "service", "check", str(broken)],
        stdout=follower,
        env={**env, **({"NO_COLOR": "1"} if no_colour else {})},
    ) as ran:
        os.close(follower)
        said = b""
        try:
            while part := os.read(leader, 4096):
                said += part
        except OSError:
            pass  # the terminal is gone: that is all of it
        assert ran.wait(20) == 1
    os.close(leader)
    assert b"widgets: 2" in said
    assert (b"\x1b[" in said) is not no_colour


def test_a_long_line_is_cut_round_the_fault_and_nothing_steers_the_terminal() -> None:
    line = "x" * 500 + "\x1b[31m\u202e" + "中!" + "y" * 500
    at = Finding("service.yaml", 1, line.index("!") + 1, "J001", "wrong")
    (shown,) = excerpt({"service.yaml": line.encode()}, at, width=40)
    assert len(shown.text) == 40
    assert shown.text.isprintable()
    assert shown.caret is not None
    # the sign before it takes two columns
    assert shown.text.index("!") == shown.caret - 1
    assert shown.parts[1] == "!"
    assert "".join(shown.parts) == shown.text


@given(st.binary(max_size=200), st.integers(0, 50), st.integers(0, 300), st.integers(1, 60))
def test_any_file_and_any_place_can_be_shown(content: bytes, line: int, column: int, width: int) -> None:
    for one in excerpt({"service.yaml": content}, Finding("service.yaml", line, column, "J001", ""), width=width):
        assert one.text == "" or one.text.isprintable()
        assert len(one.text) <= width
        assert "".join(one.parts) == one.text
