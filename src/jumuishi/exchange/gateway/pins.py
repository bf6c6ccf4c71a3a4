"""By what another node's door is known: the certificate that the directory names, or the one that it names as next."""

import asyncio
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

import aiohttp
from cryptography import x509

from jumuishi.kernel import clock


class CertificateEndedError(aiohttp.ServerFingerprintMismatch):
    """The right certificate, and its time is over."""


class Pins(aiohttp.Fingerprint):
    """One of some certificates (SHA-256, hexadecimal), while its time is not over; equal pins share connections."""

    def __init__(self, *certificates: str) -> None:
        known = [bytes.fromhex(one) for one in certificates if one]
        super().__init__(known[0])
        self.known = frozenset(known)

    def check(self, transport: asyncio.Transport) -> None:
        """Raises ServerFingerprintMismatch for another one, CertificateEndedError for one that ended."""
        shown = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        got, (host, port, *_) = sha256(shown).digest(), transport.get_extra_info("peername")
        if got not in self.known:
            raise aiohttp.ServerFingerprintMismatch(self.fingerprint, got, host, port)
        if _ends(shown) <= clock.now():
            raise CertificateEndedError(self.fingerprint, got, host, port)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Pins) and other.known == self.known

    def __hash__(self) -> int:
        return hash(self.known)


@lru_cache(maxsize=1024)
def _ends(certificate: bytes) -> datetime:
    return x509.load_der_x509_certificate(certificate).not_valid_after_utc
