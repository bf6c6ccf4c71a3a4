"""Where the elements of a process stand: lanes one below the other, a column for each node, lines between columns.

A line to the next column goes straight there; any other climbs to a height of its own above the lanes, so that no line
crosses a node.
"""

from dataclasses import dataclass

from jumuishi.definitions.author.bpmn.process import Flow, Node, Process

Point = tuple[float, float]
TITLE, LANE_TITLE, LANE, COLUMN, BUS = 30, 30, 170, 190, 14
"""Widths of the two titles, height of a lane, width of a column, distance of two heights above the lanes."""
_SIZES = {"userTask": (110, 80), "receiveTask": (110, 80), "serviceTask": (110, 80)}
_GATEWAY, _EVENT = (50, 50), (36, 36)


@dataclass(frozen=True)
class Bounds:
    """A rectangle, in the diagram's units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Places:
    """Everything's place: the pool, its lanes, nodes and lines by their ids."""

    pool: Bounds
    lanes: dict[str, Bounds]
    nodes: dict[str, Bounds]
    lines: dict[str, tuple[Point, ...]]


def placed(process: Process) -> Places:
    """The diagram of a process."""
    columns = max(one.column for one in process.nodes) + 1
    far = sorted({one.target for one in process.flows if not _is_next(process, one)})
    top = float(len(far) * BUS + 30)
    width = float(LANE_TITLE + columns * COLUMN + 40)
    lanes = {key: Bounds(TITLE, top + n * LANE, width, LANE) for n, key in enumerate(process.lanes)}
    nodes = {one.id: _bounds(one, lanes[one.lane]) for one in process.nodes if one.tag != "boundaryEvent"}
    for one in process.nodes:
        if one.tag == "boundaryEvent":
            host = nodes[one.on]
            nodes[one.id] = Bounds(host.x + host.width - 46, host.y + host.height - 18, *_EVENT)
    lines = {flow.id: _line(process, flow, nodes, far) for flow in process.flows}
    return Places(Bounds(0, 0, TITLE + width, top + len(lanes) * LANE), lanes, nodes, lines)


def _bounds(node: Node, lane: Bounds) -> Bounds:
    width, height = _SIZES.get(node.tag, _GATEWAY if node.tag.endswith("Gateway") else _EVENT)
    middle = TITLE + LANE_TITLE + node.column * COLUMN + 30 + 55
    return Bounds(middle - width / 2, lane.y + 75 - height / 2, width, height)


def _node(process: Process, key: str) -> Node:
    return next(one for one in process.nodes if one.id == key)


def _is_next(process: Process, flow: Flow) -> bool:
    source, target = _node(process, flow.source), _node(process, flow.target)
    return target.column == source.column + 1


def _line(process: Process, flow: Flow, nodes: dict[str, Bounds], far: list[str]) -> tuple[Point, ...]:
    source, target = nodes[flow.source], nodes[flow.target]
    is_boundary = _node(process, flow.source).tag == "boundaryEvent"
    column = _node(process, flow.source).column
    out = TITLE + LANE_TITLE + (column + 1) * COLUMN + 30 - 40 - 6 * (1 + (int(flow.id.rpartition("-")[2]) % 5))
    if is_boundary:
        below = source.y + source.height + 12
        begins: tuple[Point, ...] = ((source.x + 18, source.y + source.height), (source.x + 18, below), (out, below))
    else:
        begins = ((source.x + source.width, source.middle), (out, source.middle))
    arrives = target.x, target.middle
    if _is_next(process, flow):
        if begins[-1][1] == arrives[1]:
            return (begins[0], arrives)
        return (*begins, (out, arrives[1]), arrives)
    height = 20.0 + far.index(flow.target) * BUS
    before = TITLE + LANE_TITLE + _node(process, flow.target).column * COLUMN + 10
    return (*begins, (out, height), (before, height), (before, arrives[1]), arrives)
