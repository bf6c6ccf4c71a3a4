"""300 sound definitions bring no finding, and fewer than one in fifty a warning.

What the solver leaves undecided hangs on its own measure of work, not on a clock: it is the same on every machine.
"""

import pytest

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.read.package import read_files
from jumuishi.definitions.tests.corpus.sound.counted import checked, large

pytestmark = pytest.mark.slow


MADE = 300


def test_a_sound_definition_brings_no_finding() -> None:
    outcomes = checked(MADE)
    assert len({text for _, text in outcomes}) == MADE
    faults = [f"{one}\n{text}" for found, text in outcomes for one in found if not one.is_warning]
    assert not faults, faults[0]


def test_few_of_them_bring_a_warning() -> None:
    warned = [found for found, _ in checked(MADE) if found]
    assert len(warned) < 0.02 * MADE, "\n".join(str(one) for found in warned for one in found)


def test_they_are_of_varied_shape() -> None:
    texts = [text for _, text in checked(MADE)]
    for word in ("relevant:", "constraint:", "calculation:", "repeat:", "when:", "appeal:", "not_by:", "kind: review",
                 "kind: choice", "kind: applicant", "kind: payment", "default:", "retention:", "claims:"):  # fmt: skip
        assert sum(word in text for text in texts) >= MADE // 10, f"few of them have {word}"
    assert len({text.count("\n") for text in texts}) > 20


def test_one_larger_than_any_that_people_write() -> None:
    files = large()
    package = read_files(files).package
    assert package is not None
    assert len(package.all_fields()) >= 300
    assert len(package.stages) >= 60
    assert [one for one in check_files(files) if not one.is_warning] == []
