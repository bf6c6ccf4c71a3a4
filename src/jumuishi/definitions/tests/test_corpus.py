"""Each broken package brings the one finding that its operator says, at its line.

Each operator breaks one service here, three in `python -m bench check`.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from jumuishi.definitions.tests.corpus.mutants import all_operators, mutants, mutants_of
from jumuishi.definitions.tests.corpus.outcome import outcome

pytestmark = pytest.mark.slow

OPERATORS = all_operators()
TABLE = Path(__file__).parents[4] / "docs" / "reference" / "definition.md"


@pytest.mark.parametrize("name", OPERATORS)
def test_a_broken_package_is_told_so_once_at_its_place(name: str) -> None:
    outcomes = [outcome(one) for one in mutants_of(OPERATORS[name])[:1]]
    assert outcomes, "it breaks no service that ships"
    missed = [str(one) for one in outcomes if not one.caught]
    assert not missed, "\n".join(missed)


def test_the_corpus_is_broad() -> None:
    made = mutants()
    assert len(made) >= 550
    assert len({one.name for one in made}) == len(made)
    assert all(one.about.endswith(".") for one in OPERATORS.values())
    codes = Counter(one.operator.code for one in made)
    told = set(re.findall(r"^\| (J[0-9]{3}) \|", TABLE.read_text(), re.MULTILINE))
    assert told <= set(codes), f"no operator breaks: {sorted(told - set(codes))}"
    assert set(Counter(one.service for one in made)) == {one.name for one in (TABLE.parents[2] / "services").iterdir()}
