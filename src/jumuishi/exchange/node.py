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
# A node may go by a directory of so long ago (2 days that it counts, 14 of grace, and one): what is new is told before.
KNOWN_AFTER = timedelta(days=17)
# The successor is made so long before the end, and it is an alarm when so much of that has passed without one.
JUST_BEFORE = timedelta(hours=1)
BEFORE, LATE = timedelta(days=60), timedelta(days=15)
# Two nodes' clocks may differ: a key signs only so long after its beginning.
SKEW = timedelta(minutes=5)
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
    centre = _add_key(DIRECTORY, None, _private(DIRECTORY), now)
    return Node.objects.create(
        id=new_id(), name=name, instance=settings.EXCHANGE_INSTANCE, profile=settings.EXCHANGE_PROFILE, endpoint="",
        certificate=_certificate(now), centre_key=bytes(centre.public), made_at=now,
    )  # fmt: skip


def key_of_member(institution_id: UUID) -> NodeKey:
    """What signs an institution's messages now, made where nothing does; needs a transaction."""
    now = clock.now()
    identity.one_at_a_time(f"exchange.key {institution_id}")
    return _signing(MESSAGES, institution_id, now) or _add_key(MESSAGES, institution_id, _private(MESSAGES), now)


def key_of_node(now: datetime) -> NodeKey:
    """What signs this node's statements, and as a centre the directory; needs a transaction, and `own` before it."""
    # One that ended signs on: whoever is to know the next one has to be told by this one.
    found = _signing(DIRECTORY, None, now) or NodeKey.objects.filter(use=DIRECTORY).order_by("-from_at").first()
    if found is None:
        raise LookupError("this node has no key")
    return found


def next_key_of_node(now: datetime) -> bytes:
    """The public key that follows it, "" for none; needs a transaction."""
    found = NodeKey.objects.filter(use=DIRECTORY, from_at__gt=key_of_node(now).from_at).order_by("from_at").first()
    return bytes(found.public) if found else b""


def _signing(use: str, institution_id: UUID | None, now: datetime) -> NodeKey | None:
    """The newest key that everybody takes for begun; the first one of all signs from its making."""
    rows = NodeKey.objects.filter(use=use, institution_id=institution_id, from_at__lte=now, until_at__gt=now)
    found = list(rows.order_by("-from_at"))
    return next((one for one in found if one.from_at + SKEW <= now), found[-1] if found else None)


def next_key(use: str, institution_id: UUID | None, now: datetime) -> NodeKey:
    """The successor of a key: it begins once everybody knows of it, or just before the end of a key that is late."""
    last = NodeKey.objects.filter(use=use, institution_id=institution_id).order_by("-until_at").first()
    begins = now + KNOWN_AFTER
    if last is not None:
        begins = max(now, min(begins, last.until_at - JUST_BEFORE))
    return _add_key(use, institution_id, _private(use), begins)


def _private(use: str) -> Private:
    return Ed25519PrivateKey.generate() if use == DIRECTORY else ec.generate_private_key(ec.SECP256R1())


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


def ends_at(certificate: str) -> datetime:
    """When a PEM certificate ends."""
    return x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc


def _certificate(now: datetime) -> str:
    file, key_file = certificate_files()
    return str(file.read_text()) if file.exists() and key_file.exists() else _made_certificate(file, key_file, now)


def next_certificate(now: datetime) -> str:
    """The certificate that will take over, beside the one that is shown; the same again until it has."""
    file, key_file = _next_files()
    return str(file.read_text()) if file.exists() and key_file.exists() else _made_certificate(file, key_file, now)


def take_over() -> str:
    """The next certificate takes the place of the one that is shown; cut off in between, the next time finishes it."""
    for coming, shown in zip(_next_files(), certificate_files(), strict=True):
        if coming.exists():
            coming.replace(shown)
    return str(certificate_files()[0].read_text())


def _next_files() -> tuple[Path, Path]:
    return settings.JUMUISHI_CONFIG / "exchange.next.crt", settings.JUMUISHI_CONFIG / "exchange.next.key"


def _made_certificate(file: Path, key_file: Path, now: datetime) -> str:
    """A certificate that names nobody: others know it by its fingerprint, from the signed directory."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jumuishi exchange")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LASTS)
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
