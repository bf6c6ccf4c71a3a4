"""Whether a log tells everybody the same: two of its checkpoints side by side. Pure: tiles come through a function."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from jumuishi.evidence import tree
from jumuishi.evidence.tiles import Reader, TileName, width_at
from jumuishi.evidence.types import LogError
from jumuishi.evidence.verifier import (
    EMPTY,
    Head,
    VerificationError,
    VerifierKey,
    open_checkpoint,
    roots_of_consistency,
)


class Relation(Enum):
    """How two checkpoints of one log stand to each other; INCONSISTENT is proven, and the log's own fault."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class TwoHistories:
    """A log that contradicts itself: both notes as it signed them, and the proof by which `compare` says so."""

    origin: str
    one: str
    other: str
    proof: tuple[bytes, ...]


def compare(one: str, other: str, proof: Sequence[bytes] | None, keys: list[VerifierKey]) -> Relation:
    """How two signed checkpoints of one log stand to each other, in either order.

    `proof` is RFC 6962's from the smaller to the larger; to accuse, it may begin with the subtree that such a proof
    leaves out when the smaller size is a power of two. One that leads to neither root proves nothing. Raises
    VerificationError when the log has not signed both, or they are of two logs.
    """
    small, large = _ordered(one, other, keys)
    if small.size == large.size:
        return Relation.CONSISTENT if small.root == large.root else Relation.INCONSISTENT
    if small.size == 0:
        return Relation.CONSISTENT if small.root == EMPTY else Relation.INCONSISTENT
    if proof is None:
        return Relation.UNKNOWN
    perfect = small.size & (small.size - 1) == 0
    for path in ([small.root, *proof], list(proof)) if perfect else (list(proof),):
        try:
            first, second = roots_of_consistency(small.size, large.size, path)
        except VerificationError:
            continue
        if second == large.root:
            # The larger tree's root holds every step of the path fast, so `first` is what it truly began with.
            return Relation.CONSISTENT if first == small.root else Relation.INCONSISTENT
    return Relation.UNKNOWN


def follow(seen: str, latest: str, keys: list[VerifierKey], fetch: Callable[[str], bytes]) -> TwoHistories | None:
    """None when one of two checkpoints continues the other; else what proves that the log contradicts itself.

    `fetch` gives the log's tile under a path such as "0/x001/067.p/8", as its public files name it. Raises
    VerificationError as `compare`, LogError when the tiles do not lead to the larger checkpoint: that may be a line
    that failed, or a log that hides; it is no proof. What `fetch` raises passes.
    """
    small, large = _ordered(seen, latest, keys)
    proof: list[bytes] = []
    if 0 < small.size < large.size:

        def tile(level: int, index: int) -> bytes:
            return fetch(TileName(level, index, width_at(large.size, level, index)).path)

        node = Reader(tile).node
        try:
            proof = tree.consistency(node, small.size, large.size)
            if small.size & (small.size - 1) == 0:
                proof = [node(small.size.bit_length() - 1, 0), *proof]
        except LookupError as error:
            raise LogError(f"{large.origin}: {error}") from error
    found = compare(seen, latest, proof, keys)
    if found is Relation.UNKNOWN:
        raise LogError(f"{large.origin} gives tiles that do not lead to its own checkpoint of {large.size} leaves")
    return None if found is Relation.CONSISTENT else TwoHistories(large.origin, seen, latest, tuple(proof))


def _ordered(one: str, other: str, keys: list[VerifierKey]) -> tuple[Head, Head]:
    first, second = open_checkpoint(one, keys), open_checkpoint(other, keys)
    if first.origin != second.origin:
        raise VerificationError("the checkpoints are of two logs")
    return (first, second) if first.size <= second.size else (second, first)
