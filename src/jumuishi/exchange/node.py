"""This installation as a node: its name, its certificate, its members' keys. All made on first use."""

import os
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction

from jumuishi.exchange.courier.bundle.sealing import SealingKey, new_key
from jumuishi.exchange.models import Node, NodeKey
from jumuishi.exchange.signing.keys import SigningKey, algorithm_of
from jumuishi.identity import public as identity
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.seal import seal, unseal

SEALED_FOR = "exchange.node-key"
MESSAGES, DIRECTORY, PARCELS = "message", "directory", "parcel"
LASTS = timedelta(days=2 * 365)
SYSTEM = tenancy.Principal.system()
Private = ec.EllipticCurvePrivateKey | Ed25519PrivateKey


def own(*, endpoint: str = "") -> Node:
    """The node's row; with `endpoint` where other nodes reach it from now on."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        identity.one_at_a_time("exchange.node")
        node = Node.objects.first() or _made()
        if endpoint and node.endpoint != endpoint:
            node.endpoint = endpoint
            node.save(update_fields=["endpoint"])
        return node


def _made() -> Node:
    now, name = clock.now(), settings.EXCHANGE_NODE or (urlsplit(settings.PUBLIC_URL).hostname or "node")
    centre = _add_key(DIRECTORY, None, Ed25519PrivateKey.generate(), now)
    return Node.objects.create(
        id=new_id(), name=name, instance=settings.EXCHANGE_INSTANCE, profile=settings.EXCHANGE_PROFILE, endpoint="",
        certificate=_certificate(now), centre_key=bytes(centre.public), made_at=now,
    )  # fmt: skip


def key_of_member(institution_id: UUID) -> NodeKey:
    """The newest key of an institution's messages that counts, made where there is none; needs a transaction."""
    now = clock.now()
    rows = NodeKey.objects.filter(use=MESSAGES, institution_id=institution_id, from_at__lte=now, until_at__gt=now)
    identity.one_at_a_time(f"exchange.key {institution_id}")
    return rows.order_by("-from_at").first() or _add_key(
        MESSAGES, institution_id, ec.generate_private_key(ec.SECP256R1()), now
    )


def key_of_parcels() -> SealingKey:
    """What parcels on a stick for this node are closed for now, made where there is none; needs a transaction."""
    now = clock.now()
    identity.one_at_a_time("exchange.parcel-key")
    row = NodeKey.objects.filter(use=PARCELS, from_at__lte=now, until_at__gt=now).order_by("-from_at").first()
    if row is None:
        made = new_key()
        row = NodeKey.objects.create(
            id=new_id(), institution_id=None, use=PARCELS, keyid=sha256(made.recipient.encode()).hexdigest()[:32],
            algorithm="age-x25519", public=made.recipient.encode(), sealed=seal(made.secret.encode(), SEALED_FOR),
            from_at=now, until_at=now + LASTS,
        )  # fmt: skip
    return _of_parcels(row)


def keys_of_parcels() -> list[SealingKey]:
    """All that ever were, the newest first: a stick may have been long on its way. Needs a transaction."""
    return [_of_parcels(row) for row in NodeKey.objects.filter(use=PARCELS).order_by("-from_at")]


def _of_parcels(row: NodeKey) -> SealingKey:
    return SealingKey(bytes(row.public).decode(), unseal(bytes(row.sealed), SEALED_FOR).decode())


def _add_key(use: str, institution_id: UUID | None, private: Private, now: datetime) -> NodeKey:
    public = private.public_key()
    if isinstance(private, Ed25519PrivateKey):
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    else:
        raw = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    plain = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return NodeKey.objects.create(
        id=new_id(), institution_id=institution_id, use=use, keyid=sha256(raw).hexdigest()[:32],
        algorithm=algorithm_of(private), public=raw, sealed=seal(plain, SEALED_FOR), from_at=now, until_at=now + LASTS,
    )  # fmt: skip


def opened(row: NodeKey) -> SigningKey:
    """A key, ready to sign."""
    private = serialization.load_der_private_key(unseal(bytes(row.sealed), SEALED_FOR), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey | Ed25519PrivateKey):
        raise TypeError("a key of another kind")
    return SigningKey(row.keyid, private)


def certificate_files() -> tuple[Path, Path]:
    """Where the TLS certificate and its key lie, for a server to load; the key beside the installation's own."""
    return settings.JUMUISHI_CONFIG / "exchange.crt", settings.JUMUISHI_CONFIG / "exchange.key"


def fingerprint(certificate: str) -> str:
    """SHA-256 of a PEM certificate, in hexadecimal: what the directory says of an endpoint."""
    return x509.load_pem_x509_certificate(certificate.encode()).fingerprint(hashes.SHA256()).hex()


def _certificate(now: datetime) -> str:
    """A certificate that names nobody: others know it by its fingerprint, from the signed directory."""
    file, key_file = certificate_files()
    if file.exists() and key_file.exists():
        return str(file.read_text())
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jumuishi exchange")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + 5 * LASTS)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(plain)
    text = made.public_bytes(serialization.Encoding.PEM).decode()
    file.write_text(text)
    return text
