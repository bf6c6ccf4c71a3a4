"""What the outside copies prove: leaf hashes under a signed root, and the names that were told with them."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from jumuishi.evidence.mirror import Mirror, Name
from jumuishi.evidence.tiles import WIDTH, split
from jumuishi.evidence.tree import EMPTY, node_hash, of_entries, root
from jumuishi.evidence.types import LogError
from jumuishi.evidence.verifier import gathered, leaf_hash


@dataclass
class Range:
    """The root of leaves that come one by one, in memory that grows with their logarithm only."""

    peaks: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Append a leaf's hash."""
        height, found = 0, leaf
        while self.peaks and self.peaks[-1][0] == height:
            found = node_hash(self.peaks.pop()[1], found)
            height += 1
        self.peaks.append((height, found))

    def root(self) -> bytes:
        """RFC 6962's root of what was added."""
        found = EMPTY
        for number, (_, peak) in enumerate(reversed(self.peaks)):
            found = node_hash(peak, found) if number else peak
        return found


@dataclass(frozen=True)
class Witnessed:
    """A leaf as the outside copies have it; `names` are trusted only where they lead to its hash."""

    index: int
    leaf: bytes
    names: tuple[Name, ...]

    @property
    def named_truly(self) -> bool:
        """Whether the names belong to this leaf."""
        ordered = sorted(self.names, key=lambda name: name.position)
        if not ordered or [name.position for name in ordered] != list(range(ordered[0].count)):
            return False
        try:
            commitments = [bytes.fromhex(name.commitment) for name in ordered]
        except ValueError:
            return False
        if len(commitments) == 1:
            return leaf_hash(commitments[0]) == self.leaf
        inner = root(of_entries(commitments), len(commitments))
        return leaf_hash(gathered(len(commitments), inner)) == self.leaf


def leaves(mirror: Mirror, epoch: int) -> Iterator[Witnessed]:
    """Each leaf up to the epoch's latest checkpoint; raises LogError at the end unless they lead to its root."""
    head = mirror.head(epoch)
    if head is None:
        return
    named = itertools.groupby(mirror.names(epoch), key=lambda name: name.index)
    at, group = next(((index, tuple(names)) for index, names in named), (head.size, ()))
    whole = Range()
    for tile in range((head.size + WIDTH - 1) // WIDTH):
        for offset, leaf in enumerate(split(mirror.tile(epoch, 0, tile))):
            index = tile * WIDTH + offset
            if index >= head.size:
                break
            while at < index:
                at, group = next(((number, tuple(names)) for number, names in named), (head.size, ()))
            whole.add(leaf)
            yield Witnessed(index, leaf, group if at == index else ())
    if whole.root() != head.root:
        raise LogError(f"the outside tiles of epoch {epoch} do not lead to their signed checkpoint")
