"""Whatever the checker says it says in Kiswahili too."""

import csv
import re
from pathlib import Path

import pytest

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.messages import in_kiswahili
from jumuishi.definitions.tests.corpus.mutants import mutants
from jumuishi.definitions.tests.test_check import SOUND, TEMPLATE
from jumuishi.definitions.tests.test_rules_of_the_format import ROWS, STORY, WHERE

pytestmark = pytest.mark.slow
TABLE = Path(__file__).parents[1] / "messages.csv"


def test_both_languages_have_the_same_blanks() -> None:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) > 140
    for row in rows:
        assert set(row) == {"en", "sw"}, row
        assert sorted(re.findall(r"\{[a-z]\}", row["en"])) == sorted(set(re.findall(r"\{[a-z]\}", row["sw"]))), row


def files_of(changes: list[tuple[str, str]]) -> dict[str, bytes]:
    """The sample package with a row's changes."""
    files = {"service.yaml": SOUND, "licence.html": TEMPLATE, "tests/food.yaml": STORY}
    for old, new in changes:
        part, _, rest = old.partition(":")
        name, old = (WHERE[part], rest) if part in WHERE else ("service.yaml", old)
        files[name] = files[name].replace(old, new.replace("¦", ""), 1)
    return {name: text.encode() for name, text in files.items()}


def test_every_message_of_the_corpus_is_there_in_kiswahili() -> None:
    said = {one.message for mutant in mutants() for one in check_files(mutant.files, solving=False)}
    said |= {one.message for _, changes, _ in ROWS for one in check_files(files_of(changes), solving=False)}
    missing = sorted(message for message in said if in_kiswahili(message) is None)
    assert len(said) > 150
    assert not missing, "\n".join(missing)


def test_a_sentence_within_a_sentence() -> None:
    found = in_kiswahili("the expression stops too early (at sign 9)")
    assert found == "Usemi umeishia njiani (herufi ya 9)"
