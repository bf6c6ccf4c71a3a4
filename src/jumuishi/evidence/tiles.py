"""The tree cut into tiles of 256 hashes (C2SP tlog-tiles). Pure: tiles are got through a function."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jumuishi.evidence.tree import node_hash

WIDTH = 256
HASH = 32
# get(level, index) gives the hashes that a tile has so far, empty bytes for none.
Get = Callable[[int, int], bytes]


@dataclass(frozen=True)
class TileName:
    """Which tile: its level, its index in the level, and how many hashes of it (256 for a full one)."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """ "<L>/<N>[.p/<W>]", for example "0/x001/x234/067.p/8"."""
        groups = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"{self.level}/{'/'.join(groups)}{partial}"

    @classmethod
    def parse(cls, path: str) -> "TileName":
        """From a path; raises ValueError on any other spelling than the one."""
        match = re.fullmatch(r"(\d{1,2})/((?:x\d{3}/){0,5}\d{3})(?:\.p/(\d{1,3}))?", path, re.ASCII)
        if match is None:
            raise ValueError("no path of a tile")
        index = int(match[2].replace("x", "").replace("/", ""))
        name = cls(int(match[1]), index, int(match[3]) if match[3] else WIDTH)
        if name.path != path or name.level > 63 or name.width < 1:
            raise ValueError("no path of a tile")
        return name


def width_at(size: int, level: int, index: int) -> int:
    """How many hashes a tile has in a tree of so many leaves: 0 to 256."""
    return max(0, min(WIDTH, (size >> (8 * level)) - index * WIDTH))


def edge(size: int) -> list[TileName]:
    """The last tile of each level of a tree, which is what grows next."""
    found, level = [], 0
    while (count := size >> (8 * level)) > 0:
        index = (count - 1) // WIDTH
        found.append(TileName(level, index, count - index * WIDTH))
        level += 1
    return found


def split(hashes: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


class Reader:
    """Nodes of the tree from its tiles, each tile fetched once."""

    def __init__(self, get: Get) -> None:
        self._get = get
        self._rows: dict[tuple[int, int], list[list[bytes]]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The hash of a perfect subtree; raises LookupError when its tile is absent or too short."""
        tile_level, row = divmod(level, 8)
        tile = index >> (8 - row)
        rows = self._rows.get((tile_level, tile))
        if rows is None:
            rows = self._rows[tile_level, tile] = [split(self._get(tile_level, tile))]
        while len(rows) <= row:
            below = rows[-1]
            rows.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
        within = index - (tile << (8 - row))
        if within >= len(rows[row]):
            raise LookupError(f"tile {TileName(tile_level, tile).path} lacks hashes")
        return rows[row][within]


def grown(get: Get, size: int, leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles that change, by (level, index), when leaf hashes follow a tree of `size` leaves."""
    changed: dict[tuple[int, int], bytes] = {}
    level, at, pending = 0, size, list(leaves)
    while pending:
        full: list[bytes] = []
        above = at // WIDTH
        while pending:
            index, filled = divmod(at, WIDTH)
            part = pending[: WIDTH - filled]
            pending = pending[len(part) :]
            before = get(level, index)[: filled * HASH] if filled else b""
            if len(before) != filled * HASH:
                raise LookupError(f"tile {TileName(level, index).path} lacks hashes")
            changed[level, index] = before + b"".join(part)
            at += len(part)
            if at % WIDTH == 0:
                full.append(_subtree(changed[level, index]))
        level, at, pending = level + 1, above, full
    return changed


def _subtree(hashes: bytes) -> bytes:
    row = split(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]
