"""Stand-alone verification of receipts, promises and checkpoints: standard library and `cryptography`, nothing of ours.

Copy this one file to any machine; `python verifier.py BUNDLE --keys FILE` says whether a receipt holds.
Sources: RFC 6962 and RFC 9162 (tree and proofs), C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy.
It is one file, longer than others of this house, so that it is copied and read as a whole.
"""

import argparse
import base64
import binascii
import hashlib
import importlib
import json
import re
import sys
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate, ExtendedKeyUsage, ExtensionNotFound, load_pem_x509_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID

COMMITMENT_DOMAIN = b"jumuishi evidence commitment v1\n"
LOOKS_DOMAIN = b"jumuishi evidence looks v1\n"
BUNDLE_FORMAT = "jumuishi-evidence-bundle-v1"
PROMISE_FORMAT = "jumuishi-evidence-promise-v1"
ED25519 = b"\x01"
COSIGNATURE = b"\x04"
RECEIPT, RECEIPT_MOST = "receipt.json", 4 * 1_048_576
EM_DASH = "— "
EMPTY = hashlib.sha256(b"").digest()


class VerificationError(ValueError):
    """What was shown does not hold; the text says which part of it."""


class UntrustedError(VerificationError):
    """It is well formed, and no key that is trusted signed it."""


@dataclass(frozen=True)
class VerifierKey:
    """The public key of a log or, of kind COSIGNATURE, of a witness, under its name (C2SP "vkey")."""

    name: str
    key_id: bytes
    public: bytes
    kind: bytes = ED25519

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """From "name+hash+base64"; raises VerificationError."""
        name, _, rest = text.strip().partition("+")
        identity, _, data = rest.partition("+")
        blob = unbase64(data)
        kind, public = blob[:1], blob[1:]
        known = kind in (ED25519, COSIGNATURE) and len(public) == 32
        if not name or not known or key_id(name, public, kind).hex() != identity:
            raise VerificationError("a key in the key file is malformed")
        return cls(name, key_id(name, public, kind), public, kind)

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature is this key's; a witness's begins with its time, which it signs too."""
        if self.kind == COSIGNATURE:
            at, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            if at >= 1 << 63:
                return False
            message = cosigned_message(at, message)
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


def unbase64(text: object) -> bytes:
    """The bytes that standard base64 says; raises VerificationError, also for another spelling of the same bytes."""
    try:
        data = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise VerificationError("base64 is malformed") from error
    # Stray bits after the last byte would let two texts mean one thing.
    if base64.b64encode(data).decode() != text:
        raise VerificationError("base64 is malformed")
    return data


def key_id(name: str, public: bytes, kind: bytes = ED25519) -> bytes:
    """The first four bytes of the hash that binds a name to a key (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def cosigned_message(at: int, text: bytes) -> bytes:
    """The bytes that a witness signs about a checkpoint's text (C2SP tlog-cosignature)."""
    return b"cosignature/v1\ntime %d\n" % at + text


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


def roots_of_consistency(old: int, new: int, path: list[bytes]) -> tuple[bytes, bytes]:
    """The roots of the first `old` and of all `new` leaves that a path leads to (RFC 9162 section 2.1.4.2, its loop).

    `path` begins with the hash of the largest perfect subtree that ends the older tree. 0 < old < new; raises
    VerificationError for a path that is too long or too short.
    """
    broken = VerificationError("the consistency proof does not hold")
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
    if last:
        raise broken
    return first, second


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> None:
    """Raise VerificationError unless the tree of `new` leaves begins with that of `old` (RFC 9162 section 2.1.4.2)."""
    broken = VerificationError("the consistency proof does not hold")
    if old > new or old < 0 or (old in (0, new) and proof):
        raise broken
    if old in (0, new):
        if old_root != (new_root if old else EMPTY):
            raise broken
        return
    # Where the older tree is one perfect subtree its root is known, and not in the proof.
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if roots_of_consistency(old, new, path) != (old_root, new_root):
        raise broken


@dataclass(frozen=True)
class Signature:
    """A line under a note: whose it says it is, and the bytes."""

    name: str
    key_id: bytes
    data: bytes


def read_note(note: str) -> tuple[str, list[Signature]]:
    """The text of a note and the signatures under it, none of them checked; raises VerificationError."""
    if any(ord(char) < 0x20 and char != "\n" for char in note):
        raise VerificationError("the note holds control characters")
    text, blank, tail = note.rpartition("\n\n")
    text += "\n"
    lines = tail.split("\n")
    if not blank or lines.pop() != "" or not lines:
        raise VerificationError("the note is malformed")
    found = []
    for line in lines:
        name, _, data = line.removeprefix(EM_DASH).partition(" ")
        if not line.startswith(EM_DASH) or not name or "+" in name:
            raise VerificationError("the note is malformed")
        signature = unbase64(data)
        if len(signature) < 5:
            raise VerificationError("the note is malformed")
        found.append(Signature(name, signature[:4], signature[4:]))
    return text, found


def signers(note: str, keys: Iterable[VerifierKey]) -> dict[VerifierKey, bytes]:
    """Which of the keys signed a note, each once, with its signature; raises VerificationError where one lied."""
    text, signatures = read_note(note)
    found = {}
    for key in keys:
        for signature in signatures:
            if (key.name, key.key_id) == (signature.name, signature.key_id):
                if not key.verify(signature.data, text.encode()):
                    raise UntrustedError("the signature of the note is false")
                found[key] = signature.data
    return found


def open_note(note: str, keys: list[VerifierKey]) -> str:
    """The text of a signed note; raises VerificationError unless one of the keys signed it and no known key lied."""
    if not signers(note, keys):
        raise UntrustedError("the note is not signed by a key that is trusted")
    return read_note(note)[0]


def read_checkpoint(note: str) -> Head:
    """What a checkpoint says, whoever signed it; raises VerificationError."""
    lines = read_note(note)[0].split("\n")
    if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1], re.ASCII):
        raise VerificationError("the checkpoint is malformed")
    root = unbase64(lines[2])
    if len(root) != 32:
        raise VerificationError("the checkpoint is malformed")
    return Head(lines[0], int(lines[1]), root)


