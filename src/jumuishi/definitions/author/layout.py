"""Where everything of a map stands: stages one below the other, ways out along lanes beside them.

Each stage that is led to from afar has one lane for all who lead there: ahead on the right, back on the left. Lanes
that share a height never share a place, so that no line lies upon another and no line crosses a stage.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from jumuishi.definitions.author.stops import Stop, Way

WIDTH = 420
"""Of a stage, in pixels."""
PAD, LINE, ROW, GAP, LANE, HEAD = 14, 20, 22, 30, 16, 46
SMALL, NAME = 14, 17
"""Sizes of type."""

Side = Literal["right", "left", "down"]
_NARROW, _WIDE = "iljtf.,:;'|!()[] ", "mwMW@%"


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is in the faces that the pages use, in pixels; rather more than less."""
    ems = sum(0.36 if one in _NARROW else 0.95 if one in _WIDE else 0.7 if one.isupper() else 0.61 for one in text)
    return ems * size * (1.12 if bold else 1.0)


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines of at most `room` pixels; a longer word has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size, bold=bold) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines) or ("",)


@dataclass(frozen=True)
class Exit:
    """A way out as it is drawn: its lines of text, and the height at which its line begins."""

    way: Way
    side: Side
    lines: tuple[str, ...]
    y: float


@dataclass(frozen=True)
class Box:
    """A stage as it is drawn, from `top` down; `enters` is the height at which ways from afar arrive."""

    stop: Stop
    top: float
    height: float
    name: tuple[str, ...]
    says: tuple[tuple[str, ...], ...]
    exits: tuple[Exit, ...]

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def enters(self) -> float:
        """Beside the first line of the name."""
        return self.top + PAD + 8


@dataclass(frozen=True)
class Bus:
    """The lane to one stage on one side: its number from the stages outwards and the heights that it joins."""

    to: str
    side: Side
    lane: int
    joins: tuple[tuple[float, bool], ...]
    """Heights, and whether what joins there is done by somebody."""
    enters: float

    @property
    def first(self) -> float:
        """Its upper end."""
        return min(self.enters, *(y for y, _ in self.joins))

    @property
    def last(self) -> float:
        """Its lower end."""
        return max(self.enters, *(y for y, _ in self.joins))


@dataclass(frozen=True)
class Layout:
    """The whole: stages by their order, lanes, and how many lanes each side has."""

    boxes: tuple[Box, ...]
    buses: tuple[Bus, ...]
    lanes: dict[Side, int] = field(default_factory=dict)

    @property
    def left(self) -> float:
        """Where the stages' left edge stands."""
        return self.lanes.get("left", 0) * LANE + LANE

    @property
    def width(self) -> float:
        """Of the picture."""
        return self.left + WIDTH + (self.lanes.get("right", 0) + 1) * LANE

    @property
    def height(self) -> float:
        """Of the picture."""
        return (self.boxes[-1].bottom if self.boxes else HEAD) + LANE

    def lane_at(self, bus: Bus) -> float:
        """How far from the left a lane stands."""
        out = (bus.lane + 1) * LANE
        return self.left + WIDTH + out if bus.side == "right" else self.left - out


def laid_out(all_stops: Sequence[Stop]) -> Layout:
    """The picture of these stages."""
    order = {stop.id: n for n, stop in enumerate(all_stops)}
    names = {stop.id: stop.name for stop in all_stops}
    boxes: list[Box] = []
    top = float(HEAD)
    for n, stop in enumerate(all_stops):
        box = _box(stop, n, top, order, names)
        boxes.append(box)
        top = box.bottom + GAP
    buses = _buses(boxes)
    most = {side: max((bus.lane + 1 for bus in buses if bus.side == side), default=0) for side in _SIDES}
    return Layout(tuple(boxes), tuple(buses), most)


_SIDES: tuple[Side, ...] = ("right", "left")


def _box(stop: Stop, n: int, top: float, order: dict[str, int], names: dict[str, str]) -> Box:
    room = WIDTH - 2 * PAD
    name = wrapped(stop.name, NAME, room - 30 - text_width(stop.kind_words, SMALL), bold=True)
    says = tuple(wrapped(one, SMALL, room - 30) for one in stop.says if one)
    y = top + PAD + len(name) * LINE + sum(len(lines) * (LINE - 2) for lines in says)
    down = next((way for way in reversed(stop.ways) if order[way.to] == n + 1), None)
    exits: list[Exit] = []
    if stop.ways:
        y += 10
    for way in [*(one for one in stop.ways if one is not down), *([down] if down else [])]:
        side: Side = "down" if way is down else "right" if order[way.to] > n else "left"
        words = {
            "down": way.words,
            "left": f"← {names[way.to]}: {way.words}",
            "right": f"{way.words} → {names[way.to]}",
        }[side]
        lines = wrapped(words, SMALL, room - 8)
        exits.append(Exit(way, side, lines, y + ROW / 2))
        y += ROW + (len(lines) - 1) * (LINE - 2)
    return Box(stop, top, y + PAD - top, name, says, tuple(exits))


def _buses(boxes: Sequence[Box]) -> list[Bus]:
    found: list[Bus] = []
    for side in _SIDES:
        wanted = []
        for box in boxes:
            joins = tuple(
                (one.y, one.way.kind == "act")
                for other in boxes
                for one in other.exits
                if one.side == side and one.way.to == box.stop.id
            )
            if joins:
                wanted.append(Bus(box.stop.id, side, 0, joins, box.enters))
        found += _in_lanes(wanted)
    return found


def _in_lanes(buses: Iterable[Bus]) -> list[Bus]:
    """Short ones nearest to the stages; each in the first lane where its heights are free."""
    lanes: list[list[Bus]] = []
    for bus in sorted(buses, key=lambda one: (one.last - one.first, one.first)):
        free = next(
            (n for n, taken in enumerate(lanes) if all(bus.last < o.first or bus.first > o.last for o in taken)),
            len(lanes),
        )
        if free == len(lanes):
            lanes.append([])
        lanes[free].append(Bus(bus.to, bus.side, free, bus.joins, bus.enters))
    return [bus for lane in lanes for bus in lane]
