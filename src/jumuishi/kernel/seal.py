"""Secrets at rest: AES-256-GCM under the installation's key, kept outside database, data folder and backups."""

import hashlib
import hmac
import os
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_VERSION = b"\x01"


class BrokenSealError(ValueError):
    """The sealed bytes were altered, or sealed under another key or for another purpose."""


@cache
def _master(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes()
    else:
        key = os.urandom(32)
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    if len(key) != 32:
        raise BrokenSealError(f"{path} does not hold a key of 32 bytes")
    return key


@cache
def _derived(path: Path, purpose: str) -> AESGCM:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode())
    return AESGCM(derived.derive(_master(path)))


def _key(purpose: str) -> AESGCM:
    return _derived(Path(settings.JUMUISHI_KEY_FILE), purpose)


def seal(plain: bytes, purpose: str) -> bytes:
    """Encrypt for one purpose (a readable name such as "evidence.log-key"); opens only for the same."""
    nonce = os.urandom(12)
    return _VERSION + nonce + _key(purpose).encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> bytes:
    """The plain bytes again; raises BrokenSealError."""
    if sealed[:1] != _VERSION:
        raise BrokenSealError("unknown version of seal")
    try:
        return _key(purpose).decrypt(sealed[1:13], sealed[13:], purpose.encode())
    except InvalidTag as error:
        raise BrokenSealError("the seal is broken") from error


@cache
def _marking(path: Path, purpose: str) -> bytes:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=f"mark {purpose}".encode())
    return derived.derive(_master(path))


def mark(plain: bytes, purpose: str) -> str:
    """64 hexadecimal letters that stand for something here: the same for the same, made by this key alone."""
    return hmac.new(_marking(Path(settings.JUMUISHI_KEY_FILE), purpose), plain, hashlib.sha256).hexdigest()
