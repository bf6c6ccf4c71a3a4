"""Stand-alone verification of receipts, promises and checkpoints: standard library and `cryptography`, nothing of ours.

Copy this one file to any machine; `python verifier.py BUNDLE --keys FILE` says whether a receipt holds.
Sources: RFC 6962 and RFC 9162 (tree and proofs), C2SP signed-note and tlog-checkpoint.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

COMMITMENT_DOMAIN = b"jumuishi evidence commitment v1\n"
LOOKS_DOMAIN = b"jumuishi evidence looks v1\n"
BUNDLE_FORMAT = "jumuishi-evidence-bundle-v1"
PROMISE_FORMAT = "jumuishi-evidence-promise-v1"
ED25519 = b"\x01"
EM_DASH = "— "


class VerificationError(ValueError):
    """What was shown does not hold; the text says which part of it."""


@dataclass(frozen=True)
class VerifierKey:
    """A log's public key under the name with which it signs (C2SP "vkey")."""

    name: str
    key_id: bytes
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """From "name+hash+base64"; raises VerificationError."""
        name, _, rest = text.strip().partition("+")
        identity, _, data = rest.partition("+")
        blob = _unbase64(data)
        if not name or blob[:1] != ED25519 or len(blob) != 33 or key_id(name, blob[1:]).hex() != identity:
            raise VerificationError("a key in the key file is malformed")
        return cls(name, key_id(name, blob[1:]), blob[1:])

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether the Ed25519 signature is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: the log, the number of leaves and the tree's root."""

    origin: str
    size: int
    root: bytes


def _unbase64(text: object) -> bytes:
    try:
        data = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise VerificationError("base64 is malformed") from error
    # Stray bits after the last byte would let two texts mean one thing.
    if base64.b64encode(data).decode() != text:
        raise VerificationError("base64 is malformed")
    return data


def key_id(name: str, public: bytes) -> bytes:
    """The first four bytes of the hash that binds a name to a key (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 section 2.1: the hash of one entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 section 2.1: the hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_inclusion(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes:
    """The root that a proof leads to from a leaf's hash (RFC 9162 section 2.1.3.2); raises VerificationError."""
    if not 0 <= index < size:
        raise VerificationError("the leaf lies outside the tree")
    inner, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise VerificationError("the inclusion proof is too long")
        if inner & 1 or inner == last:
            found = node_hash(sibling, found)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        inner, last = inner >> 1, last >> 1
    if last:
        raise VerificationError("the inclusion proof is too short")
    return found


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> None:
    """Raise VerificationError unless the tree of `new` leaves begins with that of `old` (RFC 9162 section 2.1.4.2)."""
    broken = VerificationError("the consistency proof does not hold")
    if old > new or old < 0 or (old in (0, new) and proof):
        raise broken
    if old in (0, new):
        if old_root != (new_root if old else hashlib.sha256(b"").digest()):
            raise broken
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise broken
    inner, last = old - 1, new - 1
    while inner & 1:
        inner, last = inner >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise broken
        if inner & 1 or inner == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        inner, last = inner >> 1, last >> 1
    if last or first != old_root or second != new_root:
        raise broken


def open_note(note: str, keys: list[VerifierKey]) -> str:
    """The text of a signed note; raises VerificationError unless one of the keys signed it and no known key lied."""
    if any(ord(char) < 0x20 and char != "\n" for char in note):
        raise VerificationError("the note holds control characters")
    text, blank, tail = note.rpartition("\n\n")
    text += "\n"
    lines = tail.split("\n")
    if not blank or lines.pop() != "" or not lines:
        raise VerificationError("the note is malformed")
    trusted = False
    for line in lines:
        name, _, data = line.removeprefix(EM_DASH).partition(" ")
        if not line.startswith(EM_DASH) or not name or "+" in name:
            raise VerificationError("the note is malformed")
        signature = _unbase64(data)
        if len(signature) < 5:
            raise VerificationError("the note is malformed")
        for key in keys:
            if key.name == name and key.key_id == signature[:4]:
                if not key.verify(signature[4:], text.encode()):
                    raise VerificationError("the signature of the note is false")
                trusted = True
    if not trusted:
        raise VerificationError("the note is not signed by a key that is trusted")
    return text


def open_checkpoint(note: str, keys: list[VerifierKey]) -> Head:
    """What a signed checkpoint says; raises VerificationError."""
    lines = open_note(note, keys).split("\n")
    if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        raise VerificationError("the checkpoint is malformed")
    # The log itself must have signed it: a witness's signature alone would not do.
    own = [key for key in keys if key.name == lines[0]]
    open_note(note, own)
    root = _unbase64(lines[2])
    if len(root) != 32:
        raise VerificationError("the checkpoint is malformed")
    return Head(lines[0], int(lines[1]), root)


def commitment_of(salt: bytes, row: bytes) -> bytes:
    """The 32 bytes that bind a journal row."""
    return hashlib.sha256(COMMITMENT_DOMAIN + salt + row).digest()


