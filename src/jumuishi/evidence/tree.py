"""Roots and proofs of an RFC 6962 tree, from the hashes of its perfect subtrees. Pure."""

from collections.abc import Callable, Sequence

from jumuishi.evidence.verifier import EMPTY, leaf_hash, node_hash

# node(level, index) is the hash over the leaves [index * 2**level, (index + 1) * 2**level), all of them in the tree.
Node = Callable[[int, int], bytes]


def _split(size: int) -> int:
    """The largest power of two smaller than size (RFC 6962 section 2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _range(node: Node, low: int, high: int) -> bytes:
    size = high - low
    if size & (size - 1) == 0:
        return node(size.bit_length() - 1, low // size)
    middle = low + _split(size)
    return node_hash(_range(node, low, middle), _range(node, middle, high))


def root(node: Node, size: int) -> bytes:
    """MTH of the first `size` leaves."""
    return _range(node, 0, size) if size else EMPTY


def inclusion(node: Node, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]), RFC 6962 section 2.1.1; raises ValueError when the leaf lies outside."""
    if not 0 <= index < size:
        raise ValueError("the leaf lies outside the tree")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range(node, middle, high))
            high = middle
        else:
            path.append(_range(node, low, middle))
            low = middle
    return path[::-1]


def consistency(node: Node, old: int, new: int) -> list[bytes]:
    """PROOF(old, D[new]), RFC 6962 section 2.1.2; empty from nothing or to itself; raises ValueError when old > new."""
    if not 0 <= old <= new:
        raise ValueError("the older tree is larger than the newer")
    if old in (0, new):
        return []
    path: list[bytes] = []
    low, high, whole = 0, new, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_range(node, middle, high))
            high = middle
        else:
            path.append(_range(node, low, middle))
            low, whole = middle, False
    if not whole:
        path.append(_range(node, low, high))
    return path[::-1]


def of_leaves(hashes: Sequence[bytes]) -> Node:
    """The nodes of a small tree whose leaf hashes are at hand."""

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return hashes[index]
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def of_entries(entries: Sequence[bytes]) -> Node:
    """The nodes of a small tree whose entries are at hand, such as the commitments of looks that share a leaf."""
    return of_leaves([leaf_hash(entry) for entry in entries])


__all__ = ["EMPTY", "Node", "consistency", "inclusion", "leaf_hash", "node_hash", "of_entries", "of_leaves", "root"]
