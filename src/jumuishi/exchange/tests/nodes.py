"""Two nodes of the tests, their keys, and what each sends the other."""

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jumuishi.exchange.signing import hop
from jumuishi.exchange.signing.base import Head, Life, RequestHead, ResponseHead, only, signed
from jumuishi.exchange.signing.digest import digest_of
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.signing.keys import PublicKey, SigningKey
from jumuishi.exchange.signing.nonces import NonceWindow
from jumuishi.exchange.signing.verify import Believed, Window, believe
from jumuishi.exchange.tests.made import COUNCIL, NAMES, read
from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.identifiers import MemberId
from jumuishi.exchange.xroad.request import Request
from jumuishi.exchange.xroad.response import answered

NOW = 1_780_000_000
LIFE = Life(NOW, NOW + 120, "bm9uY2Utb2YtMTI4LWJpdHM")
WINDOW = Window()
AUTHORITY = "node.reg.go.tz"
CLIENT, PROVIDER = COUNCIL.member, NAMES.provider.member

PRIVATE: dict[str, ec.EllipticCurvePrivateKey | Ed25519PrivateKey] = {
    "council-p256": ec.derive_private_key(7, ec.SECP256R1()),
    "council-ed": Ed25519PrivateKey.from_private_bytes(b"c" * 32),
    "registry-p256": ec.derive_private_key(8, ec.SECP256R1()),
    "registry-ed": Ed25519PrivateKey.from_private_bytes(b"r" * 32),
}
OWNERS = {name: CLIENT if name.startswith("council") else PROVIDER for name in PRIVATE}


def signer(name: str) -> SigningKey:
    return SigningKey(name, PRIVATE[name])


def key_of(keyid: str) -> PublicKey | None:
    return PublicKey(keyid, OWNERS[keyid], PRIVATE[keyid].public_key()) if keyid in PRIVATE else None


def asked(
    request: Request | None = None, *, key: str = "council-p256", body: str = digest_of(b""), life: Life = LIFE,
    purpose: str = "licence",
) -> RequestHead:  # fmt: skip
    """A signed request from the council's node to the registry's."""
    request = request or read()
    head = RequestHead(
        request.verb,
        AUTHORITY,
        request.target,
        hop.crossing(request, purpose=purpose, agreement="a1", body=body),
    )
    return replace(head, headers=(*head.headers, *signed(head, signer(key), life)))


def answer(
    to: RequestHead, *, key: str = "registry-ed", body: str = digest_of(b"{}"), status: int = 200
) -> ResponseHead:
    """The registry's signed answer."""
    headers = answered(
        hop.arrived(to).request, "hash", (("Content-Type", "application/json"), ("Signature", "theirs=:AA==:"))
    )
    head = ResponseHead(
        status, only(to, "signature"), hop.crossing_back(status, headers, checkpoint="Y2hlY2s=", body=body)
    )
    return replace(head, headers=(*head.headers, *signed(head, signer(key), LIFE)))


def believed(head: Head, owner: MemberId | None = None, **changes: Any) -> Believed:
    """What the other node makes of it."""
    side = CLIENT if isinstance(head, RequestHead) else PROVIDER
    return believe(
        head,
        **{
            "owner": owner or side,
            "key_of": key_of,
            "now": NOW,
            "window": WINDOW,
            "nonces": NonceWindow(WINDOW.remember, 1000),
        }
        | changes,
    )


def refused(head: Head, **changes: Any) -> Flaw:
    """Why the other node does not believe it."""
    with pytest.raises(NotBelieved) as error:
        believed(head, **changes)
    return error.value.flaw


def changed(head: Any, name: str, value: str | None) -> Any:
    """The head with one field replaced, or taken away."""
    headers: Headers = tuple(
        (known, value if known.lower() == name and value is not None else was)
        for known, was in head.headers
        if known.lower() != name or value is not None
    )
    return replace(head, headers=headers)
