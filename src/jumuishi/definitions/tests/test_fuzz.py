"""Nothing that is handed in brings a crash or a hang: 200 cases here, 20,000 in `python -m bench check --fuzz`."""

import pytest

from jumuishi.definitions.tests.corpus.rubbish import KINDS, case
from jumuishi.definitions.tests.corpus.watched import watch

pytestmark = pytest.mark.slow

ONCE_AT_FAULT: tuple[int, ...] = (5018, 12238, 12256, 12328)
"""Cases that were a crash or a hang once."""


def test_rubbish_is_answered_in_time() -> None:
    found = watch([*ONCE_AT_FAULT, *range(1, 201)])
    assert found.faults == []
    assert found.done == 200 + len(ONCE_AT_FAULT)
    assert set(found.kinds) == {one.__name__ for one in KINDS} | {"megabytes"}
    assert found.answers["findings"] > 80
    assert found.answers["sound"] < 50


def test_a_case_is_made_from_its_number_alone() -> None:
    assert [case(number) for number in range(40)] == [case(number) for number in range(40)]
