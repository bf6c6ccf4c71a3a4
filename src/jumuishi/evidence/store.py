"""Tiles, epochs and checkpoints as they lie in PostgreSQL."""

import base64
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from jumuishi.evidence import keys, tiles, tree
from jumuishi.evidence.models import Checkpoint, Epoch, Tile
from jumuishi.evidence.rules import stamp
from jumuishi.evidence.verifier import gathered
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id


@dataclass(frozen=True)
class State:
    """Where the log stands: its epoch, and the latest checkpoint's size, root and signed note."""

    epoch: int
    origin: str
    size: int
    root: bytes
    note: str


def tile(level: int, index: int) -> bytes:
    """The hashes that a tile has so far; empty for none."""
    found = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
    return b"" if found is None else bytes(found)


def entries(first: int, count: int) -> list[bytes]:
    """What was hashed into these leaves: a commitment each, or what several looks were gathered into."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT index, commitment FROM evidence_leaf WHERE index >= %s AND index < %s ORDER BY index, position",
            [first, first + count],
        )
        rows = itertools.groupby(cursor.fetchall(), key=lambda row: row[0])
        return [entry_of([bytes(commitment) for _, commitment in group]) for _, group in rows]


def entry_of(commitments: Sequence[bytes]) -> bytes:
    """The log's entry for one commitment, or for those of several looks in their order."""
    if len(commitments) == 1:
        return commitments[0]
    return gathered(len(commitments), tree.root(tree.of_entries(list(commitments)), len(commitments)))


def node() -> tree.Node:
    """The nodes of the tree, through its tiles."""
    return tiles.Reader(tile).node


def write_tiles(changed: dict[tuple[int, int], bytes]) -> None:
    """Store tiles that grew."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO evidence_tile (level, index, hashes) VALUES (%s, %s, %s) "
            "ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes",
            [(level, index, hashes) for (level, index), hashes in changed.items()],
        )


def state(epoch: int | None = None, size: int | None = None) -> State | None:
    """The latest checkpoint of an epoch (the open one when not said), or the one of a size; None when there is none."""
    rows = Checkpoint.objects.select_related("epoch")
    if epoch is not None:
        rows = rows.filter(epoch_id=epoch)
    if size is not None:
        rows = rows.filter(size=size)
    found = rows.order_by("-epoch_id", "-size").first()
    if found is None:
        return None
    return State(found.epoch_id, found.epoch.origin, found.size, bytes(found.root), found.note)


def add_checkpoint(epoch: int, origin: str, size: int, root: bytes) -> State:
    """Sign the tree as it stands now."""
    note = keys.signer(origin).checkpoint(size, root)
    Checkpoint.objects.create(id=new_id(), epoch_id=epoch, size=size, root=root, note=note, at=clock.now())
    return State(epoch, origin, size, root, note)


def open_epoch(number: int, *, size: int, previous: str, reason: str) -> State:
    """Begin an epoch at the tree as this database holds it; `previous` is the last checkpoint that is known outside."""
    origin, now = keys.origin_of(number), clock.now()
    root = tree.root(node(), size)
    lines = [
        "jumuishi evidence epoch v1",
        f"number {number}",
        f"origin {origin}",
        f"base {size} {base64.b64encode(root).decode()}",
        *(["previous " + " ".join(previous.split("\n")[:3])] if previous else []),
        f"opened {stamp(now)}",
        f"reason {reason}",
    ]
    statement = keys.signer(origin).sign("\n".join(lines) + "\n")
    Epoch.objects.create(number=number, origin=origin, base_size=size, opened_at=now, statement=statement)
    return add_checkpoint(number, origin, size, root)
