"""This installation as a node: its name, its keys, its certificate. All made on first use."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction

from jumuishi.exchange.models import Node, NodeKey
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.seal import seal, unseal

SEALED_FOR = "exchange.node-key"
ALGORITHM = "ecdsa-p256-sha256"
YEARS = timedelta(days=5 * 365)
SYSTEM = tenancy.Principal.system()


@dataclass(frozen=True)
class OwnKey:
    """The key that signs now, with the name by which the directory knows it."""

    keyid: str
    algorithm: str
    private: ec.EllipticCurvePrivateKey
    public: bytes


def own(*, endpoint: str = "") -> Node:
    """The node's row; with `endpoint` where other nodes reach it from now on."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        node = Node.objects.select_for_update().first() or _made()
        if endpoint and node.endpoint != endpoint:
            node.endpoint = endpoint
            node.save(update_fields=["endpoint"])
        return node


def _made() -> Node:
    now, name = clock.now(), settings.EXCHANGE_NODE or (urlsplit(settings.PUBLIC_URL).hostname or "node")
    key = _add_key(now)
    row = Node(
        id=new_id(), name=name, instance=settings.EXCHANGE_INSTANCE, profile=settings.EXCHANGE_PROFILE, endpoint="",
        certificate=_certificate(now), centre_key=bytes(key.public), made_at=now,
    )  # fmt: skip
    Node.objects.bulk_create([row], ignore_conflicts=True)
    return Node.objects.get(only=True)


def _add_key(now: datetime) -> NodeKey:
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    plain = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return NodeKey.objects.create(
        id=new_id(), use="message", keyid=sha256(public).hexdigest()[:32], algorithm=ALGORITHM, public=public,
        sealed=seal(plain, SEALED_FOR), from_at=now, until_at=now + YEARS,
    )  # fmt: skip


def signing_key() -> OwnKey:
    """The key that signs now: of those that count, the newest."""
    own()
    now = clock.now()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        row = NodeKey.objects.filter(from_at__lte=now, until_at__gt=now).order_by("-from_at").first()
    if row is None:
        raise LookupError("this node has no key that counts today")
    private = serialization.load_der_private_key(unseal(bytes(row.sealed), SEALED_FOR), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)  # noqa: S101  # we made it
    return OwnKey(row.keyid, row.algorithm, private, bytes(row.public))


def certificate_files() -> tuple[Path, Path]:
    """Where the TLS certificate and its key lie, for a server to load; the key beside the installation's own."""
    own()
    return settings.JUMUISHI_CONFIG / "exchange.crt", settings.JUMUISHI_CONFIG / "exchange.key"


def fingerprint(certificate: str) -> str:
    """SHA-256 of a PEM certificate, in hexadecimal: what the directory says of an endpoint."""
    return x509.load_pem_x509_certificate(certificate.encode()).fingerprint(hashes.SHA256()).hex()


def _certificate(now: datetime) -> str:
    """A certificate that names nobody: others know it by its fingerprint, from the signed directory."""
    key_file, file = settings.JUMUISHI_CONFIG / "exchange.key", settings.JUMUISHI_CONFIG / "exchange.crt"
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
        .not_valid_after(now + 2 * YEARS)
        .sign(key, hashes.SHA256())
    )
    with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    text = made.public_bytes(serialization.Encoding.PEM).decode()
    file.write_text(text)
    return text
