"""Which directory this node goes by: signed by the centre that it joined, the newest that it was given."""

from base64 import b64decode, b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction

from jumuishi.exchange import node
from jumuishi.exchange.directory import document
from jumuishi.exchange.directory.model import Directory, Subsystem
from jumuishi.exchange.directory.standing import Grade, Terms, grade, take
from jumuishi.exchange.models import Directory as Kept
from jumuishi.exchange.models import Node
from jumuishi.exchange.news import changed
from jumuishi.kernel import clock, tenancy

TERMS = Terms()
TITLE = "jumuishi-centre-1"
KEY_BYTES = 32
SYSTEM = tenancy.Principal.system()


class BadInvitation(ValueError):
    """The text is no centre's invitation."""


def invitation() -> str:
    """What a node needs to join the centre that this is: where it is, its certificate, its key."""
    here = node.own()
    key = b64encode(bytes(here.centre_key)).decode()
    return f"{TITLE} {here.endpoint} {node.fingerprint(here.certificate)} {key}"


def join(text: str) -> None:
    """Go by another centre's directory from now on; the same again is the same. Raises BadInvitation."""
    try:
        title, address, certificate, key = text.split()
        public = b64decode(key, validate=True)
        Ed25519PublicKey.from_public_bytes(public)
        if title != TITLE or len(bytes.fromhex(certificate)) != 32 or not address.startswith("https://"):
            raise ValueError
    except ValueError:
        raise BadInvitation(text[:200]) from None
    node.own()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        here = Node.objects.select_for_update().get()
        if bytes(here.centre_key) != public:
            # Another centre's serials say nothing of this one's.
            Kept.objects.all().delete()
        here.centre_key, here.centre_address, here.centre_certificate = public, address.rstrip("/"), certificate
        here.next_centre_key = b""
        here.save(update_fields=["centre_key", "centre_address", "centre_certificate", "next_centre_key"])
        changed()


def keyid_of(public: bytes) -> str:
    """The number of a key, as everywhere."""
    return sha256(public).hexdigest()[:32]


def standing() -> tuple[Directory, Grade] | None:
    """The directory to go by, and how well it counts; None before the first. Needs a transaction as the system."""
    kept, here = Kept.objects.order_by("-serial").first(), Node.objects.first()
    if kept is None or here is None:
        return None
    found, _ = _read(bytes(kept.body), *_keys(here))
    return found, grade(found, clock.now(), TERMS)


# A country's directory takes a second to read: the one that counts and the newest are remembered.
@lru_cache(maxsize=2)
def _read(body: bytes, *keys: bytes) -> tuple[Directory, bytes]:
    """The directory, and which of the centre's keys signed it."""
    known = {keyid_of(one): one for one in keys}
    found = document.read(body, {keyid: Ed25519PublicKey.from_public_bytes(one) for keyid, one in known.items()})
    return found, known[document.signed_by(body)]


def _keys(here: Node) -> list[bytes]:
    """The centre's key of now, and the one that it told for later."""
    return [bytes(one) for one in (here.centre_key, here.next_centre_key) if one]


def arrived(body: bytes) -> bool:
    """Take a directory that the centre gave; whether it is another one. Raises UnreadDirectory or NotTaken."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        here = Node.objects.select_for_update().get()
        (new, key), held = _read(body, *_keys(here)), standing()
        take(new, held[0] if held else None, clock.now(), TERMS)
        if held is not None and held[0].serial == new.serial:
            return False
        Kept.objects.create(serial=new.serial, body=body, fetched_at=clock.now())
        # Once the next key signs, the one before it counts no more.
        told = b64decode(new.next_key, validate=True) if new.next_key else b""
        here.centre_key, here.next_centre_key = key, told if len(told) == KEY_BYTES else b""
        here.save(update_fields=["centre_key", "next_centre_key"])
        Kept.objects.filter(serial__lt=new.serial).exclude(serial=held[0].serial if held else 0).delete()
        changed()
    return True


def systems_elsewhere() -> list[Subsystem]:
    """The systems behind other nodes that the directory names, by identifier; none where no directory counts."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        found, own = standing(), Node.objects.first()
    if found is None or own is None or found[1] is Grade.EXPIRED:
        return []
    elsewhere = [one for one in found[0].subsystems if one.node.server_code != own.name]
    return sorted(elsewhere, key=lambda one: one.id.wire)
