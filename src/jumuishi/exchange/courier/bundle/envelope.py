"""One file of parcels, before it is closed for its receiver: what is signed, and in which form.

    jumuishi-bundle-1
    {"file":1,"keyid":"...","made_at":"...","number":7,"receiver":"maji","sender":"kituo",...}
    SIGNATURE of the head, base64
    zlib (RFC 1950) of: length (4 bytes) | parcel, for each; 0 | {"parcels":n,"whole":true} | newline | SIGNATURE

The head is signed by itself, so that nothing of a stranger is ever unpacked; the end is signed over all before it, so
that nothing inside is believed before the whole was read once. Memory is one parcel on both sides.
"""

import hashlib
import json
import struct
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from jumuishi.exchange.courier.bundle.flaws import BadBundle, Flaw
from jumuishi.exchange.signing.keys import PublicKey, SigningKey
from jumuishi.kernel.canonical import canonical

_KIND, TITLE = b"jumuishi-bundle-", b"jumuishi-bundle-1\n"
_END_TITLE = b"jumuishi-bundle-end-1\n"
# A line of clear text, a parcel, and an end at the most.
LINE, PARCEL, END = 8192, 16 * 1_048_576, 1024
CHUNK = 65_536
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may come to: bytes once it is unpacked, and parcels."""

    plain: int = 8 * 1024**3
    parcels: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Head:
    """From which node to which; `number` counts the files between the two, `file` those of one packing from 1 on.

    `heard_upto` is the highest number that the sender took of the receiver's own files, `missing` those below that
    never came: whoever packed them learns that they were lost.
    """

    sender: str
    receiver: str
    number: int
    pack: str
    file: int
    made_at: datetime
    keyid: str
    heard_upto: int = 0
    missing: tuple[int, ...] = ()


def _text(head: Head) -> bytes:
    return canonical({name: getattr(head, name) for name in Head.__slots__})


class Writer:
    """Parcels into a file; `close` makes it whole."""

    def __init__(self, out: IO[bytes], head: Head, key: SigningKey) -> None:
        text = _text(head)
        self._out, self._key = out, key
        self._packer, self._hash = zlib.compressobj(1), hashlib.sha256(text)
        # Bytes of the file so far, and parcels.
        self.written, self.parcels = 0, 0
        self._put(TITLE + text + b"\n" + b64encode(key.sign(TITLE + text)) + b"\n")

    def add(self, parcel: bytes) -> None:
        """One more."""
        if not 0 < len(parcel) <= PARCEL:
            raise ValueError("a parcel of no or too many bytes")
        for piece in (_LENGTH.pack(len(parcel)), parcel):
            self._hash.update(piece)
            self._put(self._packer.compress(piece))
        self.parcels += 1

    def close(self, *, is_last: bool) -> None:
        """Nothing comes behind; `is_last` of the files that were packed at once. The file itself stays open."""
        end = canonical({"is_last": is_last, "parcels": self.parcels})
        signature = b64encode(self._key.sign(_END_TITLE + self._hash.digest() + end))
        self._put(self._packer.compress(_LENGTH.pack(0) + end + b"\n" + signature) + self._packer.flush())

    def _put(self, packed: bytes) -> None:
        self._out.write(packed)
        self.written += len(packed)


class Reader:
    """A file of parcels from its beginning; `key_of` says whose signature counts for a head, or raises BadBundle.

    Raises BadBundle at once for a head that is none or not believed.
    """

    def __init__(self, source: IO[bytes], key_of: Callable[[Head], PublicKey], limits: Limits) -> None:
        self._source, self._limits = source, limits
        title = source.read(len(TITLE))
        if title != TITLE:
            raise BadBundle(_other(title))
        text, signature = self._line(), self._line()
        self.head = _head(text)
        self._key = key_of(self.head)
        if not self._key.signed(TITLE + text, _signature(signature)):
            raise BadBundle(Flaw.NOT_SIGNED)
        self._hash, self._at = hashlib.sha256(text), source.tell()
        self.is_last, self.parcels = False, 0

    def _line(self) -> bytes:
        found = self._source.readline(LINE)
        if not found.endswith(b"\n"):
            raise BadBundle(Flaw.ALTERED if len(found) == LINE else Flaw.CUT)
        return found[:-1]

    def check(self) -> None:
        """Read all of it once; raises BadBundle unless it is whole and as it was signed."""
        for _ in self.parcels_in_order():
            pass

    def parcels_in_order(self) -> Iterator[bytes]:
        """Each parcel. Raises BadBundle at the place where something is wrong, so `check` comes first."""
        self._source.seek(self._at)
        plain, digest = _Plain(self._source, self._limits.plain), self._hash.copy()
        for count in range(self._limits.parcels + 1):
            first = plain.take(_LENGTH.size)
            (length,) = _LENGTH.unpack(first)
            if length == 0:
                self._end(plain.rest(END), digest.digest(), count)
                return
            if length > PARCEL:
                raise BadBundle(Flaw.ALTERED, "length")
            parcel = plain.take(length)
            digest.update(first + parcel)
            yield parcel
        raise BadBundle(Flaw.TOO_LARGE, "parcels")

    def _end(self, rest: bytes, digest: bytes, count: int) -> None:
        text, _, signature = rest.partition(b"\n")
        if not self._key.signed(_END_TITLE + digest + text, _signature(signature)):
            raise BadBundle(Flaw.ALTERED, "end")
        found = _json(text)
        if found != {"is_last": bool(found.get("is_last")), "parcels": count}:
            raise BadBundle(Flaw.ALTERED, "end")
        self.is_last, self.parcels = found["is_last"], count


def _other(title: bytes) -> Flaw:
    if TITLE.startswith(title):
        return Flaw.CUT
    return Flaw.TOO_NEW if title.startswith(_KIND) and title[len(_KIND) :][:1].isdigit() else Flaw.NO_BUNDLE


def _signature(line: bytes) -> bytes:
    try:
        return b64decode(line, validate=True)
    except ValueError as error:
        raise BadBundle(Flaw.ALTERED, "signature") from error


def _json(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadBundle(Flaw.ALTERED, "no JSON") from error
    if not isinstance(found, dict):
        raise BadBundle(Flaw.ALTERED, "no JSON")
    return found


def _head(text: bytes) -> Head:
    found = _json(text)
    try:
        head = Head(**{**found, "made_at": datetime.fromisoformat(found["made_at"]), "missing": (*found["missing"],)})
        words = (head.sender, head.receiver, head.pack, head.keyid)
        numbers = (head.number, head.file, head.heard_upto, *head.missing)
        if any(type(one) is not str or not one or len(one) > 100 for one in words):
            raise ValueError("a word")
        if any(type(one) is not int or not 0 <= one < 2**53 for one in numbers) or not head.number or not head.file:
            raise ValueError("a number")
        UUID(head.pack)
        if head.made_at.tzinfo is None or _text(head) != text:
            raise ValueError("not in its one form")
    except (ValueError, KeyError, TypeError) as error:
        raise BadBundle(Flaw.ALTERED, "head") from error
    return head


class _Plain:
    """What is inside, a piece at a time: never more is unpacked than is asked for and a chunk."""

    def __init__(self, source: IO[bytes], most: int) -> None:
        self._source, self._left = source, most
        self._packer, self._held = zlib.decompressobj(), bytearray()

    def take(self, size: int) -> bytes:
        """Exactly so many bytes."""
        while len(self._held) < size:
            piece = self._more()
            if not piece:
                raise BadBundle(Flaw.CUT)
            self._held += piece
        found = bytes(self._held[:size])
        del self._held[:size]
        return found

    def rest(self, most: int) -> bytes:
        """All that is left, which is no more than that; nothing lies behind it in the file."""
        while piece := self._more():
            self._held += piece
            if len(self._held) > most:
                raise BadBundle(Flaw.ALTERED, "more behind the end")
        if not self._packer.eof:
            raise BadBundle(Flaw.CUT)
        if self._packer.unused_data or self._source.read(1):
            raise BadBundle(Flaw.ALTERED, "more behind the end")
        return bytes(self._held)

    def _more(self) -> bytes:
        while not self._packer.eof:
            packed = self._packer.unconsumed_tail or self._source.read(CHUNK)
            try:
                found = self._packer.decompress(packed, CHUNK)
            except zlib.error as error:
                raise BadBundle(Flaw.ALTERED, "zlib") from error
            self._left -= len(found)
            if self._left < 0:
                raise BadBundle(Flaw.TOO_LARGE, "unpacked")
            if found or not packed:
                return found
        return b""
