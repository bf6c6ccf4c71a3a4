"""Sound definitions bring no finding, and hardly a warning: 60 here, 300 in `python -m bench check`."""

from collections import Counter

import pytest

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.read.package import read_files
from jumuishi.definitions.tests.corpus.sound.counted import checked, large

pytestmark = pytest.mark.slow


def test_a_sound_definition_brings_no_finding() -> None:
    outcomes = checked(60)
    assert len(outcomes) >= 60
    faults = [f"{one}\n{text}" for found, text in outcomes for one in found if not one.is_warning]
    assert not faults, faults[0]
    warned = sum(any(one.is_warning for one in found) for found, _ in outcomes)
    assert warned <= len(outcomes) * 0.02, Counter(one.code for found, _ in outcomes for one in found)


def test_they_are_of_varied_shape() -> None:
    texts = [text for _, text in checked(60)]
    for word in ("relevant:", "constraint:", "calculation:", "repeat:", "when:", "appeal:", "not_by:", "kind: review",
                 "kind: choice", "kind: applicant", "kind: payment", "default:", "retention:", "claims:"):  # fmt: skip
        assert sum(word in text for text in texts) >= 6, f"few of them have {word}"
    assert len({text.count("\n") for text in texts}) > 30


def test_one_larger_than_any_that_people_write() -> None:
    files = large()
    package = read_files(files).package
    assert package is not None
    assert len(package.all_fields()) >= 300
    assert len(package.stages) >= 60
    assert [one for one in check_files(files) if not one.is_warning] == []
