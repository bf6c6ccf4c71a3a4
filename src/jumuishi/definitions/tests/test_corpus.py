"""Each broken package brings the one finding that its operator says, at its line; what is awaited is not yet caught."""

import re
from collections import Counter
from pathlib import Path

import pytest

from jumuishi.definitions.tests.corpus.mutants import OPERATORS, mutants
from jumuishi.definitions.tests.corpus.outcome import AWAITED, is_awaited, outcome

pytestmark = pytest.mark.slow

MUTANTS = mutants()
TABLE = Path(__file__).parents[4] / "docs" / "reference" / "definition.md"


@pytest.mark.parametrize("name", OPERATORS)
def test_a_broken_package_is_told_so_once_at_its_place(name: str) -> None:
    outcomes = [outcome(one) for one in MUTANTS if one.operator.name == name]
    assert outcomes, "it breaks no service that ships"
    missed = [str(one) for one in outcomes if not one.caught]
    if is_awaited(OPERATORS[name]):
        assert missed, f"{name} is caught: take it out of AWAITED"
    else:
        assert not missed, "\n".join(missed)


def test_the_corpus_is_broad() -> None:
    assert len(MUTANTS) >= 220
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)
    assert all(OPERATORS[name].code == code for code, names in AWAITED.items() for name in names)
    assert all(one.about.endswith(".") for one in OPERATORS.values())
    codes = Counter(one.operator.code for one in MUTANTS)
    told = set(re.findall(r"^\| (J[0-9]{3}) \|", TABLE.read_text(), re.MULTILINE))
    assert told <= set(codes), f"no operator breaks: {sorted(told - set(codes))}"
    assert set(Counter(one.service for one in MUTANTS)) == {
        one.name for one in (TABLE.parents[2] / "services").iterdir()
    }
