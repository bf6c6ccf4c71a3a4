"""What follows from what, on both sides of a stream. Pure: the clock and what is known are handed in.

The promise: each message has its effect once, in the order of its stream, whatever is cut, repeated, reordered, carried
twice or restarted between two nodes. A node that was restored from a backup is no exception to "once" and "nothing
lost"; the order of what crosses at that moment is as the parcels arrive.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jumuishi.exchange.courier.types import Acknowledgement, Message

# So far beyond a gap messages are held; whoever sends more is asked again later.
FAR = 20_000
# An address that is away is left alone ever longer, and never longer than this.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What of a parcel is kept for one stream, how far it lies without a gap now, and whose places are only filled:
    of a message that is here already under another number."""

    kept: tuple[Message, ...]
    upto: int
    repeats: frozenset[int]


def arrive(upto: int, known: Mapping[int, str], here: frozenset[str], came: Iterable[Message]) -> Arrival:
    """Messages of one stream reach their receiver.

    `known` are the ids at the places beyond `upto` and at those that come again; `here` are those ids of `came` that
    lie at any place. At another message's place nothing more counts: its sender was restored, and numbers anew.
    """
    ids, names, kept, repeats = dict(known), set(here), list[Message](), set[int]()
    for one in sorted(came, key=lambda each: each.sequence):
        there = ids.get(one.sequence)
        if there is not None and there != one.id:
            break
        if there is not None or one.sequence <= upto or one.sequence > upto + FAR:
            continue
        if one.id in names:
            repeats.add(one.sequence)
        names.add(one.id)
        ids[one.sequence] = one.id
        kept.append(one)
    while upto + 1 in ids:
        upto += 1
    return Arrival(tuple(kept), upto, frozenset(repeats))


@dataclass(frozen=True, slots=True)
class Settled:
    """What an acknowledgement changes at the sender: places that are done, places that change (old, new), the last."""

    done: frozenset[int]
    moved: tuple[tuple[int, int], ...]
    last: int


def settle(waiting: Mapping[int, str], last: int, own_id: str | None, ack: Acknowledgement) -> Settled:
    """An acknowledgement reaches the sender; `own_id` is the id of its own message at `ack.upto`, None for none.

    Where the receiver has another message at one of our places, ours wait for new places in their order, beyond all
    that it has. So a node that was restored loses nothing of what it has said since.
    """
    also = dict(ack.also)
    same = frozenset(place for place, name in waiting.items() if also.get(place) == name)
    forked = ack.upto > last or (ack.upto > 0 and own_id is not None and own_id != ack.upto_id)
    done = same if forked else same | frozenset(place for place in waiting if place <= ack.upto)
    left = sorted(set(waiting) - done)
    if not forked and not any(place in also for place in left):
        return Settled(done, (), max(last, *also, 0) if also else last)
    place, moved = ack.upto, list[tuple[int, int]]()
    for old in left:
        place += 1
        while place in also:
            place += 1
        moved.append((old, place))
    return Settled(done, tuple(one for one in moved if one[0] != one[1]), max([last, place, ack.upto, *also]))


def gap(upto: int, held: Iterable[int]) -> tuple[int, int] | None:
    """The first places that are missing before what is held; None for none."""
    beyond = min((place for place in held if place > upto), default=upto)
    return (upto + 1, beyond - 1) if beyond > upto + 1 else None


def is_over(expirytime: datetime | None, now: datetime) -> bool:
    """Whether a message came too late to count."""
    return expirytime is not None and expirytime <= now


def rank(priority: int, oldest: str) -> tuple[int, str]:
    """In which order streams go: the more urgent first, of equals whichever waits longest (ids are in time's order)."""
    return (-priority, oldest)


def pause(failures: int, part: float) -> timedelta:
    """How long to leave a node alone after so many failures in a row; `part`, 0 to 1, sets nodes apart."""
    longest: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * int(2 ** min(failures, 12)))
    return longest * (0.75 + 0.25 * part)


class Then(StrEnum):
    """What a subject does when one of its messages is refused by its handler: it waits for a person, or it goes on."""

    WAIT = "wait"
    GO_ON = "go_on"
