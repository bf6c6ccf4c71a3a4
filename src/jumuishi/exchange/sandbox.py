"""A service's made-up twin, for programs: known by the key of any system of an approved institution."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from jumuishi.exchange import catalogue
from jumuishi.exchange.described.playing import Played, play
from jumuishi.exchange.describing import read_description
from jumuishi.exchange.models import Credential
from jumuishi.exchange.registering import PREFIX
from jumuishi.exchange.types import CredentialKind
from jumuishi.identity import public as identity
from jumuishi.kernel import tenancy

A_MINUTE = 300


def key_of(key: str) -> UUID | None:
    """The key that a program brings, while it counts; None for any other."""
    if not key.startswith(PREFIX):
        return None
    value = hashlib.sha256(key.encode()).hexdigest()
    with tenancy.acting_as(catalogue.SYSTEM):
        rows = Credential.objects.filter(kind=CredentialKind.KEY, value=value, ended_at=None)
        return rows.filter(subsystem__ended_at=None).values_list("id", flat=True).first()


def may_go_on(who: UUID) -> bool:
    """Whether a key or an officer has not asked too often in the last minute."""
    return identity.hit(str(who), "exchange.sandbox", A_MINUTE, 60)


def answer(service_id: UUID, verb: str, path: str, query: Mapping[str, str]) -> Played | None:
    """What the service would answer; None for one that is not there or has no description."""
    text, media_type = catalogue.description(service_id)
    if not text:
        return None
    return play(*read_description(text, media_type), verb, path, query)
