"""Whatever happens on the way, each message has its effect once and in order: 2,000 schedules over the rules alone."""

import copy
import random

from jumuishi.exchange.courier import rules
from jumuishi.exchange.courier.tests.in_memory import NOW, Memory
from jumuishi.exchange.courier.tests.schedules import Schedule
from jumuishi.exchange.courier.types import Acknowledgement, Message, StreamId, Tombstone
from jumuishi.exchange.xroad.identifiers import ClientId

STREAM = StreamId(ClientId("TZ", "GOV", "kata"), ClientId("TZ", "GOV", "mji"), "kesi")


def pair() -> tuple[Memory, Memory]:
    return Memory("kata", "mji"), Memory("mji", "kata")


def test_2000_schedules_converge() -> None:
    sent = 0
    for seed in range(2000):
        one = Schedule(seed, *pair())
        one.play()
        sent += sum(map(len, one.sent.values()))
    assert sent > 20_000, "schedules without messages prove nothing"


def test_a_node_that_is_restored_from_a_backup_loses_and_doubles_nothing() -> None:
    """The line is in order here: what was sent since the backup and had arrived stays; what is said afterwards too."""
    for seed in range(300):
        restored(seed)


def restored(seed: int) -> None:
    draw = random.Random(seed)
    kata, mji = pair()
    said: list[str] = []
    backup, count = copy.deepcopy(kata.boxes), 0

    def say(times: int) -> None:
        for _ in range(times):
            said.append(f"m-{len(said)}")
            kata.send("kesi", said[-1], priority=4, lives=True)

    def cross(most: int) -> None:
        answer = mji.take(kata.pack(most), killed=False)
        if answer is not None and draw.random() < 0.6:
            kata.take(answer, killed=False)

    for _ in range(draw.randint(1, 6)):
        say(draw.randint(0, 4))
        if draw.random() < 0.4:
            backup, count = copy.deepcopy(kata.boxes), len(said)
        if draw.random() < 0.7:
            cross(draw.choice((1, 3, 500)))
    lost = set(said[count:])
    names = kata.boxes.names
    kata.boxes = backup
    kata.boxes.names = names
    say(draw.randint(0, 4))
    for _ in range(6):
        cross(500)
        cross(2)
    for _ in range(3):
        answer = mji.take(kata.pack(500), killed=False)
        assert answer is not None
        kata.take(answer, killed=False)
    mji.hand(killed=False)
    found = [text for _, text in mji.effects()]
    assert len(set(found)) == len(found), "doubled"
    assert set(said) - set(found) <= lost, "what nobody but the backup's time took is lost"
    after = [one for one in said if one not in lost]
    assert [one for one in found if one in after] == after
    assert kata.waiting() == 0


def test_what_comes_out_of_turn_is_held_until_its_forerunner_came() -> None:
    one, two, three = (Message(f"m{n}", STREAM, n, "t", NOW) for n in (1, 2, 3))
    first = rules.arrive(0, {}, frozenset(), [three, two])
    assert (first.upto, [each.id for each in first.kept]) == (0, ["m2", "m3"])
    assert rules.gap(0, [2, 3]) == (1, 1)
    assert rules.arrive(0, {2: "m2", 3: "m3"}, frozenset(), [one]).upto == 3


def test_far_beyond_a_gap_nothing_is_held() -> None:
    far = Message("far", STREAM, rules.FAR + 1, "t", NOW)
    assert rules.arrive(1, {1: "m"}, frozenset(), [far]).kept == (far,)
    assert rules.arrive(0, {}, frozenset(), [far]).kept == ()


def test_an_acknowledgement_of_another_message_acknowledges_nothing() -> None:
    """A sender that was restored has another message at a place that the receiver has filled."""
    ack = Acknowledgement(STREAM, 13, "theirs", ((15, "held"),))
    settled = rules.settle({12: "a", 13: "b", 14: "c"}, 14, "b", ack)
    assert settled.done == frozenset()
    assert settled.moved == ((12, 14), (13, 16), (14, 17))
    assert settled.last == 17


def test_a_tombstone_takes_the_place_of_what_is_over() -> None:
    kata, mji = pair()
    kata.send("kesi", "late-1", priority=4, lives=False)
    kata.send("kesi", "m", priority=4, lives=True)
    parcel = kata.pack(500)
    assert [one.tombstone for one in parcel.messages] == [Tombstone.EXPIRED, None]
    assert parcel.messages[0].data == b""
    mji.take(parcel, killed=False)
    mji.hand(killed=False)
    assert mji.effects() == [("kesi", "m")]


def test_the_more_urgent_subject_goes_first_and_each_in_its_order() -> None:
    kata, _ = pair()
    kata.send("a", "1", priority=2, lives=True)
    kata.send("b", "2", priority=1, lives=True)
    kata.send("b", "3", priority=9, lives=True)
    assert [one.data for one in kata.pack(500).messages] == [b"2", b"3", b"1"]


def test_a_node_that_is_away_is_left_alone_ever_longer() -> None:
    waits = [rules.pause(n, 1.0) for n in range(20)]
    assert waits == sorted(waits)
    assert waits[0] >= rules.FIRST_PAUSE * 0.75
    assert waits[-1] == rules.LONGEST_PAUSE
    assert rules.pause(3, 0.0) < rules.pause(3, 1.0), "nodes that lost the same node do not all come back at once"
