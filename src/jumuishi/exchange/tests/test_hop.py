"""Between two nodes: what arrives is byte by byte what left, whatever the network made of the order and the letters."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.signing import hop
from jumuishi.exchange.signing.base import NAMES as NAMES_FIELD
from jumuishi.exchange.signing.base import RequestHead, ResponseHead, only
from jumuishi.exchange.signing.digest import BodyDigest, digest_of
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.signing.stream import MOST_FRAME, FrameReader, closing, frames
from jumuishi.exchange.tests.made import COUNCIL, OTHER, read
from jumuishi.exchange.tests.nodes import answer, asked, believed, changed, signer
from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.response import answered

names = st.sampled_from([
    "Accept", "accept", "X-Road-Client", "Content-Digest", "Signature", "Signature-Input", "Jumuishi-Purpose",
    "Jumuishi-Kept-Signature", "Jumuishi-Names", "Cookie", "X-A", "x-a",
])  # fmt: skip
theirs = st.lists(st.tuples(names, st.text("abc,=: \xe9", max_size=8)), max_size=8).map(tuple)
CLIENT = ("X-Road-Client", COUNCIL.wire)


@given(theirs, st.randoms())
def test_a_request_arrives_as_it_was(headers: Headers, chance: object) -> None:
    request = read(headers=(*headers, CLIENT), verb="POST")
    head = asked(request)
    # Order among headers of one name is kept by every server, between names by none.
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, value in (*head.headers, ("Via", "1.1 proxy")):
        groups.setdefault(name.lower(), []).append((name.lower(), value))
    order = list(groups)
    chance.shuffle(order)  # type: ignore[attr-defined]
    met = replace(head, headers=tuple(one for name in order for one in groups[name]))
    believed(met)
    got = hop.arrived(met)
    assert got.request == request
    assert got.request.message == request.message
    assert (got.purpose, got.agreement) == ("licence", "a1")


@given(theirs)
def test_an_answer_arrives_as_it_was(headers: Headers) -> None:
    sent = answered(read(), "hash", headers)
    head = ResponseHead(302, "x", hop.crossing_back(302, sent, checkpoint="Y2s=", body=digest_of(b"")))
    assert hop.arrived_back(replace(head, headers=tuple(reversed(head.headers)) if not headers else head.headers)) == (
        sent,
        "Y2s=",
    )


def _flaw(head: RequestHead) -> Flaw:
    with pytest.raises(NotBelieved) as error:
        hop.arrived(head)
    return error.value.flaw


def test_a_header_that_was_changed_added_or_taken_away_is_found() -> None:
    head = asked(read(headers=(CLIENT, ("Accept", "a"), ("Authorization", "Bearer x"))))
    listed = only(head, NAMES_FIELD)
    for wrong in (
        changed(head, "accept", "b"),
        changed(head, "authorization", None),
        changed(head, NAMES_FIELD, listed + ",Via"),
        changed(head, NAMES_FIELD, listed.replace("Accept,", "")),
        changed(head, NAMES_FIELD, listed.replace("Accept", "accept")),
        changed(head, NAMES_FIELD, ""),
        replace(head, headers=(("Accept", "b"), *head.headers)),
    ):
        assert _flaw(wrong) is Flaw.HEADERS
    assert _flaw(changed(head, NAMES_FIELD, None)) is Flaw.FIELD
    for name in ("x-road-client", "x-road-service", "x-road-id"):
        assert _flaw(changed(head, name, OTHER.wire)) is Flaw.HEADERS


def test_no_header_of_one_hop_is_brought_in_by_another_node() -> None:
    head = asked()
    for name in ("Transfer-Encoding", "Content-Length", "Host", "Connection"):
        listed = f"{only(head, NAMES_FIELD)},{name}"
        brought = changed(head, NAMES_FIELD, listed)
        assert _flaw(replace(brought, headers=((name, "7"), *brought.headers))) is Flaw.HEADERS
        back = ResponseHead(200, "x", hop.crossing_back(200, ((name, "7"),), checkpoint="", body=""))
        with pytest.raises(NotBelieved, match="headers"):
            hop.arrived_back(back)


def test_an_answers_header_that_was_changed_is_found() -> None:
    head = answer(asked())
    with pytest.raises(NotBelieved, match="headers"):
        hop.arrived_back(changed(head, "content-type", "text/html"))
    with pytest.raises(NotBelieved, match="headers"):
        hop.arrived_back(replace(head, status=500))


def streamed(chunks: list[bytes], head: bytes, key: str = "council-p256") -> bytes:
    body = BodyDigest()
    sent = b""
    for chunk in chunks:
        body.update(chunk)
        sent += frames(chunk)
    return sent + closing(body, head, signer(key))


chunks = st.lists(st.binary(max_size=30), max_size=6)


@pytest.mark.parametrize("key", ["council-p256", "council-ed"])
@given(body=chunks, cuts=st.lists(st.integers(0, 300), max_size=8))
def test_a_body_in_frames_arrives_however_it_is_cut(key: str, body: list[bytes], cuts: list[int]) -> None:
    head = believed(asked(key=key, body=""))
    sent, reader, got = streamed(body, head.signature, key), FrameReader(head), b""
    places = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    for start, end in pairwise(places):
        passed = reader.feed(sent[start:end])
        got += b"".join(passed)
        assert got == b"".join(body) or not reader.closed_by
        assert len(got) < len(b"".join(body)) or reader.closed_by or not got
    reader.finish()
    assert got == b"".join(body)
    assert reader.body.header == digest_of(got)


@given(body=chunks.filter(any), at=st.integers(0, 400), byte=st.integers(1, 255))
def test_where_a_byte_of_it_changed_it_never_closes(body: list[bytes], at: int, byte: int) -> None:
    head = believed(asked(body=""))
    sent = bytearray(streamed(body, head.signature))
    sent[at % len(sent)] ^= byte
    reader = FrameReader(head)
    with pytest.raises(NotBelieved):  # noqa: PT012
        for one in sent:
            reader.feed(bytes([one]))
        reader.finish()
    assert not reader.closed_by


@given(body=chunks.filter(any), cut=st.integers(1, 400))
def test_a_body_that_is_cut_off_is_found(body: list[bytes], cut: int) -> None:
    head = believed(asked(body=""))
    sent = streamed(body, head.signature)
    reader = FrameReader(head)
    got = b"".join(reader.feed(sent[: max(0, len(sent) - cut)]))
    with pytest.raises(NotBelieved, match="cut off"):
        reader.finish()
    assert got != b"".join(body)


def test_a_closing_record_belongs_to_its_head_and_key() -> None:
    head = believed(asked(body=""))
    other = believed(asked(body="", purpose="tax"))
    for wrong in (streamed([b"x"], other.signature), streamed([b"x"], head.signature, "registry-p256")):
        with pytest.raises(NotBelieved, match="signature: closing record"):
            FrameReader(head).feed(wrong)
    with pytest.raises(NotBelieved, match="frame"):
        FrameReader(head).feed(streamed([b"x"], head.signature) + b"\0\0\0\1y")


def test_room_is_bounded() -> None:
    head = believed(asked(body=""))
    with pytest.raises(NotBelieved, match="frame"):
        FrameReader(head).feed((MOST_FRAME + 1).to_bytes(4, "big"))
    big = bytes(2 * MOST_FRAME + 7)
    sent = streamed([big], head.signature)
    reader, got = FrameReader(head), 0
    for at in range(0, len(sent), 65536):
        got += sum(map(len, reader.feed(sent[at : at + 65536])))
        assert len(reader._pending) + len(reader._held) <= 2 * MOST_FRAME + 65540
    reader.finish()
    assert got == len(big)
