"""Many at once: ballots do not wait for each other, and the count misses none that was acknowledged."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.meetings.sitting import ballots
from jumuishi.meetings.sitting.tests.conftest import Council, council_of, secretary_at

pytestmark = [pytest.mark.database, pytest.mark.slow]
NAMES = {"Rehema": "chair"} | {f"Diwani {n}": "member" for n in range(24)}


@pytest.fixture
def many(world: Any, committed_db: None) -> Council:
    """A council of twenty-five, in a database where commits are real."""
    home = world.found["mfano"]
    with transaction.atomic():
        secretary_at(home)
        one = next(one for one in institutions.people_in(home) if one.name == "Mwajabu")
        mwajabu = Actor(ActorKind.OFFICER, one.person_id, home, one.roles, one.appointment_id, name="Mwajabu")
        return council_of(home, mwajabu, members=NAMES)


def apart(work: Callable[[], Any]) -> Any:
    """In a thread, under the same principal as the test, with a connection of its own."""
    try:
        with tenancy.acting_as(tenancy.Principal.system()):
            return work()
    finally:
        connection.close()


def test_no_ballot_is_missed_or_comes_after_the_count(many: Council) -> None:
    many.begin(*NAMES)
    vote = many.open_vote()
    members = [one for one in NAMES if one != "Rehema"]
    kept: list[str] = []

    def give(name: str) -> None:
        for _ in range(2):
            try:
                many.ballot(name, vote, "for" if name.endswith(("1", "3", "5")) else "against")
            except RefusedError:
                return
        kept.append(many.id(name))

    def end() -> None:
        while len(kept) < 8:
            time.sleep(0.005)
        many.act("Rehema", c.EndVote, vote=vote)

    with ThreadPoolExecutor(9) as pool:
        waiting = [pool.submit(apart, end), *(pool.submit(apart, lambda n=name: give(n)) for name in members)]
        for one in waiting:
            one.result(60)
    ended = many.ended(vote)
    counted = [one["member"] for one in ended["roll"]]
    assert sorted(counted) == sorted(kept)
    assert ended["for"] + ended["against"] == len(counted) >= 8


def test_the_end_waits_for_a_ballot_under_way_and_other_ballots_do_not(many: Council) -> None:
    many.begin(*NAMES)
    vote = many.open_vote()
    holds, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            many.ballot("Diwani 1", vote, "for")
            holds.set()
            go_on.wait(20)

    def end() -> None:
        many.act("Rehema", c.EndVote, vote=vote)
        ended.set()

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(apart, slow)
        assert holds.wait(20)
        # Another ballot goes by, and so does an act of the chair that ends nothing.
        pool.submit(apart, lambda: many.ballot("Diwani 2", vote, "for")).result(20)
        pool.submit(apart, lambda: many.act("Rehema", c.WriteNote, text="Kura inaendelea")).result(20)
        last = pool.submit(apart, end)
        assert not ended.wait(0.5)
        go_on.set()
        first.result(20)
        last.result(20)
    assert many.ended(vote)["for"] == 2


def test_a_ballot_that_comes_while_its_vote_is_being_ended_waits_and_hears_that_it_is_over(many: Council) -> None:
    many.begin(*NAMES)
    vote = many.open_vote()
    holds, go_on = threading.Event(), threading.Event()

    def end() -> None:
        with transaction.atomic():
            many.act("Rehema", c.EndVote, vote=vote)
            holds.set()
            go_on.wait(20)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(apart, end)
        assert holds.wait(20)
        late = pool.submit(apart, lambda: many.ballot("Diwani 1", vote, "for"))
        time.sleep(0.5)
        assert not late.done()
        go_on.set()
        first.result(20)
        with pytest.raises(RefusedError) as refused:
            late.result(20)
    assert refused.value.code == "hall_vote_over"
    assert many.ended(vote)["roll"] == []


@pytest.mark.parametrize("within", [False, True], ids=["alone", "within another transaction"])
@pytest.mark.parametrize("choices", [("for", "for"), ("for", "against")], ids=["same", "another"])
def test_two_ballots_of_one_seat_at_once_are_one(
    many: Council, monkeypatch: pytest.MonkeyPatch, choices: tuple[str, str], within: bool
) -> None:
    """Both look before either is kept; the second then reads what the first gave, by whichever way it came."""
    many.begin(*NAMES)
    vote = many.open_vote()
    both, keep = threading.Barrier(2), ballots._keep

    def together(*given: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(10)
        both.abort()
        keep(*given)

    monkeypatch.setattr(ballots, "_keep", together)

    def give(choice: str) -> str:
        try:
            with transaction.atomic() if within else nullcontext():
                return "again" if many.ballot("Diwani 1", vote, choice).is_again else "kept"
        except RefusedError as refused:
            return refused.code

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(apart, lambda choice=choice: give(choice)) for choice in choices]
        told = sorted(one.result(30) for one in answers)
    assert told == ["again" if len(set(choices)) == 1 else "hall_voted_already", "kept"]
    many.act("Rehema", c.EndVote, vote=vote)
    assert len(many.ended(vote)["roll"]) == 1


def test_one_command_from_two_senders_at_once_happens_once(many: Council) -> None:
    many.begin(*NAMES)
    one = str(new_id())
    with ThreadPoolExecutor(4) as pool:
        sent = [
            pool.submit(apart, lambda: many.act("Diwani 1", c.AskFloor, id=one, ask=one, member=many.id("Diwani 1"),
                                                what="speech")) for _ in range(4)
        ]  # fmt: skip
        answers = [each.result(30) for each in sent]
    assert sorted(each.is_again for each in answers) == [False, True, True, True]
    assert len({each.seq for each in answers}) == 1
    assert many.kinds().count("floor.asked") == 1


def test_a_listener_hears_of_acts_and_not_of_ballots(many: Council, database: Any) -> None:
    many.begin(*NAMES)
    with psycopg.connect(database.app, autocommit=True) as heard:
        heard.execute("LISTEN meetings")
        vote = many.open_vote()
        assert [one.payload for one in heard.notifies(timeout=2, stop_after=1)] == [str(many.meeting.id)]
        many.ballot("Diwani 1", vote, "for")
        assert list(heard.notifies(timeout=0.5)) == []
