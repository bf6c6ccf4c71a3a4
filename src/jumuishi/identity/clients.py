"""An institution's own programs: each has a key, shown once and kept as a hash, that its ICT officer makes."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from jumuishi.identity import limits
from jumuishi.identity.actions import action, record
from jumuishi.identity.models import ApiKey
from jumuishi.identity.policy import is_of_institution, must, policy
from jumuishi.identity.principal import as_system
from jumuishi.identity.types import Actor, ActorKind, ClientRef, KeyRefusedError, NewKey, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

PREFIX = "jmk_"
KEEPERS = ("ict-officer", "head")
# A program is given its new key before the old one ends.
OVERLAP = timedelta(hours=24)
MOST = 20
_USE = timedelta(hours=1)
SYSTEM = tenancy.Principal.system()


@policy("identity.api_key.manage")
def may_manage(actor: Actor, thing: Thing) -> bool:
    """Who looks after the institution's systems, or leads it."""
    return is_of_institution(actor, thing) and actor.has(*KEEPERS)


def _thing(key_id: UUID, institution_id: UUID | None) -> Thing:
    return Thing("api_key", key_id, institution_id)


@action("identity.api_key.issue")
def issue_key(*, actor: Actor, name: str) -> NewKey:
    """A key for one program; `secret` is told this once.

    Raises KeyRefusedError for no name, a name in use, too many keys.
    """
    key_id, said = new_id(), " ".join(name.split())[:60]
    must(actor, "identity.api_key.manage", _thing(key_id, actor.workplace))
    with tenancy.acting_as(SYSTEM):
        limits.one_at_a_time(f"identity.api_key {actor.workplace}")
        live = list(_live(actor.workplace))
        if not said:
            raise KeyRefusedError("identity.key_needs_name")
        if any(one.name.casefold() == said.casefold() and one.ends_at is None for one in live):
            raise KeyRefusedError("identity.key_name_taken")
        if len(live) >= MOST:
            raise KeyRefusedError("identity.key_too_many")
        return _made(actor, key_id, said, {})


@action("identity.api_key.rotate")
def rotate_key(*, actor: Actor, key_id: UUID) -> NewKey:
    """A new key for the same program; the old one ends a day later. Raises KeyRefusedError for one that has ended."""
    must(actor, "identity.api_key.manage", _thing(key_id, actor.workplace))
    with tenancy.acting_as(SYSTEM):
        row = _locked(actor, key_id)
        row.ends_at = clock.now() + OVERLAP
        row.save(update_fields=["ends_at"])
        return _made(actor, new_id(), row.name, {"in_place_of": str(row.id)})


@action("identity.api_key.revoke")
def revoke_key(*, actor: Actor, key_id: UUID) -> None:
    """The key counts no more from this moment. Raises KeyRefusedError for one that is not there; twice is once."""
    must(actor, "identity.api_key.manage", _thing(key_id, actor.workplace))
    with tenancy.acting_as(SYSTEM):
        row = ApiKey.objects.select_for_update().filter(id=key_id, institution_id=actor.workplace).first()
        if row is None:
            raise KeyRefusedError("identity.key_over")
        if row.ends_at is None or row.ends_at > clock.now():
            row.ends_at = clock.now()
            row.save(update_fields=["ends_at"])
        record(actor, _thing(row.id, row.institution_id), after={"name": row.name, "ends_at": row.ends_at})


def _made(actor: Actor, key_id: UUID, name: str, more: dict[str, str]) -> NewKey:
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey.objects.create(
        id=key_id, institution_id=actor.workplace, name=name, key_hash=_hash(secret), hint=secret[-4:],
        made_by=actor.who, created_at=clock.now(),
    )  # fmt: skip
    record(actor, _thing(row.id, row.institution_id), after={"name": name, "hint": row.hint, **more})
    return NewKey(row.id, secret)


def _locked(actor: Actor, key_id: UUID) -> ApiKey:
    rows = ApiKey.objects.select_for_update().filter(institution_id=actor.workplace, ends_at=None)
    row = rows.filter(id=key_id).first()
    if row is None:
        raise KeyRefusedError("identity.key_over")
    return row


def _live(institution_id: UUID) -> QuerySet[ApiKey]:
    standing = Q(ends_at=None) | Q(ends_at__gt=clock.now())
    return ApiKey.objects.filter(standing, institution_id=institution_id)


def keys_of(institution_id: UUID) -> QuerySet[ApiKey]:
    """An institution's keys, newest first, those that ended too; the principal's wall holds besides."""
    return ApiKey.objects.filter(institution_id=institution_id).order_by("-created_at")


def client_of(request: HttpRequest) -> ClientRef | None:
    """Whose program this request comes from, by the key in its Authorization header; None for anybody else.

    256 random bits need no stretching: the key is found by its hash. Wrong keys are bounded by address.
    """
    if not hasattr(request, "_api_client"):
        request._api_client = _found(request)  # type: ignore[attr-defined]  # asked once a request
    found: ClientRef | None = request._api_client  # type: ignore[attr-defined]
    return found


def _found(request: HttpRequest) -> ClientRef | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    address = limits.address_of(request)
    if limits.spent("client.address", address):
        return None
    now = clock.now()
    with as_system():
        row = ApiKey.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), key_hash=_hash(secret)).first()
        if row is not None and (row.used_at is None or row.used_at < now - _USE):
            ApiKey.objects.filter(id=row.id).update(used_at=now)
    if row is None:
        limits.allowed("client.address", address)
        return None
    actor = Actor(ActorKind.OFFICER, institution_id=row.institution_id, roles=frozenset({"program"}), name=row.name)
    return ClientRef(row.id, row.institution_id, row.name, actor)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
