"""A parcel for a stick is read by the node that it is for, and by nobody who finds the stick."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.courier.bundle import sealing
from jumuishi.exchange.courier.bundle.flaws import BadBundle, Flaw

OURS, THEIRS = sealing.new_key(), sealing.new_key()


def closed(plain: bytes, key: sealing.SealingKey = OURS) -> bytes:
    out = io.BytesIO()
    sealing.close_for(key.recipient, io.BytesIO(plain), out)
    return out.getvalue()


def opened(data: bytes, *keys: sealing.SealingKey, most: int = 1_000_000) -> bytes:
    out = io.BytesIO()
    sealing.open_with(keys or (OURS,), io.BytesIO(data), out, most=most)
    return out.getvalue()


def flaw(data: bytes, *keys: sealing.SealingKey, most: int = 1_000_000) -> Flaw:
    with pytest.raises(BadBundle) as found:
        opened(data, *keys, most=most)
    return found.value.flaw


PLAIN = b"Jina: Asha" * 20_000
WHOLE = closed(PLAIN)


def test_only_the_node_that_it_is_for_opens_it_also_with_a_key_of_before() -> None:
    assert b"Asha" not in WHOLE
    assert opened(WHOLE) == PLAIN
    assert opened(WHOLE, THEIRS, OURS) == PLAIN
    assert flaw(WHOLE, THEIRS) is Flaw.NOT_FOR_US


def test_a_file_of_something_else_or_copied_by_half_is_told_apart() -> None:
    assert flaw(b"PK\x03\x04" + bytes(5000)) is Flaw.NO_BUNDLE
    assert flaw(b"") is flaw(WHOLE[:10]) is flaw(WHOLE[:100]) is Flaw.CUT
    for length in (300, 65_900, len(WHOLE) - 1):
        assert flaw(WHOLE[:length]) is Flaw.ALTERED
    assert flaw(WHOLE + b"x") is Flaw.ALTERED


def test_a_header_without_end_takes_no_memory() -> None:
    assert flaw(b"age-encryption.org/v1\n" + b"-> X25519 AAAA\n" * 10_000) is Flaw.NO_BUNDLE


def test_more_than_may_be_is_not_written() -> None:
    assert flaw(WHOLE, most=len(PLAIN) - 1) is Flaw.TOO_LARGE
    assert opened(WHOLE, most=len(PLAIN)) == PLAIN


def test_what_the_disk_says_is_no_flaw_of_the_parcel() -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 4096:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(OSError, match="Input/output") as found:
        sealing.open_with([OURS], Torn(WHOLE), io.BytesIO(), most=1_000_000)
    assert found.value.errno == 5


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_no_bit_is_altered_unseen(at: int, by: int) -> None:
    data = WHOLE[:at] + bytes([WHOLE[at] ^ by]) + WHOLE[at + 1 :]
    assert flaw(data) in (Flaw.ALTERED, Flaw.NO_BUNDLE, Flaw.NOT_FOR_US, Flaw.CUT)


@given(st.binary(max_size=6000))
def test_rubbish_is_said_to_be_rubbish(data: bytes) -> None:
    for one in (data, WHOLE[:180] + data, b"age-encryption.org/v1\n" + data):
        assert isinstance(flaw(one), Flaw)


def test_a_secret_is_not_shown_by_chance() -> None:
    assert OURS.secret not in repr(OURS)
    assert sealing.is_recipient(OURS.recipient)
    assert not sealing.is_recipient("age1" + "q" * 58)
    with pytest.raises(ValueError, match="recipient"):
        sealing.close_for("x", io.BytesIO(), io.BytesIO())