def gathered(count: int, root: bytes) -> bytes:
    """The commitment of a leaf that several looks share: their number and the root of their own small tree."""
    return hashlib.sha256(LOOKS_DOMAIN + count.to_bytes(8, "big") + root).digest()


def promise_message(log: str, commitment: bytes, at: str, max_merge_delay: int) -> bytes:
    """The bytes that a promise signs."""
    lines = ("jumuishi evidence promise v1", log, base64.b64encode(commitment).decode(), at, str(max_merge_delay))
    return ("\n".join(lines) + "\n").encode()


def verify_promise(promise: dict[str, Any], keys: list[VerifierKey]) -> bytes:
    """The commitment that a promise is about; raises VerificationError."""
    try:
        commitment = _unbase64(promise["commitment"])
        message = promise_message(str(promise["log"]), commitment, str(promise["at"]), int(promise["max_merge_delay"]))
        signature, wanted = _unbase64(promise["signature"]), str(promise["key"])
        known = promise["format"] == PROMISE_FORMAT
    except (KeyError, TypeError, ValueError) as error:
        raise VerificationError("the promise is malformed") from error
    own = [key for key in keys if key.name == promise["log"] and key.key_id.hex() == wanted]
    if not known or not any(key.verify(signature, message) for key in own):
        raise VerificationError("the promise is not signed by a key that is trusted")
    return commitment


def verify_bundle(bundle: dict[str, Any], keys: list[VerifierKey]) -> dict[str, Any]:
    """The journal row that a receipt proves, as a dictionary; raises VerificationError."""
    try:
        row, salt = _unbase64(bundle["row"]), _unbase64(bundle["salt"])
        index, position, count = (int(bundle[name]) for name in ("index", "position", "count"))
        proof = [_unbase64(step) for step in bundle["proof"]]
        inner = [_unbase64(step) for step in bundle["inner_proof"]]
        note, known = str(bundle["checkpoint"]), bundle["format"] == BUNDLE_FORMAT
    except (KeyError, TypeError, ValueError) as error:
        raise VerificationError("the receipt is malformed") from error
    if not known or len(salt) != 16 or any(len(step) != 32 for step in proof + inner):
        raise VerificationError("the receipt is malformed")
    head = open_checkpoint(note, keys)
    entry = commitment_of(salt, row)
    if "promise" in bundle and verify_promise(bundle["promise"], keys) != entry:
        raise VerificationError("the promise is about another row")
    if count != 1:
        entry = gathered(count, root_of_inclusion(position, count, leaf_hash(entry), inner))
    elif position or inner:
        raise VerificationError("the receipt is malformed")
    if root_of_inclusion(index, head.size, leaf_hash(entry), proof) != head.root:
        raise VerificationError("the row is not in the log: it was altered, or the proof is false")
    try:
        found = json.loads(row)
    except ValueError as error:
        raise VerificationError("the row is malformed") from error
    if not isinstance(found, dict):
        raise VerificationError("the row is malformed")
    return found


def read_keys(text: str) -> list[VerifierKey]:
    """Keys from lines of "name+hash+base64", or from the installation's signed key list (keys.json)."""
    if text.lstrip().startswith("{"):
        lines = _listed(text)
    else:
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise VerificationError("the key file holds no key of a log")
    return [VerifierKey.parse(line) for line in lines]


def _listed(text: str) -> list[str]:
    """The log's keys in a key list whose root signed all of it. A receipt outlives the list: its age is no matter."""
    try:
        found = json.loads(text)
        body = {name: value for name, value in found.items() if name != "signature"}
        # Texts, lists and objects with plain names only: so these are the bytes of RFC 8785.
        signed = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        root, signature = (base64.urlsafe_b64decode(found[name] + "==") for name in ("root", "signature"))
        Ed25519PublicKey.from_public_bytes(root).verify(signature, signed)
        return [str(line) for line in found["evidence"]]
    except (KeyError, TypeError, ValueError) as error:
        raise VerificationError("the key list is malformed") from error
    except InvalidSignature as error:
        raise VerificationError("the key list is not signed by its root") from error


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(argv: list[str]) -> int:
    """`verify BUNDLE --keys FILE`: exit code 0 when it holds, 1 when it does not."""
    parser = argparse.ArgumentParser(prog="jumuishi evidence verify", description="Verify a receipt, offline.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--keys", type=Path, required=True)
    given = parser.parse_args(argv)
    try:
        keys = read_keys(given.keys.read_text("utf-8"))
        bundle = json.loads(given.bundle.read_text("utf-8"))
        if not isinstance(bundle, dict):
            raise VerificationError("the receipt is malformed")
        if bundle.get("format") == PROMISE_FORMAT:
            verify_promise(bundle, keys)
            _say(f"promised: signed at {bundle['at']}, in the log within {bundle['max_merge_delay']} seconds")
            return 0
        row = verify_bundle(bundle, keys)
    except (OSError, ValueError, RecursionError) as error:
        _say(f"false: {error}")
        return 1
    _say(f"genuine: {json.dumps(row, ensure_ascii=False, indent=1, sort_keys=True)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