def open_checkpoint(note: str, keys: list[VerifierKey]) -> Head:
    """What a signed checkpoint says; raises VerificationError."""
    head = read_checkpoint(note)
    open_note(note, keys)
    # The log itself must have signed it: a witness's signature alone would not do.
    open_note(note, [key for key in keys if key.name == head.origin and key.kind == ED25519])
    return head


def read_certificates(pem: bytes) -> list[Certificate]:
    """The certificates that one trusts for time-stamps: of their issuers, or the time-stampers' own as well."""
    try:
        return load_pem_x509_certificates(pem)
    except ValueError as error:
        raise VerificationError("the file of a time-stamper's certificates is malformed") from error


def stamped_at(reply: bytes, message: bytes, trusted: list[Certificate], nonce: int | None = None) -> datetime:
    """When a time-stamper whom one trusts says that a message was there (RFC 3161); raises VerificationError.

    ModuleNotFoundError where the library `rfc3161-client` is not installed: nothing else here needs it.
    """
    library = importlib.import_module("rfc3161_client")
    try:
        found = library.decode_timestamp_response(reply)
        # Only a reply that brings no certificate needs the time-stamper's own from us.
        own = None if found.signed_data.certificates else next(filter(_is_stampers, trusted), None)
        builder = library.VerifierBuilder(roots=trusted, tsa_certificate=own, nonce=nonce)
        builder.build().verify_message(found, message)
        at: datetime = found.tst_info.gen_time
    except (ValueError, TypeError, library.VerificationError) as error:
        raise VerificationError(f"the time-stamp does not hold: {error}") from error
    return at


