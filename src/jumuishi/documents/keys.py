"""Keys of the installation and of institutions: made when first needed, sealed, rotated, struck off."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from jumuishi.documents.models import InstallationKey, InstitutionKey
from jumuishi.documents.types import Issuer, KeysNotReadyError, SigningKey
from jumuishi.identity.public import action, must, record
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.lazily import lazily
from jumuishi.kernel.seal import seal, unseal

pades = lazily("jumuishi.documents.pades")

ROOT, AUTHORITY = "root", "authority"
SYSTEM = tenancy.Principal.system()
_CODE, _PDF = "documents.code-key", "documents.pdf-key"
# How long a pair of keys signs before a fresh one is made; verifying has no end.
KEY_DAYS = 730
AUTHORITY_YEARS = 30


@dataclass(frozen=True)
class Hand:
    """All that an institution signs with, unsealed, for the length of one act."""

    row: InstitutionKey
    code_key: Ed25519PrivateKey
    pdf_key: SigningKey
    authority: bytes


def root_key() -> Ed25519PrivateKey:
    """The installation's root key, made on first use."""
    with tenancy.acting_as(SYSTEM):
        return Ed25519PrivateKey.from_private_bytes(_unsealed(_installation(ROOT)))


def authority() -> SigningKey:
    """The installation's certificate authority, made on first use."""
    with tenancy.acting_as(SYSTEM):
        row = _installation(AUTHORITY)
        return SigningKey(_unsealed(row), bytes(row.public))


def hand_of(issuer: Issuer) -> Hand:
    """The institution's keys that sign now; made, or made anew when their time is over. Raises KeysNotReadyError."""
    with tenancy.acting_as(SYSTEM):
        row = InstitutionKey.objects.filter(institution_id=issuer.id, retired_at=None).first()
        if row is None or clock.now() >= row.not_after or dict(row.name) != dict(issuer.name):
            rotate_key(actor=Actor.system(), institution_id=issuer.id, name=issuer.name)
            row = InstitutionKey.objects.filter(institution_id=issuer.id, retired_at=None).first()
        if row is None or clock.now() < row.not_before:
            raise KeysNotReadyError(str(issuer.id))
        return Hand(
            row,
            Ed25519PrivateKey.from_private_bytes(unseal(bytes(row.sealed_private), _CODE)),
            SigningKey(unseal(bytes(row.sealed_pdf_private), _PDF), bytes(row.certificate)),
            authority().certificate,
        )


def pair(kid: str) -> InstitutionKey:
    """The pair of keys with this name (hexadecimal); raises KeysNotReadyError. Under the system principal only."""
    try:
        row = InstitutionKey.objects.filter(kid=bytes.fromhex(kid)).first()
    except ValueError:
        row = None
    if row is None:
        raise KeysNotReadyError(kid)
    return row


@action("documents.key.rotate")
def rotate_key(*, actor: Actor, institution_id: UUID, name: Mapping[str, str], reason: str = "") -> None:
    """Retire the institution's keys and make fresh ones; what the old ones signed stays genuine."""
    must(actor, "documents.key.manage", Thing("document_key", institution_id, institution_id))
    with tenancy.acting_as(SYSTEM):
        _one_at_a_time(str(institution_id))
        now = clock.now()
        InstitutionKey.objects.filter(institution_id=institution_id, retired_at=None).update(retired_at=now)
        until = now + timedelta(days=KEY_DAYS)
        code_key = Ed25519PrivateKey.generate()
        pdf_key = pades.make_certificate(authority(), name["sw"], at=now, until=until)
        row = InstitutionKey.objects.create(
            institution_id=institution_id,
            kid=os.urandom(8),
            name=dict(name),
            public=code_key.public_key().public_bytes_raw(),
            sealed_private=seal(code_key.private_bytes_raw(), _CODE),
            certificate=pdf_key.certificate,
            sealed_pdf_private=seal(pdf_key.private, _PDF),
            not_before=now - timedelta(minutes=1),
            not_after=until,
        )
        record(actor, Thing("document_key", row.id, institution_id), after={"kid": row.kid.hex(), "reason": reason})


@action("documents.key.compromise")
def strike_off_key(*, actor: Actor, kid: str, reason: str) -> None:
    """A private key may be in other hands: whatever it signed is no longer believed, and must be issued again."""
    with tenancy.acting_as(SYSTEM):
        row = pair(kid)
        must(actor, "documents.key.manage", Thing("document_key", row.id, row.institution_id))
        now = clock.now()
        row.compromised_at, row.retired_at = now, row.retired_at or now
        row.save(update_fields=["compromised_at", "retired_at"])
        record(actor, Thing("document_key", row.id, row.institution_id), after={"kid": kid, "reason": reason})


def _installation(purpose: str) -> InstallationKey:
    row = InstallationKey.objects.filter(purpose=purpose).first()
    if row is not None:
        return row
    _one_at_a_time(purpose)
    row = InstallationKey.objects.filter(purpose=purpose).first()
    return row or _make(purpose)


def _make(purpose: str) -> InstallationKey:
    now = clock.now()
    if purpose == ROOT:
        key = Ed25519PrivateKey.generate()
        public, private = key.public_key().public_bytes_raw(), key.private_bytes_raw()
    else:
        name = f"Jumuishi {settings.NODE} document authority"
        made = pades.make_authority(name, at=now, years=AUTHORITY_YEARS)
        public, private = made.certificate, made.private
    return InstallationKey.objects.create(
        purpose=purpose, public=public, sealed_private=seal(private, f"documents.{purpose}"), created_at=now
    )


def _unsealed(row: InstallationKey) -> bytes:
    return unseal(bytes(row.sealed_private), f"documents.{row.purpose}")


def _one_at_a_time(what: str) -> None:
    # Two first issues at once make one key: the lock is held until their transaction ends.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"documents.{what}"])
