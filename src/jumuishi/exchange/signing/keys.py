"""Keys that sign between nodes: P-256 for what lies in hardware, else Ed25519; of one algorithm and one owner each."""

from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jumuishi.exchange.xroad.identifiers import MemberId

_ECDSA = ec.ECDSA(SHA256())


class Algorithm(StrEnum):
    """By its name in RFC 9421."""

    P256 = "ecdsa-p256-sha256"
    ED25519 = "ed25519"


def algorithm_of(key: object) -> Algorithm:
    """The one algorithm of a key; raises ValueError for any other kind."""
    if isinstance(key, Ed25519PrivateKey | Ed25519PublicKey):
        return Algorithm.ED25519
    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return Algorithm.P256
    raise ValueError("a key is of P-256 or Ed25519")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key under its number in the directory."""

    keyid: str
    private: ec.EllipticCurvePrivateKey | Ed25519PrivateKey

    @property
    def algorithm(self) -> Algorithm:
        """What it signs by."""
        return algorithm_of(self.private)

    def sign(self, data: bytes) -> bytes:
        """64 bytes; of P-256 the two numbers one after the other (RFC 9421 3.3.4), not DER."""
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(data)
        r, s = decode_dss_signature(self.private.sign(data, _ECDSA))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key of the directory and whose it is: it signs for that member and nobody else."""

    keyid: str
    owner: MemberId
    public: ec.EllipticCurvePublicKey | Ed25519PublicKey

    @property
    def algorithm(self) -> Algorithm:
        """What it checks by."""
        return algorithm_of(self.public)

    def signed(self, data: bytes, signature: bytes) -> bool:
        """Whether this key signed the data."""
        if len(signature) != 64:
            return False
        try:
            if isinstance(self.public, Ed25519PublicKey):
                self.public.verify(signature, data)
            else:
                numbers = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
                self.public.verify(encode_dss_signature(*numbers), data, _ECDSA)
        except InvalidSignature:
            return False
        return True

    @property
    def raw(self) -> bytes:
        """32 bytes of Ed25519, or the 65 of an uncompressed point."""
        if isinstance(self.public, Ed25519PublicKey):
            return self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return self.public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def read_public(keyid: str, owner: MemberId, algorithm: str, raw: bytes) -> PublicKey:
    """A key from its bytes; raises ValueError."""
    if algorithm == Algorithm.ED25519:
        return PublicKey(keyid, owner, Ed25519PublicKey.from_public_bytes(raw))
    if algorithm == Algorithm.P256:
        return PublicKey(keyid, owner, ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw))
    raise ValueError(f"no algorithm {algorithm!r}")