def _is_stampers(certificate: Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage


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
        commitment = unbase64(promise["commitment"])
        message = promise_message(str(promise["log"]), commitment, str(promise["at"]), int(promise["max_merge_delay"]))
        signature, wanted = unbase64(promise["signature"]), str(promise["key"])
        known = promise["format"] == PROMISE_FORMAT
    except (KeyError, TypeError, ValueError) as error:
        raise VerificationError("the promise is malformed") from error
    own = [key for key in keys if key.name == promise["log"] and key.key_id.hex() == wanted and key.kind == ED25519]
    if not known or not any(key.verify(signature, message) for key in own):
        raise VerificationError("the promise is not signed by a key that is trusted")
    return commitment


def verify_bundle(bundle: dict[str, Any], keys: list[VerifierKey]) -> dict[str, Any]:
    """The journal row that a receipt proves, as a dictionary; raises VerificationError."""
    try:
        row, salt = unbase64(bundle["row"]), unbase64(bundle["salt"])
        index, position, count = (int(bundle[name]) for name in ("index", "position", "count"))
        proof = [unbase64(step) for step in bundle["proof"]]
        inner = [unbase64(step) for step in bundle["inner_proof"]]
        note, known = str(bundle["checkpoint"]), bundle["format"] == BUNDLE_FORMAT
        stamps_of(bundle)
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


def read_bundle(path: Path) -> dict[str, Any]:
    """A receipt as it lies in a file, alone or with bodies in a zip; raises VerificationError."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as file:
            if RECEIPT not in file.namelist() or file.getinfo(RECEIPT).file_size > RECEIPT_MOST:
                raise VerificationError("the receipt is malformed")
            found = json.loads(file.read(RECEIPT))
    else:
        found = json.loads(path.read_text("utf-8"))
    if not isinstance(found, dict):
        raise VerificationError("the receipt is malformed")
    return found


def verify_bodies(path: Path, row: dict[str, Any]) -> list[str]:
    """Hold the bodies that lie beside a receipt in its zip to the digests in the row; what they are, in words.

    A body NAME.body is that of the message NAME, whose signed fields the row has under after.proofs: the
    Content-Digest among them (RFC 9530) was signed by the node that sent it. Raises VerificationError.
    """
    if not zipfile.is_zipfile(path):
        return []
    said = []
    with zipfile.ZipFile(path) as file:
        for one in file.infolist():
            if one.filename == RECEIPT:
                continue
            name = one.filename.removesuffix(".body")
            try:
                wanted = str(row["after"]["proofs"][name]["content-digest"])
            except (KeyError, TypeError) as error:
                raise VerificationError(f"the row knows no body {one.filename}") from error
            # Not compressed, so that what is read is never more than the file itself.
            if one.compress_type != zipfile.ZIP_STORED:
                raise VerificationError(f"{one.filename} is compressed")
            digest = hashlib.sha256()
            with file.open(one) as body:
                while piece := body.read(65_536):
                    digest.update(piece)
            if wanted != f"sha-256=:{base64.b64encode(digest.digest()).decode()}:":
                raise VerificationError(f"{one.filename} is not what was carried")
            said.append(f"{one.filename}: {one.file_size} bytes, as they were carried")
    return said


@dataclass(frozen=True)
class Policy:
    """Which logs and witnesses somebody trusts, and how many of these must have cosigned (C2SP tlog-policy).

    Witnesses and groups are named within the policy only; `addresses` are where witnesses are asked.
    """

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, VerifierKey]
    addresses: dict[str, str]
    groups: dict[str, tuple[int, tuple[str, ...]]]
    quorum: str

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """From the lines of a policy file; raises VerificationError with the line that is wrong."""
        found = cls((), {}, {}, {}, "")
        for number, line in enumerate(text.split("\n"), 1):
            words = line.strip(" \t").replace("\t", " ").split(" ")
            words = [word for word in words if word]
            if not words or words[0].startswith("#"):
                continue
            if any(ord(char) < 0x20 and char != "\t" for char in line):
                raise VerificationError(f"line {number} of the policy holds control characters")
            try:
                found = found._with(*words)
            except (TypeError, ValueError) as error:
                raise VerificationError(f"line {number} of the policy is malformed: {line.strip()}") from error
        if not found.quorum:
            raise VerificationError("the policy names no quorum")
        return found

    def _with(self, kind: str, *words: str) -> "Policy":
        if kind == "log" and len(words) in (1, 2):
            key = VerifierKey.parse(words[0])
            if key.kind == ED25519 and key.public not in {one.public for one in self.logs}:
                return replace(self, logs=(*self.logs, key))
        elif kind == "witness" and len(words) in (2, 3) and self._is_new(words[0]):
            key = VerifierKey.parse(words[1])
            # One key under two names would be one witness that counts twice.
            if key.kind == COSIGNATURE and key.public not in {one.public for one in self.witnesses.values()}:
                addresses = self.addresses | ({words[0]: words[2]} if len(words) == 3 else {})
                return replace(self, witnesses=self.witnesses | {words[0]: key}, addresses=addresses)
        elif kind == "group" and len(words) >= 3 and self._is_new(words[0]):
            name, threshold, *members = words
            needed = {"any": 1, "all": len(members)}.get(threshold) or int(threshold)
            known, taken = {*self.witnesses, *self.groups}, {one for _, them in self.groups.values() for one in them}
            if set(members) <= known - taken and len(set(members)) == len(members) and 1 <= needed <= len(members):
                return replace(self, groups=self.groups | {name: (needed, tuple(members))})
        elif kind == "quorum" and len(words) == 1 and not self.quorum and not self._is_new(words[0]):
            return replace(self, quorum=words[0])
        raise ValueError(kind)

    def _is_new(self, name: str) -> bool:
        return name != "none" and name not in self.witnesses and name not in self.groups

    def cosigned(self, note: str) -> dict[str, int]:
        """The witnesses, by name, that cosigned a checkpoint, each once, and when (POSIX seconds).

        Raises VerificationError where a cosignature of one of them is false.
        """
        found = signers(note, self.witnesses.values())
        return {name: int.from_bytes(found[key][:8], "big") for name, key in self.witnesses.items() if key in found}

    def is_met(self, names: Collection[str]) -> bool:
        """Whether these witnesses are a quorum; without one ("none") nobody's word makes it met."""
        return self.quorum != "none" and self._counts(self.quorum, names)

    def _counts(self, name: str, names: Collection[str]) -> bool:
        if name not in self.groups:
            return name in names
        needed, members = self.groups[name]
        return sum(self._counts(member, names) for member in members) >= needed


def is_policy(text: str) -> bool:
    """Whether a file of keys is a policy: its lines begin with a word, those of a list of keys are one word each."""
    return any(line.split(maxsplit=1)[:1] == ["quorum"] for line in text.splitlines())


def read_keys(text: str) -> list[VerifierKey]:
    """Keys of logs from a policy, lines of "name+hash+base64", or the installation's signed key list (keys.json)."""
    if is_policy(text):
        return list(Policy.parse(text).logs)
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


def stamps_of(bundle: dict[str, Any]) -> list[bytes]:
    """The time-stampers' replies in a receipt, none of them checked; raises VerificationError."""
    found = bundle.get("timestamps", [])
    if not isinstance(found, list):
        raise VerificationError("the receipt is malformed")
    return [unbase64(one) for one in found]


@dataclass(frozen=True)
class Grade:
    """How well a receipt is proven: `logged`, `cosigned` by a quorum, and `time-stamped` as well.

    `said` are lines for people: who cosigned and when, which stamp holds, and what was there and not checked.
    """

    name: str
    said: tuple[str, ...]


def grade(bundle: dict[str, Any], policy: Policy | None = None, trusted: list[Certificate] | None = None) -> Grade:
    """The grade of a receipt that holds, for whoever trusts these witnesses and these time-stampers.

    Raises VerificationError where one of them is said to have vouched and did not: that is a forgery, no lower grade.
    """
    note, stamps, said = str(bundle["checkpoint"]), stamps_of(bundle), []
    cosigned = {} if policy is None else policy.cosigned(note)
    said += [f"cosigned by {name} at {_instant(at)}" for name, at in cosigned.items()]
    known = {read_checkpoint(note).origin, *(policy.witnesses[name].name for name in cosigned if policy)}
    if others := len({one.name for one in read_note(note)[1]} - known):
        said.append(f"{others} more signatures are there and were not checked: --policy names witnesses to trust")
    is_cosigned = policy is not None and policy.is_met(cosigned)
    if policy is not None and not is_cosigned:
        said.append("those are not a quorum")
    times = []
    if stamps and trusted is None:
        said.append(f"{len(stamps)} time-stamps are there and were not checked: --tsa names certificates to trust")
    elif stamps and trusted is not None:
        try:
            times = _times(stamps, read_note(note)[0].encode(), trusted)
        except ModuleNotFoundError:
            said.append("the time-stamp was not checked: that needs the Python library rfc3161-client")
    said += [f"time-stamped at {at.astimezone(UTC).isoformat()}" for at in times]
    name = ("time-stamped" if times else "cosigned") if is_cosigned else "logged"
    return Grade(name, tuple(said))


def _times(stamps: list[bytes], text: bytes, trusted: list[Certificate]) -> list[datetime]:
    """When those of several time-stampers that one trusts stamped a text; raises VerificationError when none did."""
    found, faults = [], []
    for stamp in stamps:
        try:
            found.append(stamped_at(stamp, text, trusted))
        except VerificationError as error:
            faults.append(error)
    if not found:
        raise faults[0]
    return found


def _instant(at: int) -> str:
    try:
        return datetime.fromtimestamp(at, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return f"second {at}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(argv: list[str]) -> int:
    """`verify BUNDLE --keys FILE`: exit code 0 when it holds, 1 when it does not."""
    parser = argparse.ArgumentParser(prog="jumuishi evidence verify", description="Verify a receipt, offline.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--keys", type=Path, required=True, help="the log's keys: a list, keys.json, or a policy")
    parser.add_argument("--policy", type=Path, help="whom to trust as witnesses (C2SP tlog-policy), if not --keys")
    parser.add_argument("--tsa", type=Path, help="certificates (PEM) to trust for time-stamps")
    given = parser.parse_args(argv)
    try:
        text = given.keys.read_text("utf-8")
        keys, witnesses = read_keys(text), given.policy.read_text("utf-8") if given.policy else text
        policy = Policy.parse(witnesses) if given.policy or is_policy(text) else None
        trusted = read_certificates(given.tsa.read_bytes()) if given.tsa else None
        bundle = read_bundle(given.bundle)
        if bundle.get("format") == PROMISE_FORMAT:
            verify_promise(bundle, keys)
            # The lowest grade: our word, until the record is in the log.
            _say(f"promised: signed at {bundle['at']}, in the log within {bundle['max_merge_delay']} seconds")
            return 0
        row, found = verify_bundle(bundle, keys), grade(bundle, policy, trusted)
        bodies = verify_bodies(given.bundle, row)
    except (OSError, ValueError, RecursionError, zipfile.BadZipFile, NotImplementedError) as error:
        _say(f"false: {error}")
        return 1
    _say(f"genuine: {json.dumps(row, ensure_ascii=False, indent=1, sort_keys=True)}")
    # Apart from the row, so that a program reads on standard output what it always read.
    sys.stderr.write("\n".join([f"grade: {found.name}", *found.said, *bodies, ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
