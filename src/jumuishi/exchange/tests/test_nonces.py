"""No message counts twice, in bounded room, whatever the clock does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.signing.base import PURPOSE
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.signing.nonces import NonceWindow
from jumuishi.exchange.tests.nodes import (
    NOW,
    WINDOW,
    asked,
    believed,
    changed,
    refused,
)


def test_nothing_counts_twice_and_a_forgery_uses_up_no_nonce() -> None:
    nonces = NonceWindow(WINDOW.remember, 10)
    assert refused(changed(asked(), PURPOSE, "tax"), nonces=nonces) is Flaw.SIGNATURE
    believed(asked(), nonces=nonces)
    assert refused(asked(), nonces=nonces) is Flaw.REPLAYED
    believed(asked(key="council-ed"), nonces=nonces)
    assert len(nonces) == 2


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 90)), max_size=60))
def test_within_a_signatures_life_no_nonce_is_admitted_twice_in_bounded_room(steps: list[tuple[int, int]]) -> None:
    window, at, admitted = NonceWindow(WINDOW.remember, 8), NOW, dict[str, int]()
    for number, step in steps:
        at, nonce = at + step, f"n{number}"
        try:
            window.admit("k", nonce, at)
        except NotBelieved as error:
            assert error.flaw in (Flaw.REPLAYED, Flaw.WINDOW_FULL)  # noqa: PT017
            assert error.flaw is not Flaw.WINDOW_FULL or len(window) == 8  # noqa: PT017
        else:
            assert nonce not in admitted or at - admitted[nonce] > WINDOW.remember
            admitted[nonce] = at
        assert len(window) <= 8


def test_a_full_window_lets_nobody_in_and_shuts_out_only_the_sender() -> None:
    window = NonceWindow(100, 2)
    for nonce in ("a", "b"):
        window.admit("k", nonce, NOW)
    with pytest.raises(NotBelieved, match="window_full"):
        window.admit("k", "c", NOW + 100)
    window.admit("other", "c", NOW + 100)
    window.admit("k", "c", NOW + 101)


def test_a_clock_that_jumped_and_is_set_back_lets_nothing_in_twice() -> None:
    window = NonceWindow(100, 50)
    window.admit("k", "a", NOW)
    window.admit("k", "b", NOW + 3600)
    with pytest.raises(NotBelieved, match="replayed"):
        window.admit("k", "a", NOW + 10)
