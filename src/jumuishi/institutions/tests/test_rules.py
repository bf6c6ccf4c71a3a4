"""Names that a hurried reader takes for another's."""

import pytest

from jumuishi.institutions.rules import look_alikes

REAL = "Halmashauri ya Wilaya ya Mfano"


@pytest.mark.parametrize("name", [REAL, REAL.upper(), REAL.replace("o", "0"), REAL.replace("a", "а")])  # Cyrillic
def test_a_look_alike_is_flagged(name: str) -> None:
    assert look_alikes(name, [REAL]) == [REAL]


def test_another_name_is_not() -> None:
    assert look_alikes("Chuo cha Ufundi", [REAL]) == []
