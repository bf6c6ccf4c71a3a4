"""One form of JSON: the fast way writes what the library of RFC 8785 writes."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.kernel.canonical import canonical

LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text() | st.floats(allow_nan=False)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5)
)


def told(write: Any, value: Any) -> Any:
    """What is written, or that nothing is."""
    try:
        return write(value)
    except ValueError:
        return "refused"


@given(VALUES)
def test_as_the_library_writes_it(value: Any) -> None:
    assert told(canonical, value) == told(rfc8785.dumps, value)


@pytest.mark.parametrize(
    "value", ['\x00\x1f\x7f\u2028\u0661"\\\b\f\n\r\t/', {"\ue000": 1, "\U00010000": 2}, 1.0, 1e21, 2**53, -0.0, True]
)
def test_where_ways_of_writing_part(value: Any) -> None:
    assert told(canonical, value) == told(rfc8785.dumps, value)


def test_half_a_letter_is_refused() -> None:
    for value in ("\ud800", {"\ud800": 1}):
        assert told(canonical, value) == told(rfc8785.dumps, value) == "refused"
