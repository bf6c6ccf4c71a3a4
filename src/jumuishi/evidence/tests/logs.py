"""Small logs in memory, honest and not: they sign whatever they are told to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jumuishi.evidence import tiles, tree
from jumuishi.evidence.notes import Signer, vkey
from jumuishi.evidence.verifier import leaf_hash
from jumuishi.evidence.witness.asking import Request

ORIGIN = "mfano.example/evidence"


@dataclass
class Log:
    """The leaves of a log and its key; two logs of one key are two histories."""

    leaves: list[bytes]
    signer: Signer = field(default_factory=lambda: Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32))))

    @property
    def vkey(self) -> str:
        return vkey(self.signer.name, self.signer.public)

    @property
    def size(self) -> int:
        return len(self.leaves)

    def node(self) -> tree.Node:
        return tree.of_entries(self.leaves)

    def root(self, size: int) -> bytes:
        return tree.root(self.node(), size)

    def checkpoint(self, size: int | None = None) -> str:
        size = self.size if size is None else size
        return self.signer.checkpoint(size, self.root(size))

    def proof(self, old: int, new: int) -> list[bytes]:
        return tree.consistency(self.node(), old, new)

    def request(self, old: int, new: int) -> bytes:
        proof = self.proof(old, new) if old <= new <= self.size else []
        return Request(old, proof, self.checkpoint(new)).body()

    def tile(self, path: str) -> bytes:
        name = tiles.TileName.parse(path)
        level = tiles.grown(lambda *_: b"", 0, [leaf_hash(leaf) for leaf in self.leaves])
        return level[name.level, name.index][: name.width * tiles.HASH]


def log(*parts: Sequence[int] | range, letter: str = "a") -> Log:
    """A log of leaves that are named by numbers."""
    return Log([f"{letter}{number}".encode() for part in parts for number in part])


def fork(shared: int, one: int, other: int) -> tuple[Log, Log]:
    """Two histories of one log: so many leaves are the same, and each goes on alone."""
    common = log(range(shared)).leaves
    return Log([*common, *log(range(one), letter="b").leaves]), Log([*common, *log(range(other), letter="c").leaves])
