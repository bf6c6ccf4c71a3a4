"""A bundle is taken whole and as it was signed, or not at all; a stranger's is not even unpacked."""

import io
import subprocess
import sys
import zlib
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.courier.bundle import envelope
from jumuishi.exchange.courier.bundle.envelope import Head, Limits, Reader, Writer
from jumuishi.exchange.courier.bundle.flaws import BadBundle, Flaw
from jumuishi.exchange.signing.keys import PublicKey
from jumuishi.exchange.tests.nodes import key_of, signer

PACK = "01920000-0000-7000-8000-000000000001"
HEAD = Head("kituo", "maji", 7, PACK, 1, datetime(2026, 5, 6, 7, 8, tzinfo=UTC), "council-ed", 4, (2, 3))


def packed(*parcels: bytes, head: Head = HEAD, is_last: bool = True) -> bytes:
    out = io.BytesIO()
    writer = Writer(out, head, signer(head.keyid))
    for one in parcels:
        writer.add(one)
    writer.close(is_last=is_last)
    assert writer.written == len(out.getvalue())
    return out.getvalue()


def known(head: Head) -> PublicKey:
    found = key_of(head.keyid)
    if found is None:
        raise BadBundle(Flaw.NOT_SIGNED)
    return found


def taken(data: bytes, limits: Limits = Limits()) -> tuple[Reader, list[bytes]]:  # noqa: B008  # frozen
    reader = Reader(io.BytesIO(data), known, limits)
    reader.check()
    return reader, list(reader.parcels_in_order())


def flaw(data: bytes, limits: Limits = Limits()) -> Flaw:  # noqa: B008  # frozen
    with pytest.raises(BadBundle) as found:
        taken(data, limits)
    return found.value.flaw


PARCELS = [b'{"a":1}\n' * 50, b"x" * 100_000, b"Habari za asubuhi"]
WHOLE = packed(*PARCELS)


@given(st.lists(st.binary(min_size=1, max_size=3000), max_size=6), st.booleans())
def test_what_goes_in_comes_out(parcels: list[bytes], is_last: bool) -> None:
    reader, found = taken(packed(*parcels, is_last=is_last))
    assert (reader.head, found, reader.is_last, reader.parcels) == (HEAD, parcels, is_last, len(parcels))


@given(st.integers(0, len(WHOLE) - 1))
def test_cut_anywhere_it_is_no_bundle(length: int) -> None:
    assert flaw(WHOLE[:length]) is Flaw.CUT


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_no_bit_changes_what_is_read(at: int, by: int) -> None:
    data = WHOLE[:at] + bytes([WHOLE[at] ^ by]) + WHOLE[at + 1 :]
    try:
        reader, found = taken(data)
    except BadBundle:
        return
    # A few bits that only fill up the compressed stream say nothing: what is read is what was signed.
    assert (reader.head, found, reader.is_last) == (HEAD, PARCELS, True)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=40))
def test_nothing_slips_in(at: int, more: bytes) -> None:
    assert isinstance(flaw(WHOLE[:at] + more + WHOLE[at:]), Flaw)
    assert flaw(WHOLE + more) is Flaw.ALTERED


@given(st.binary(max_size=400))
def test_rubbish_is_said_to_be_rubbish(data: bytes) -> None:
    head = WHOLE.split(b"\n")
    for one in (data, envelope.TITLE + data, b"\n".join(head[:2]) + b"\n" + data, b"\n".join(head[:3]) + b"\n" + data):
        assert isinstance(flaw(one), Flaw)


def test_what_it_is_not_is_told_apart() -> None:
    assert flaw(b"jumuishi-bundle-2\n{}") is Flaw.TOO_NEW
    assert flaw(b"jumuishi-bundle-x\n{}") is flaw(b"PK\x03\x04" * 10) is Flaw.NO_BUNDLE
    assert flaw(packed(*PARCELS).replace(b'"number":7', b'"number":8')) is Flaw.NOT_SIGNED


def test_parcels_of_two_bundles_are_not_joined() -> None:
    other = packed(b"other", head=replace(HEAD, number=8))
    lines = [*WHOLE.split(b"\n", 3)[:3], other.split(b"\n", 3)[3]]
    assert flaw(b"\n".join(lines)) is Flaw.ALTERED


@pytest.mark.parametrize(
    "text",
    [b"{}", b"[]", b"1", b"[" * 8000, b"{", b'{"number":7}', b"\xff", b'{"a":' * 1000]
    + [
        envelope._text(HEAD).replace(was, now)
        for was, now in (
            (b'"number":7', b'"number":-1'),
            (b'"number":7', b'"number":7.0'),
            (b'"number":7', b'"number":true'),
            (b'"file":1', b'"file":0'),
            (b"[2,3]", b'["2",3]'),
            (b"[2,3]", b"null"),
            (b'"kituo"', b"null"),
            (b'"kituo"', b'"' + b"k" * 200 + b'"'),
            (b"+00:00", b""),
            (b'"file"', b'"files"'),
            (b'"file"', b' "file"'),
        )
    ],
)
def test_a_head_of_another_form_is_none_even_signed(text: bytes) -> None:
    signature = b64encode(signer("council-ed").sign(envelope.TITLE + text))
    assert flaw(envelope.TITLE + text + b"\n" + signature + b"\n" + zlib.compress(b"")) is Flaw.ALTERED


def _bomb(inside: bytes) -> bytes:
    """A bundle of a node that we know, and what it packed is the worst that it can be."""
    return b"\n".join([*WHOLE.split(b"\n", 3)[:3], zlib.compress(inside, 9)])


def test_a_strangers_bundle_is_not_unpacked() -> None:
    stranger = packed(b"x").replace(b'"keyid":"council-ed"', b'"keyid":"registry-ed"')
    head = stranger.split(b"\n", 3)[:3]
    # What follows would be refused as no zlib; it is not come to.
    assert flaw(b"\n".join([*head, b"\xff" * 100])) is Flaw.NOT_SIGNED


def test_too_many_and_too_much_are_refused() -> None:
    assert flaw(packed(b"a", b"b", b"c"), Limits(parcels=2)) is Flaw.TOO_LARGE
    assert flaw(packed(b"a" * 1000), Limits(plain=500)) is Flaw.TOO_LARGE
    assert flaw(_bomb(b"\xff\xff\xff\xff" + b"x" * 100)) is Flaw.ALTERED
    assert flaw(_bomb(b"\0\0\0\0" + b" " * 10_000_000)) is Flaw.ALTERED
    with pytest.raises(ValueError, match="parcel"):
        packed(b"x" * (envelope.PARCEL + 1))


BOMB = """
import io, resource, sys
from jumuishi.exchange.courier.bundle.tests import test_envelope as t
data = t._bomb((len(b"x" * 1_000_000).to_bytes(4, "big") + b"x" * 1_000_000) * 300)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(data), t.flaw(data, t.Limits(plain=250_000_000)), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_bomb_takes_no_memory() -> None:
    # In a process of its own: 300 MB out of 0.3 are unpacked up to the limit, and memory stays where it was.
    done = subprocess.run([sys.executable, "-c", BOMB], capture_output=True, text=True, check=True)
    size, found, grown = done.stdout.split()
    assert int(size) < 1_000_000
    assert found == "too_large"
    assert int(grown) < 30_000
