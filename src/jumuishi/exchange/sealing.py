"""Bodies at rest: each record's under a key of its own, which lies sealed beside the record; without it they are noise.

A body is sealed piece by piece, so that any size takes the memory of one piece. A piece knows its record, part and
number, and cannot stand for another; that none is missing at the end, the digest says that both nodes signed.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jumuishi.exchange.types import Part
from jumuishi.kernel.seal import BrokenSealError, seal, unseal

SEALED_FOR = "exchange.payload-key"
# What sealing adds to a piece: the tag of AES-GCM.
MORE = 16


class Box:
    """Seals and opens the pieces of one record's bodies."""

    def __init__(self, record_id: UUID, key: bytes) -> None:
        self._of, self._key = record_id, key
        self._cipher = AESGCM(key)

    @classmethod
    def fresh(cls, record_id: UUID) -> "Box":
        """With a new key."""
        return cls(record_id, os.urandom(32))

    @classmethod
    def opened(cls, record_id: UUID, wrapped: bytes) -> "Box":
        """With the key that lies beside the record; raises BrokenSealError."""
        return cls(record_id, unseal(wrapped, SEALED_FOR))

    def wrapped(self) -> bytes:
        """The key under the installation's own, to be kept; where it is destroyed, so are the bodies."""
        return seal(self._key, SEALED_FOR)

    def shut(self, part: Part, number: int, plain: bytes) -> bytes:
        """One piece, sealed; each (part, number) once."""
        return self._cipher.encrypt(_nonce(part, number), plain, self._about(part))

    def open(self, part: Part, number: int, sealed: bytes) -> bytes:
        """The piece again; raises BrokenSealError where it is another's or was altered."""
        try:
            return self._cipher.decrypt(_nonce(part, number), sealed, self._about(part))
        except InvalidTag as error:
            raise BrokenSealError("a kept body was altered") from error

    def _about(self, part: Part) -> bytes:
        return self._of.bytes + part.encode()


def _nonce(part: Part, number: int) -> bytes:
    # A key seals the pieces of one record only, so that counting never repeats a nonce (NIST SP 800-38D 8.2.1).
    return bytes([list(Part).index(part)]) + number.to_bytes(11, "big")
