"""The digest of a body, over its chunks as they pass (RFC 9530)."""

import hashlib
import hmac
from base64 import b64encode


class BodyDigest:
    """Counts and digests a body. `sha512` is for the request hash of the REST message protocol."""

    def __init__(self) -> None:
        self.length = 0
        self._sha256, self._sha512 = hashlib.sha256(), hashlib.sha512()

    def update(self, chunk: bytes) -> None:
        """The next bytes."""
        self.length += len(chunk)
        self._sha256.update(chunk)
        self._sha512.update(chunk)

    @property
    def header(self) -> str:
        """The Content-Digest header."""
        return digest_header(self._sha256.digest())

    @property
    def sha512(self) -> bytes | None:
        """For `Request.request_hash`: None where there was no byte."""
        return self._sha512.digest() if self.length else None

    def matches(self, header: str) -> bool:
        """Whether a Content-Digest header is of this body; only this algorithm in its one form counts."""
        return hmac.compare_digest(self.header.encode(), header.encode())


def digest_header(sha256: bytes) -> str:
    """A SHA-256 as Content-Digest holds it."""
    return f"sha-256=:{b64encode(sha256).decode()}:"


def digest_of(data: bytes) -> str:
    """The Content-Digest of bytes at hand."""
    return digest_header(hashlib.sha256(data).digest())
