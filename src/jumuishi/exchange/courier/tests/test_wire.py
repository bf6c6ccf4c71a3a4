"""A parcel comes out of its bytes as it went in, or not at all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.courier import wire
from jumuishi.exchange.courier.types import (
    Acknowledgement,
    Body,
    Gap,
    Message,
    Parcel,
    Part,
    PartWish,
    StreamId,
    Tombstone,
    UnreadParcel,
)
from jumuishi.exchange.xroad.identifiers import ClientId

NOW = datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
WARD, OFFICE = ClientId("TZ", "GOV", "kata-mfano"), ClientId("TZ", "GOV", "mfano", "leseni")
words = st.text(st.characters(blacklist_categories=["Cc", "Cs"]), min_size=1, max_size=30)
streams = st.builds(StreamId, st.sampled_from([WARD, OFFICE]), st.sampled_from([WARD, OFFICE]), st.just("") | words)
places = st.integers(1, 2**40)
bodies = st.binary(max_size=200) | st.builds(Body, st.just("ab" * 32), st.integers(0, 10**9))
messages = st.builds(
    Message, id=words, stream=streams, sequence=places, type=words, time=st.just(NOW), datacontenttype=words,
    data=bodies, priority=st.integers(0, 9), expirytime=st.none() | st.just(NOW + timedelta(days=1)), agreement=words,
    purpose=words, extensions=st.dictionaries(st.sampled_from(["topic", "nafasi"]), words),
)  # fmt: skip
stones = st.builds(
    Message, id=words, stream=streams, sequence=places, type=words, time=st.just(NOW),
    tombstone=st.sampled_from(Tombstone),
)  # fmt: skip
acks = st.builds(
    Acknowledgement, streams, st.integers(0, 99), words, st.lists(st.tuples(places, words), max_size=3).map(tuple)
)
sha = st.just("cd" * 32)
parcels = st.builds(
    Parcel, words, words, places, st.just(NOW), st.lists(messages | stones, max_size=4).map(tuple),
    st.lists(acks, max_size=3).map(tuple), st.lists(st.builds(Gap, streams, places, places), max_size=2).map(tuple),
    st.lists(st.builds(PartWish, sha, st.integers(0, 9)), max_size=2).map(tuple),
    st.lists(st.builds(Part, sha, st.integers(0, 9), st.binary(max_size=50)), max_size=2).map(tuple),
)  # fmt: skip


@given(parcels)
def test_what_is_written_is_read(parcel: Parcel) -> None:
    assert wire.read(b"".join(wire.written(parcel))) == parcel


@given(parcels, st.data())
def test_a_cut_or_altered_one_is_whole_or_nothing(parcel: Parcel, data: Any) -> None:
    text = b"".join(wire.written(parcel))
    with pytest.raises(UnreadParcel):
        wire.read(text[: data.draw(st.integers(0, len(text) - 1))])
    lines = text.splitlines(keepends=True)
    if len(lines) > 2:
        gone = data.draw(st.integers(1, len(lines) - 2))
        if lines[gone].startswith((b'{"message"', b'{"part"')):
            with pytest.raises(UnreadParcel):
                wire.read(b"".join(lines[:gone] + lines[gone + 1 :]))


@given(st.binary(max_size=300))
def test_rubbish_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UnreadParcel):
        wire.read(data)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sequence", 0), ("sequence", True), ("sequence", "1"), ("priority", 10), ("source", "TZ"), ("id", ""),
        ("time", "2026-05-06T07:08:09"), ("specversion", "0.3"), ("tombstone", "why"), ("data_base64", "?"),
        ("subject", "a\nb"), ("id", 7), ("Big", "x"),
    ],
)  # fmt: skip
def test_what_no_event_may_say_is_refused(name: str, value: Any) -> None:
    good = wire.event_of(Message(id="m", stream=StreamId(WARD, OFFICE, "kesi"), sequence=1, type="t", time=NOW))
    assert wire.message_of(good).id == "m"
    head, end = next(wire.written(Parcel("a", "b", 1, NOW))), wire._line("end", {"messages": 1, "parts": 0})
    with pytest.raises(UnreadParcel):
        wire.read(head + wire._line("message", good | {name: value}) + end)
