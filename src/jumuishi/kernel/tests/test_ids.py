"""An id sorts after the one before it, whatever the machine's clock does."""

import threading
import time
from uuid import UUID

import pytest

from jumuishi.kernel import ids


def test_each_sorts_after_the_one_before_it() -> None:
    made = [ids.new_id() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}


def test_an_id_tells_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    told = ids.new_id().int >> 80
    assert before - 1 <= told <= time.time_ns() // 1_000_000 + 60_000


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The machine's clock, so many hours off."""
    off, true = [0.0], time.time_ns
    monkeypatch.setattr(ids, "_last", 0)
    monkeypatch.setattr(ids.time, "time_ns", lambda: true() + int(off[0] * 3600e9))
    return off


def test_a_clock_that_is_set_back_by_hours_turns_no_order_round(hours: list[float]) -> None:
    made = [ids.new_id()]
    for off in (5.0, 0.0, -7.0, 0.0, 30.0, -30.0):
        hours[0] = off
        made += [ids.new_id() for _ in range(50)]
    assert made == sorted(set(made))


def test_threads_never_make_the_same() -> None:
    made: list[list[UUID]] = [[] for _ in range(8)]

    def make(mine: list[UUID]) -> None:
        mine.extend(ids.new_id() for _ in range(2000))

    threads = [threading.Thread(target=make, args=[mine]) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one for mine in made for one in mine}) == 16_000
    assert all(mine == sorted(mine) for mine in made)
