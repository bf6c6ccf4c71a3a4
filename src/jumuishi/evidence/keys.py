"""The log's signing key: sealed in the database, opened only where something is signed."""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from jumuishi.evidence.models import Epoch, LogKey
from jumuishi.evidence.notes import Signer, vkey
from jumuishi.evidence.types import LogError
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.seal import seal, unseal

_PURPOSE = "evidence.log-key"


@lru_cache(maxsize=4)
def _opened(sealed: bytes) -> Ed25519PrivateKey:
    """The key within sealed bytes; kept in memory by them, so that another row is another key."""
    return Ed25519PrivateKey.from_private_bytes(unseal(sealed, _PURPOSE))


def first_origin() -> str:
    """The log's name, drawn from the public address: without scheme, as C2SP tlog-tiles advises."""
    return str(settings.PUBLIC_URL).partition("://")[2].rstrip("/") + "/evidence"


def origin_of(number: int) -> str:
    """An epoch is a log of its own for whoever watches: the second one signs under another name."""
    first = Epoch.objects.order_by("number").values_list("origin", "number").first()
    base = first[0].removesuffix(f"/{first[1]}") if first else first_origin()
    return base if number == 1 else f"{base}/{number}"


def current_origin() -> str:
    """The name of the epoch that is open, or of the first one to come."""
    found = Epoch.objects.order_by("-number").values_list("origin", flat=True).first()
    return found or origin_of(1)


def signer(origin: str) -> Signer:
    """The log's signer under an epoch's name, made on first use; needs the system principal and a transaction."""
    sealed = _latest()
    if sealed is None:
        key = Ed25519PrivateKey.generate()
        made = Signer(origin, key)
        with connection.cursor() as cursor:
            # Of two processes that start at once the second waits here, and then uses the key of the first.
            cursor.execute(
                "INSERT INTO evidence_log_key (id, number, public, sealed, created_at) VALUES (%s, 1, %s, %s, %s) "
                "ON CONFLICT (number) DO NOTHING",
                [new_id(), made.public, seal(key.private_bytes_raw(), _PURPOSE), clock.now()],
            )
        sealed = _latest()
        if sealed is None:
            raise LogError("the log's key can't be stored: is this the system principal, in a transaction?")
    return Signer(origin, _opened(sealed))


def current() -> Signer:
    """The signer of the epoch that is open, in one statement; as `signer` otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sealed, (SELECT origin FROM evidence_epoch ORDER BY number DESC LIMIT 1) "
            "FROM evidence_log_key ORDER BY number DESC LIMIT 1"
        )
        sealed, origin = cursor.fetchone() or (None, None)
    return Signer(origin, _opened(bytes(sealed))) if sealed and origin else signer(current_origin())


def _latest() -> bytes | None:
    found = LogKey.objects.order_by("-number").values_list("sealed", flat=True).first()
    return None if found is None else bytes(found)


def verifier_keys() -> list[str]:
    """Every name and key under which this log has signed, as "name+hash+base64"; needs the system principal."""
    origins = list(Epoch.objects.order_by("number").values_list("origin", flat=True)) or [origin_of(1)]
    keys = [bytes(public) for public in LogKey.objects.order_by("number").values_list("public", flat=True)]
    return [vkey(origin, public) for origin in origins for public in keys]
