"""Sound definitions bring no finding: 40 here, 300 in `python -m bench check`, which counts warnings too.

Warnings are not counted here: in the same seconds the solver decides less on a busy machine.
"""

import pytest

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.read.package import read_files
from jumuishi.definitions.tests.corpus.sound.counted import checked, large

pytestmark = pytest.mark.slow


def test_a_sound_definition_brings_no_finding() -> None:
    outcomes = checked(40)
    assert len(outcomes) == 40
    faults = [f"{one}\n{text}" for found, text in outcomes for one in found if not one.is_warning]
    assert not faults, faults[0]


def test_they_are_of_varied_shape() -> None:
    texts = [text for _, text in checked(40)]
    for word in ("relevant:", "constraint:", "calculation:", "repeat:", "when:", "appeal:", "not_by:", "kind: review",
                 "kind: choice", "kind: applicant", "kind: payment", "default:", "retention:", "claims:"):  # fmt: skip
        assert sum(word in text for text in texts) >= 4, f"few of them have {word}"
    assert len({text.count("\n") for text in texts}) > 20


def test_one_larger_than_any_that_people_write() -> None:
    files = large()
    package = read_files(files).package
    assert package is not None
    assert len(package.all_fields()) >= 300
    assert len(package.stages) >= 60
    assert [one for one in check_files(files) if not one.is_warning] == []
