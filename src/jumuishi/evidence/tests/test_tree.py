"""The tree against the RFC's plain definition, and proofs between any two sizes."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumuishi.evidence import tiles, tree
from jumuishi.evidence.verifier import (
    VerificationError,
    leaf_hash,
    node_hash,
    root_of_inclusion,
    verify_consistency,
)

# The eight entries and the roots that implementations of RFC 6962 test each other with.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def plain_root(hashes: list[bytes]) -> bytes:
    """MTH straight from the RFC's text."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(plain_root(hashes[:k]), plain_root(hashes[k:]))


class Log:
    """Tiles in a dictionary, grown by the batches they are given."""

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], bytes] = {}
        self.hashes: list[bytes] = []

    def get(self, level: int, index: int) -> bytes:
        return self.held.get((level, index), b"")

    def add(self, count: int) -> None:
        start = len(self.hashes)
        new = [leaf_hash(number.to_bytes(8, "big")) for number in range(start, start + count)]
        self.held |= tiles.grown(self.get, start, new)
        self.hashes += new

    @property
    def node(self) -> tree.Node:
        return tiles.Reader(self.get).node


BIG = Log()
for _batch in (1, 254, 1, 1, 700, 43, 256, 511, 256 * 256 - 1767 + 3):
    BIG.add(_batch)


def test_known_roots() -> None:
    node = tree.of_leaves([leaf_hash(entry) for entry in ENTRIES])
    assert [tree.root(node, size).hex() for size in range(1, 9)] == ROOTS
    assert tree.root(node, 0) == hashlib.sha256(b"").digest()


def test_known_proofs() -> None:
    """From the same well-known set: the paths of leaf 5 in 8, and from 6 to 8 leaves."""
    node = tree.of_leaves([leaf_hash(entry) for entry in ENTRIES])
    assert [step.hex() for step in tree.inclusion(node, 5, 8)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [step.hex() for step in tree.consistency(node, 6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_every_pair_of_sizes_of_a_small_tree() -> None:
    log = Log()
    log.add(70)
    node = log.node
    roots = [plain_root(log.hashes[:size]) for size in range(71)]
    for new in range(71):
        assert tree.root(node, new) == roots[new]
        for old in range(new + 1):
            verify_consistency(old, new, roots[old], roots[new], tree.consistency(node, old, new))
        for index in range(new):
            assert root_of_inclusion(index, new, log.hashes[index], tree.inclusion(node, index, new)) == roots[new]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_two_sizes_through_tiles_of_three_levels(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, len(BIG.hashes)))
    old = data.draw(st.integers(0, new))
    index = data.draw(st.integers(0, new - 1))
    node = BIG.node
    new_root, old_root = tree.root(node, new), tree.root(node, old)
    verify_consistency(old, new, old_root, new_root, tree.consistency(node, old, new))
    path = tree.inclusion(node, index, new)
    assert root_of_inclusion(index, new, BIG.hashes[index], path) == new_root
    if path:
        wrong = data.draw(st.integers(0, len(path) - 1))
        path[wrong] = bytes([path[wrong][0] ^ 1]) + path[wrong][1:]
        assert root_of_inclusion(index, new, BIG.hashes[index], path) != new_root
    with pytest.raises(VerificationError):
        verify_consistency(old, new, old_root[::-1], new_root, tree.consistency(node, old, new))


def test_the_big_tree_is_the_plain_tree() -> None:
    assert tree.root(BIG.node, len(BIG.hashes)) == plain_root(BIG.hashes)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=6))
def test_batches_do_not_matter(batches: list[int]) -> None:
    log, once = Log(), Log()
    for count in batches:
        log.add(count)
    once.add(sum(batches))
    assert log.held == once.held
    for (level, index), hashes in log.held.items():
        assert len(hashes) == 32 * tiles.width_at(sum(batches), level, index)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (tiles.TileName(0, 0, 1), "0/000.p/1"),
        (tiles.TileName(0, 1234067), "0/x001/x234/067"),
        (tiles.TileName(2, 1000, 255), "2/x001/000.p/255"),
    ],
)
def test_paths(name: tiles.TileName, path: str) -> None:
    assert name.path == path
    assert tiles.TileName.parse(path) == name


@pytest.mark.parametrize(
    "path",
    ["00/000", "0/0", "0/000.p/0", "0/000.p/256", "0/000.p/01", "64/000", "0/x000/000", "0/001/002", "entries/000",
     "0/٠٠٠", "0/000\n"],
)  # fmt: skip
def test_only_one_spelling(path: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        tiles.TileName.parse(path)


def test_edge_of_seventy_thousand() -> None:
    """The example of the specification."""
    assert tiles.edge(70_000) == [tiles.TileName(0, 273, 112), tiles.TileName(1, 1, 17), tiles.TileName(2, 0, 1)]
    assert tiles.edge(256) == [tiles.TileName(0, 0, 256), tiles.TileName(1, 0, 1)]
    assert tiles.edge(0) == []
