"""The key list and the revocation list: public, signed by the installation's root key, and true for a stated time only.

A list is a JSON object; `signature` is Ed25519 over the RFC 8785 bytes of all the rest. Whoever holds a key list trusts
its root; a revocation list must be signed by that same root. After `expires_at` a list proves nothing new.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jumuishi.documents.types import DocumentState, ListError

KEYS, REVOKED = "jumuishi-keys-1", "jumuishi-revoked-1"
# How old a list may be: a key lives for years, so a verifier in a ward without a network may keep its list for a
# quarter; what was revoked has to be fetched monthly.
KEYS_MAX_AGE = timedelta(days=90)
REVOKED_MAX_AGE = timedelta(days=30)
CLOCK_FORGIVEN = timedelta(days=1)


@dataclass(frozen=True)
class PublishedKey:
    """One key of one institution: Ed25519 for codes, a certificate (DER) for PDFs; signs between its two instants."""

    kid: bytes
    issuer: str
    name: Mapping[str, str]
    public: bytes
    certificate: bytes
    not_before: datetime
    not_after: datetime
    compromised_at: datetime | None = None


@dataclass(frozen=True)
class Revocation:
    """One document that must not be accepted: for good, or while suspended to the end of `until` (None: no day)."""

    number: str
    at: datetime
    state: DocumentState
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it still counts: what is revoked stays so, a suspension may end by itself."""
        return self.until is None or day <= self.until


@dataclass(frozen=True)
class KeyList:
    """A key list whose root signature holds."""

    root: bytes
    authority: bytes
    keys: Mapping[bytes, PublishedKey]
    issued_at: datetime
    expires_at: datetime
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class RevocationList:
    """A revocation list whose root signature holds."""

    entries: Mapping[str, Revocation]
    issued_at: datetime
    expires_at: datetime


def is_fresh(held: KeyList | RevocationList, at: datetime) -> bool:
    """Whether a list may be relied on at an instant.

    A clock that stands before the list was signed would keep an old list young for ever: a day is forgiven.
    """
    return held.issued_at - CLOCK_FORGIVEN <= at <= held.expires_at


def fingerprint(root: bytes) -> str:
    """A root key as people compare it: SHA-256 of the raw key, the first 16 bytes in hexadecimal groups of four."""
    digest = hashlib.sha256(root).hexdigest()[:32]
    return " ".join(digest[i : i + 4] for i in range(0, 32, 4))


def write_keys(
    keys: Sequence[PublishedKey],
    *,
    authority: bytes,
    root: Ed25519PrivateKey,
    at: datetime,
    age: timedelta = KEYS_MAX_AGE,
    evidence: Sequence[str] = (),
) -> dict[str, Any]:
    """The signed key list as JSON.

    `authority` is the DER certificate that issues the institutions' certificates; `evidence` are the log's own keys
    ("name+hash+base64"), so that one file proves documents and receipts alike.
    """
    rows = [
        {
            "kid": _b64(key.kid),
            "issuer": key.issuer,
            "name": dict(key.name),
            "algorithm": "Ed25519",
            "public": _b64(key.public),
            "certificate": _b64(key.certificate),
            "not_before": _iso(key.not_before),
            "not_after": _iso(key.not_after),
            "compromised_at": _iso(key.compromised_at) if key.compromised_at else None,
        }
        for key in keys
    ]
    body = {"keys": rows, "authority": _b64(authority), "evidence": list(evidence)}
    return _sign(KEYS, body, root, at, age)


def write_revoked(
    entries: Sequence[Revocation], *, root: Ed25519PrivateKey, at: datetime, age: timedelta = REVOKED_MAX_AGE
) -> dict[str, Any]:
    """The signed revocation list as JSON: numbers and instants, no reasons and no names."""
    rows = [
        {"number": entry.number, "at": _iso(entry.at), "state": entry.state.value}
        | ({"until": entry.until.isoformat()} if entry.until else {})
        for entry in entries
    ]
    return _sign(REVOKED, {"revoked": rows}, root, at, age)


def read_keys(raw: bytes | str | Mapping[str, Any]) -> KeyList:
    """A key list whose own root signed it; raises ListError."""
    found = _load(raw, KEYS)
    root = _raw(found.get("root"))
    _check(found, root)
    try:
        keys = {
            _raw(row["kid"]): PublishedKey(
                _raw(row["kid"]),
                row["issuer"],
                row["name"],
                _raw(row["public"]),
                _raw(row["certificate"]),
                _at(row["not_before"]),
                _at(row["not_after"]),
                _at(row["compromised_at"]) if row["compromised_at"] else None,
            )
            for row in found["keys"]
        }
        return KeyList(
            root,
            _raw(found["authority"]),
            keys,
            _at(found["issued_at"]),
            _at(found["expires_at"]),
            tuple(found["evidence"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ListError("the key list is not complete") from error


def read_revoked(raw: bytes | str | Mapping[str, Any], root: bytes) -> RevocationList:
    """A revocation list signed by the root whose keys are trusted; raises ListError."""
    found = _load(raw, REVOKED)
    _check(found, root)
    try:
        entries = {
            row["number"]: Revocation(
                row["number"],
                _at(row["at"]),
                DocumentState(row["state"]),
                date.fromisoformat(row["until"]) if "until" in row else None,
            )
            for row in found["revoked"]
        }
        return RevocationList(entries, _at(found["issued_at"]), _at(found["expires_at"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ListError("the revocation list is not complete") from error


def _sign(kind: str, body: Mapping[str, Any], root: Ed25519PrivateKey, at: datetime, age: timedelta) -> dict[str, Any]:
    whole = {
        "list": kind,
        "issued_at": _iso(at),
        "expires_at": _iso(at + age),
        "root": _b64(root.public_key().public_bytes_raw()),
        **body,
    }
    return {**whole, "signature": _b64(root.sign(rfc8785.dumps(whole)))}


def _load(raw: bytes | str | Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    try:
        found = raw if isinstance(raw, Mapping) else json.loads(raw)
    except ValueError as error:
        raise ListError("the file is not a list of ours: no JSON") from error
    if not isinstance(found, Mapping) or found.get("list") != kind:
        raise ListError(f"the file is not a list of the kind {kind}")
    return found


def _check(found: Mapping[str, Any], root: bytes) -> None:
    body = {key: value for key, value in found.items() if key != "signature"}
    try:
        Ed25519PublicKey.from_public_bytes(root).verify(_raw(found.get("signature")), rfc8785.dumps(body))
    except (InvalidSignature, ValueError, TypeError) as error:
        raise ListError("the list is not signed by the root key") from error


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: Any) -> bytes:
    if not isinstance(text, str):
        raise ListError("the list is not complete")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise ListError("the list is damaged") from error
