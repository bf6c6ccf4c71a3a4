"""UNOFFICIAL: the envelope of the government's bus: `{"data": {...}, "signature"}` or its XML, ECDSA over SHA-256.

Sources: LarryMatrix/govesb e2a45b7 (PyPI govesb 2.1.0) and LarryMatrix/govesb-connector-js 9151533. They differ on the
curve, so that it is a setting, and on what is signed, for there is no canonical form: we sign the bytes that we send,
and believe a signature over the bytes that came or over either of the two re-serialisations in use.
"""

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CURVES = ("secp256r1", "secp256k1")
FORMS = ("json", "xml")
REQUEST, ANSWER = "esbrequest", "esbresponse"
_ECDSA = ec.ECDSA(hashes.SHA256())
_TAG = 16


class NotBelieved(ValueError):
    """It is not in the bus's form, or its signature does not hold; says which."""


@dataclass(frozen=True)
class Keys:
    """Our own private key and the bus's public one, both of the curve that was agreed on."""

    own: ec.EllipticCurvePrivateKey
    bus: ec.EllipticCurvePublicKey

    @classmethod
    def read(cls, own: str, bus: str, curve: str) -> "Keys":
        """From base64 of PKCS#8 and SubjectPublicKeyInfo in DER; raises ValueError, also for another curve."""
        private = serialization.load_der_private_key(b64decode(own, validate=True), None)
        public = serialization.load_der_public_key(b64decode(bus, validate=True))
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(public, ec.EllipticCurvePublicKey):
            raise ValueError("a key of another kind")
        if curve not in CURVES or {private.curve.name, public.curve.name} != {curve}:
            raise ValueError(f"the keys are not both of the curve {curve}")
        return cls(private, public)


def written(root: str, data: dict[str, Any], keys: Keys, form: str) -> bytes:
    """An envelope; the signature is over the very bytes of its data."""
    text = _xml("data", data) if form == "xml" else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    signature = b64encode(keys.own.sign(text.encode(), _ECDSA)).decode()
    if form == "xml":
        return f"<{root}>{text}<signature>{signature}</signature></{root}>".encode()
    return f'{{"data":{text},"signature":"{signature}"}}'.encode()


def read(raw: bytes, keys: Keys, form: str) -> dict[str, Any]:
    """The data of an envelope that the bus signed; nothing but the signed bytes is read. Raises NotBelieved."""
    try:
        text, signature = _xml_parts(raw.decode()) if form == "xml" else _json_parts(raw.decode())
        given = b64decode(signature, validate=True)
        data = _from_xml(text) if form == "xml" else _json(text)
    except (ValueError, ElementTree.ParseError, RecursionError) as error:
        raise NotBelieved("not in the bus's form") from error
    if not isinstance(data, dict):
        raise NotBelieved("not in the bus's form")
    forms = [text]
    if form == "json":
        forms += [json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=one) for one in (False, True)]
    if not any(_signed(keys.bus, given, one) for one in forms):
        raise NotBelieved("the signature does not hold")
    return data


def _signed(key: ec.EllipticCurvePublicKey, signature: bytes, text: str) -> bool:
    try:
        key.verify(signature, text.encode(), _ECDSA)
    except InvalidSignature:
        return False
    return True


def closed(plain: bytes, to: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """A body for one reader: ECDH with a fresh key, HKDF-SHA256, AES-256-GCM with the tag first."""
    fresh, iv = ec.generate_private_key(to.curve), os.urandom(12)
    sealed = AESGCM(_shared(fresh, to)).encrypt(iv, plain, None)
    pem = fresh.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "ephemeralKey": b64encode(pem).decode(), "iv": b64encode(iv).decode(),
        "encryptedData": b64encode(sealed[-_TAG:] + sealed[:-_TAG]).decode(),
    }  # fmt: skip


def is_closed(body: object) -> bool:
    """Whether a body is one of those."""
    return isinstance(body, dict) and set(body) == {"ephemeralKey", "iv", "encryptedData"}


def opened(body: dict[str, str], own: ec.EllipticCurvePrivateKey) -> bytes:
    """The body again; raises NotBelieved. Its key is base64 of PEM, as the clients write it, or of DER."""
    try:
        key, iv, sealed = (b64decode(body[name], validate=True) for name in ("ephemeralKey", "iv", "encryptedData"))
        load = serialization.load_pem_public_key if key.startswith(b"-----") else serialization.load_der_public_key
        public = load(key)
        if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != own.curve.name:
            raise NotBelieved("a key of another kind")
        return AESGCM(_shared(own, public)).decrypt(iv, sealed[_TAG:] + sealed[:_TAG], None)
    except (InvalidTag, ValueError, TypeError) as error:
        raise NotBelieved("the body can't be opened") from error


def _shared(own: ec.EllipticCurvePrivateKey, public: ec.EllipticCurvePublicKey) -> bytes:
    secret = own.exchange(ec.ECDH(), public)
    return HKDF(hashes.SHA256(), 32, salt=bytes(32), info=b"aes-encryption").derive(secret)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_once)


def _json_parts(text: str) -> tuple[str, str]:
    """The text of `data` as it stands, and the signature."""
    found, at, decoder = {}, text.index("{") + 1, json.JSONDecoder()
    while True:
        name, at = decoder.raw_decode(text, _skip(text, at))
        at = _skip(text, at)
        if text[at : at + 1] != ":" or name in found:
            raise ValueError("no object, or a name twice")
        start = _skip(text, at + 1)
        value, at = decoder.raw_decode(text, start)
        found[name] = (text[start:at], value)
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            break
        if text[at : at + 1] != ",":
            raise ValueError("no object")
        at += 1
    if set(found) != {"data", "signature"} or text[at + 1 :].strip():
        raise ValueError("other names")
    return found["data"][0], str(found["signature"][1])


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at


def _xml_parts(text: str) -> tuple[str, str]:
    if "<!" in text:
        raise ValueError("a document type, an entity or a comment")
    start, end = text.index("<data>"), text.rindex("</data>") + len("</data>")
    signature = text[end:].partition("<signature>")[2].partition("</signature>")[0]
    return text[start:end], signature.strip()


def _xml(name: str, value: Any) -> str:
    """Elements; a list is its name again and again."""
    if isinstance(value, dict):
        return f"<{name}>{''.join(_xml(one, inside) for one, inside in value.items())}</{name}>"
    if isinstance(value, list):
        return "".join(_xml(name, one) for one in value)
    said = "" if value is None else json.dumps(value) if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(said)}</{name}>"


def _from_xml(text: str) -> Any:
    return _element(ElementTree.fromstring(text))  # noqa: S314  # without a document type: refused before


def _element(node: ElementTree.Element) -> Any:
    """Text, or a dictionary; what is there several times is a list. Types are lost: all is text."""
    if not len(node):
        return node.text or ""
    found: dict[str, Any] = {}
    for one in node:
        value = _element(one)
        if one.tag in found:
            before = found[one.tag]
            found[one.tag] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[one.tag] = value
    return found
