"""Whoever follows a tutorial step by step sees what it says, in either language."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from jumuishi.definitions.tests.tutorials import NAMES, blocks, commands, write_files

pytestmark = pytest.mark.slow
JUMUISHI = Path(sys.executable).parent / "jumuishi"


def run(command: str, where: Path) -> str:
    words = command.split()
    program = [str(JUMUISHI)] if words[0] == ".venv/bin/jumuishi" else words[:1]
    env = {**os.environ, "COLUMNS": "100"}
    return subprocess.run([*program, *words[1:]], cwd=where, capture_output=True, text=True, env=env).stdout


@pytest.mark.parametrize("name", NAMES)
def test_each_command_says_what_the_tutorial_shows(name: str, tmp_path: Path) -> None:
    write_files(name, tmp_path)
    given = [(block, shown) for block, shown in commands(name) if block.about != "add"]
    assert len(given) == 5
    for block, shown in given:
        said = run(block.text, tmp_path)
        if shown:
            assert said == shown, block.text
    assert etree.parse(tmp_path / "stall.svg").getroot().get("role") == "img"


@pytest.mark.parametrize("name", NAMES)
def test_the_fault_that_its_reader_makes_is_shown_as_it_is_told(name: str, tmp_path: Path) -> None:
    write_files(name, tmp_path)
    definition = tmp_path / "stall" / "service.yaml"
    definition.write_text(definition.read_text().replace("to: question,", "to: questions,"))
    [broken] = [block for block in blocks(name) if block.about == "broken"]
    check = next(block.text for block, _ in commands(name) if " check " in block.text)
    told, said = broken.text.splitlines(), run(check, tmp_path).splitlines()
    place = re.match(r"\S+ J\d+ ", told[0])
    assert place is not None
    assert said[0].startswith(place[0])
    assert said[1:] == told[1:]


def test_both_tutorials_write_the_same_service() -> None:
    one, other = ([block for block in blocks(name) if block.kind in ("yaml", "html")] for name in NAMES)
    assert one == other
    assert len(one) == 4


@pytest.mark.parametrize("name", NAMES)
def test_a_story_that_expects_otherwise_is_told_apart(name: str, tmp_path: Path) -> None:
    write_files(name, tmp_path)
    story = tmp_path / "stall" / "tests" / "silent.yaml"
    story.write_text(story.read_text().replace("stage: lapsed", "stage: refused"))
    said = run(next(block.text for block, _ in commands(name) if " test " in block.text), tmp_path)
    assert "silent.yaml:6" in said
    assert "expected stage refused, found lapsed" in said
