"""A parcel between its bytes and the air: bounded memory, and none that says it is of another node."""

import zlib
from datetime import UTC, datetime
from typing import Any

import pytest

from jumuishi.exchange.courier.types import NotTaken, Parcel, UnreadParcel
from jumuishi.exchange.gateway import courier
from jumuishi.exchange.xroad.identifiers import MemberId

PARCEL = Parcel("kata", "mji", 7, datetime(2026, 5, 6, tzinfo=UTC))


def test_it_comes_out_as_it_went_in() -> None:
    assert courier.opened(courier.closed(PARCEL)) == PARCEL


@pytest.mark.parametrize(
    "data",
    [b"", b"x", courier.closed(PARCEL)[:-3], courier.closed(PARCEL) + b"x", zlib.compress(b"\n" * 50_000_000)],
)
def test_a_bomb_and_a_cut_one_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadParcel):
        courier.opened(data)


def test_a_node_speaks_for_itself_only(world: Any, db: None) -> None:
    with pytest.raises(NotTaken):
        courier._check_sender(PARCEL, MemberId("TZ", "GOV", "kata"))
