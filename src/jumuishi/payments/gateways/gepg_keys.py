"""The keys of the wire: ours in a PKCS12 file with its password beside it, the gateway's in a certificate.

An installation puts client.p12, client.pass and gateway.pem (from the gateway) into the folder; the demonstration's
simulator makes both sides' keys there on its first start.
"""

import os
import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID


class KeysAbsentError(Exception):
    """A key or certificate of the wire is not in its folder, or is not what it should be."""


def private_key(folder: Path, owner: str) -> rsa.RSAPrivateKey:
    """The owner's ("client", "gateway") key out of its PKCS12 file; raises KeysAbsentError."""
    path = folder / f"{owner}.p12"
    try:
        return _opened(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise KeysAbsentError(str(path)) from error


@lru_cache(maxsize=8)
def _opened(path: Path, changed_ns: int) -> rsa.RSAPrivateKey:  # noqa: ARG001  # a file put anew is read anew
    """Kept while the file stays the same: deriving its key takes longer than all else that a callback needs."""
    password = path.with_suffix(".pass").read_bytes().strip()
    key, _, _ = pkcs12.load_key_and_certificates(path.read_bytes(), password)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("no RSA key")
    return key


def public_key(folder: Path, owner: str) -> rsa.RSAPublicKey:
    """The owner's public key out of its certificate; raises KeysAbsentError."""
    try:
        key = x509.load_pem_x509_certificate((folder / f"{owner}.pem").read_bytes()).public_key()
    except (OSError, ValueError) as error:
        raise KeysAbsentError(f"{folder}/{owner}.pem") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise KeysAbsentError(f"{folder}/{owner}.pem holds no RSA key")
    return key


def make_missing(folder: Path) -> None:
    """Both sides' keys for a demonstration, where they are not there yet; never called where a real gateway is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for owner in ("client", "gateway"):
        if not (folder / f"{owner}.pem").exists():
            _make(folder, owner)


def _make(folder: Path, owner: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"demonstration {owner}")])
    start = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    password = secrets.token_hex(16).encode()
    sealed = pkcs12.serialize_key_and_certificates(
        owner.encode(), key, certificate, None, serialization.BestAvailableEncryption(password)
    )
    # The certificate last: where it stands, the rest is whole.
    for ending, content in (
        ("pass", password),
        ("p12", sealed),
        ("pem", certificate.public_bytes(serialization.Encoding.PEM)),
    ):
        draft = folder / f".{owner}.{ending}.{os.getpid()}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        draft.replace(folder / f"{owner}.{ending}")
