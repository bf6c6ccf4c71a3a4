"""The QR's payload: a COSE_Sign1 of a CWT, Ed25519, in base45 behind "JM1:" (RFC 9052, RFC 8392, RFC 8032, RFC 9285).

Written one way only (deterministic CBOR, RFC 8949 4.2): reading writes it again and compares, so that no bit of a
payload can change and still be read.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import base45
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jumuishi.documents.types import Code, CodeError, Scalar

PREFIX = "JM1:"
CLAIMS_LIMIT = 300
_EDDSA, _ALG, _KID = -8, 1, 4
_ISS, _EXP, _IAT = 1, 4, 6
# Private claim names (RFC 8392 leaves integers below -65536 to private use).
_NUMBER, _KIND, _TITLE, _CLAIMS = -70001, -70002, -70003, -70004
_SIGN1_TAG, _KID_BYTES = 18, 8


@dataclass(frozen=True)
class Signed:
    """A payload that was taken apart, not yet verified."""

    kid: bytes
    code: Code
    signed_bytes: bytes
    signature: bytes


def short_id(institution_id: UUID) -> str:
    """An institution's id as a code carries it: 22 characters."""
    return base64.urlsafe_b64encode(institution_id.bytes).rstrip(b"=").decode()


def fit_claims(claims: Mapping[str, Scalar], limit: int = CLAIMS_LIMIT) -> dict[str, Scalar]:
    """The claims in at most `limit` bytes of UTF-8 (keys and values): the longest texts are cut, between characters."""
    fitted = dict(claims)
    while (over := _weight(fitted) - limit) > 0:
        texts = {key: value for key, value in fitted.items() if isinstance(value, str) and value}
        if not texts:
            raise CodeError("the claims' names alone are too long for the code")
        longest = max(texts, key=lambda key: len(texts[key].encode()))
        size = len(texts[longest].encode())
        # Halfway down at most, so that one long text does not vanish to spare the others.
        keep = max(size - over, size // 2) if size > 1 else 0
        fitted[longest] = texts[longest].encode()[:keep].decode(errors="ignore")
    return fitted


def _weight(claims: Mapping[str, Scalar]) -> int:
    return sum(len(key.encode()) + len(str(value).encode()) for key, value in claims.items())


def sign(code: Code, kid: bytes, key: Ed25519PrivateKey) -> str:
    """The text of the QR: "JM1:" and base45."""
    protected, payload = _protected(kid), _payload(code)
    signature = key.sign(_to_sign(protected, payload))
    return _text(protected, payload, signature)


def read(text: str) -> Signed:
    """Take a payload apart; raises CodeError unless it is exactly as we would have written it."""
    text = text.lstrip().rstrip("\r\n\t")
    if not text.startswith(PREFIX):
        raise CodeError("not a code of Jumuishi")
    # The alphabet of base45 has a space: pasting may have cut it off the end.
    trimmed = text.rstrip(" ")
    for ending in dict.fromkeys((text, trimmed, trimmed + " ", trimmed + "  ")):
        try:
            return _read(ending)
        except CodeError as error:
            problem = error
    raise problem


def _read(text: str) -> Signed:
    try:
        tag = cbor2.loads(base45.b45decode(text.removeprefix(PREFIX)))
        protected, unprotected, payload, signature = tag.value
        kid = cbor2.loads(protected)[_KID]
        if not isinstance(kid, bytes) or not isinstance(signature, bytes):
            raise CodeError("the code is damaged")
        code = _code(cbor2.loads(payload))
        written = _text(_protected(kid), _payload(code), signature)
    except CodeError:
        raise
    except Exception as error:  # whatever a damaged payload makes the decoders say
        raise CodeError("the code is damaged") from error
    if tag.tag != _SIGN1_TAG or unprotected != {} or len(kid) != _KID_BYTES or len(signature) != 64 or written != text:
        raise CodeError("the code is not as it was written")
    return Signed(kid, code, _to_sign(protected, payload), signature)


def holds(signed: Signed, public: bytes) -> bool:
    """Whether the signature is that of a raw Ed25519 public key (32 bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed.signature, signed.signed_bytes)
    except (InvalidSignature, ValueError):
        return False
    return True


def _protected(kid: bytes) -> bytes:
    return cbor2.dumps({_ALG: _EDDSA, _KID: kid}, canonical=True)


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def _text(protected: bytes, payload: bytes, signature: bytes) -> str:
    whole = cbor2.dumps(cbor2.CBORTag(_SIGN1_TAG, [protected, {}, payload, signature]), canonical=True)
    return PREFIX + str(base45.b45encode(whole).decode())


def _payload(code: Code) -> bytes:
    claims: dict[int, Any] = {
        _ISS: code.issuer,
        _IAT: _seconds(code.issued_on),
        _NUMBER: code.number,
        _KIND: code.kind,
        _TITLE: code.title,
        _CLAIMS: dict(code.claims),
    }
    if code.expires_on is not None:
        # The last day of use is a day of use: expiry is the midnight after it.
        claims[_EXP] = _seconds(code.expires_on + timedelta(days=1))
    return cbor2.dumps(claims, canonical=True)


def _code(claims: Any) -> Code:
    known = {_ISS, _IAT, _NUMBER, _KIND, _TITLE, _CLAIMS, _EXP}
    texts = [claims[_ISS], claims[_NUMBER], claims[_KIND], claims[_TITLE]]
    if not set(claims) <= known or not all(isinstance(text, str) for text in texts):
        raise CodeError("the code holds what a code does not hold")
    if not all(isinstance(k, str) and isinstance(v, str | int) for k, v in claims[_CLAIMS].items()):
        raise CodeError("the code holds what a code does not hold")
    expires = _day(claims[_EXP]) - timedelta(days=1) if _EXP in claims else None
    return Code(
        claims[_ISS], claims[_NUMBER], claims[_KIND], claims[_TITLE], _day(claims[_IAT]), expires, claims[_CLAIMS]
    )


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
