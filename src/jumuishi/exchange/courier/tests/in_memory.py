"""A node whose boxes are dictionaries: nothing but the pure rules decides, as the tables' actions let them."""

import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from jumuishi.exchange.courier import rules
from jumuishi.exchange.courier.tests.schedules import POISON, Killed
from jumuishi.exchange.courier.types import Acknowledgement, Gap, Message, Parcel, StreamId, Tombstone
from jumuishi.exchange.xroad.identifiers import ClientId

NOW = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)


@dataclass
class Out:
    last: int = 0
    waiting: dict[int, Message] = field(default_factory=dict)
    kept: dict[int, Message] = field(default_factory=dict)


@dataclass
class In:
    upto: int = 0
    done: int = 0
    stopped: bool = False
    rows: dict[int, Message] = field(default_factory=dict)
    passed: set[int] = field(default_factory=set)
    owed: bool = False


@dataclass
class Boxes:
    out: dict[StreamId, Out] = field(default_factory=dict)
    came: dict[StreamId, In] = field(default_factory=dict)
    effects: list[tuple[str, str]] = field(default_factory=list)
    packed: int = 0
    names: int = 0


class Memory:
    """As schedules.Side. A kill leaves what was committed before."""

    def __init__(self, name: str, other: str) -> None:
        self.name, self.other, self.boxes = name, other, Boxes()

    def _stream(self, subject: str) -> StreamId:
        return StreamId(ClientId("TZ", "GOV", self.name), ClientId("TZ", "GOV", self.other), subject)

    def send(self, subject: str, text: str, *, priority: int, lives: bool) -> None:
        stream = self._stream(subject)
        box = self.boxes.out.setdefault(stream, Out())
        box.last += 1
        self.boxes.names += 1
        box.waiting[box.last] = Message(
            id=f"{self.name}-{self.boxes.names}", stream=stream, sequence=box.last, type="t", time=NOW,
            data=text.encode(), priority=priority, expirytime=None if lives else NOW,
        )  # fmt: skip

    def pack(self, most: int) -> Parcel:
        self.boxes.packed += 1
        ends = [(stream, box) for stream, box in self.boxes.out.items() if box.waiting]
        ends.sort(
            key=lambda one: rules.rank(
                max(each.priority for each in one[1].waiting.values()), one[1].waiting[min(one[1].waiting)].id
            )
        )
        found: list[Message] = []
        for _, box in ends:
            for place in sorted(box.waiting):
                one = box.waiting[place]
                if one.tombstone is None and rules.is_over(one.expirytime, NOW):
                    one = box.waiting[place] = Message(
                        one.id, one.stream, place, "t", NOW, priority=one.priority, tombstone=Tombstone.EXPIRED
                    )
                found.append(one)
        acks, gaps = self._words()
        return Parcel(self.name, self.other, self.boxes.packed, NOW, tuple(found[:most]), acks, gaps)

    def _words(self) -> tuple[tuple[Acknowledgement, ...], tuple[Gap, ...]]:
        acks, gaps = [], []
        for stream, box in self.boxes.came.items():
            held = sorted(place for place in box.rows if place > box.upto)
            if box.owed or held:
                box.owed = False
                name = box.rows[box.upto].id if box.upto else ""
                acks.append(Acknowledgement(stream, box.upto, name, tuple((one, box.rows[one].id) for one in held)))
            if missing := rules.gap(box.upto, held):
                gaps.append(Gap(stream, *missing))
        return tuple(acks), tuple(gaps)

    def take(self, parcel: Parcel, *, killed: bool) -> Parcel | None:
        before = copy.deepcopy(self.boxes) if killed else self.boxes
        for ack in parcel.acknowledgements:
            self._settle(ack)
        for gap in parcel.gaps:
            self._fill(gap)
        by_stream: dict[StreamId, list[Message]] = {}
        for one in parcel.messages:
            by_stream.setdefault(one.stream, []).append(one)
        for stream, came in by_stream.items():
            self._arrive(stream, came)
        if killed:
            self.boxes = before
            raise Killed
        return self.pack(500)

    def _settle(self, ack: Acknowledgement) -> None:
        box = self.boxes.out.get(ack.stream)
        if box is None:
            return
        own = box.waiting.get(ack.upto) or box.kept.get(ack.upto)
        names = {place: one.id for place, one in box.waiting.items()}
        settled = rules.settle(names, box.last, own.id if own else None, ack)
        for place in settled.done:
            box.kept[place] = box.waiting.pop(place)
        moving = {new: box.waiting.pop(old) for old, new in settled.moved}
        box.waiting |= {
            new: replace(one, sequence=new)
            for new, one in moving.items()
        }  # fmt: skip
        box.last = settled.last

    def _fill(self, gap: Gap) -> None:
        box = self.boxes.out.get(gap.stream)
        for place in range(gap.first, min(gap.last, box.last if box else 0) + 1):
            assert box is not None
            if place in box.kept:
                box.waiting[place] = box.kept.pop(place)
            elif place not in box.waiting:
                self.boxes.names += 1
                box.waiting[place] = Message(
                    f"{self.name}-{self.boxes.names}", gap.stream, place, "t", NOW, tombstone=Tombstone.GONE
                )

    def _arrive(self, stream: StreamId, came: list[Message]) -> None:
        box = self.boxes.came.setdefault(stream, In())
        box.owed = True
        known = {place: one.id for place, one in box.rows.items()}
        names = set(known.values())
        found = rules.arrive(box.upto, known, frozenset(one.id for one in came if one.id in names), came)
        box.rows |= {one.sequence: one for one in found.kept}
        box.passed |= set(found.repeats) | {one.sequence for one in found.kept if one.tombstone is not None}
        box.upto = found.upto

    def hand(self, *, killed: bool) -> None:
        before = copy.deepcopy(self.boxes) if killed else self.boxes
        for stream, box in self.boxes.came.items():
            while box.done < box.upto and not box.stopped:
                one = box.rows[box.done + 1]
                box.done += 1
                if one.sequence in box.passed or rules.is_over(one.expirytime, NOW):
                    continue
                text = one.data.decode() if isinstance(one.data, bytes) else ""
                if text.startswith(POISON):
                    box.stopped = True
                else:
                    self.boxes.effects.append((stream.subject, text))
        if killed:
            self.boxes = before

    def close_dead(self) -> None:
        for box in self.boxes.came.values():
            box.stopped = False

    def waiting(self) -> int:
        out = sum(len(box.waiting) for box in self.boxes.out.values())
        return out + sum(box.upto - box.done for box in self.boxes.came.values())

    def effects(self) -> list[tuple[str, str]]:
        return self.boxes.effects
