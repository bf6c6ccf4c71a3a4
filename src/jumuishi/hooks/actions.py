"""Wishing to be told, changing that, ending it; keeping a notice, and sending one again."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q

from jumuishi.hooks import queries, rules
from jumuishi.hooks.models import Delivery, Hook
from jumuishi.hooks.types import PING, TOPICS, DeliveryState, HookRefusedError, NewHook
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import plain
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.seal import seal, unseal

SEALED_FOR = "hooks.secret"
KEEPERS = ("ict-officer", "head", "program")
MOST = 10
TESTS_AN_HOUR = 30
SYSTEM = tenancy.Principal.system()


@identity.policy("hooks.hook.manage")
def may_manage(actor: Actor, thing: Thing) -> bool:
    """The person whose cases it tells of; or the institution's own program, ICT officer and head."""
    if thing.institution_id is not None:
        return identity.is_of_institution(actor, thing) and actor.has(*KEEPERS)
    return identity.is_owner(actor, thing)


def thing_of(hook: Hook) -> Thing:
    """A hook as the policies see it."""
    return Thing("hook", hook.id, hook.institution_id, hook.person_id)


def secrets_of(hook: Hook, now: datetime) -> list[bytes]:
    """The keys that sign for a hook now, the newest first."""
    sealed = [hook.secret]
    if hook.old_secret is not None and hook.old_until is not None and hook.old_until > now:
        sealed.append(hook.old_secret)
    return [unseal(bytes(one), SEALED_FOR) for one in sealed]


def _made(*, actor: Actor, thing_id: UUID, url: str, topics: Sequence[str]) -> NewHook:
    hook = Hook.objects.filter(queries.owner(actor), id=thing_id).first()
    if hook is None or hook.url != url.strip() or hook.topics != list(topics):
        raise HookRefusedError("hooks.key_reused")
    return NewHook(hook.id, rules.as_secret(secrets_of(hook, clock.now())[0]))


@identity.action("hooks.hook.make", replay=_made)
def make_hook(
    *,
    actor: Actor,
    url: str,
    topics: Sequence[str],
    idempotency_key: str | None = None,  # noqa: ARG001  # the action's own business
) -> NewHook:
    """Be told at an address of some topics; the secret is told this once, or again under the same key.

    Raises HookRefusedError for an address that is not asked, a topic that there is not, too many, a person without a
    proved phone, an institution that is not approved.
    """
    mine = actor.kind is ActorKind.PERSON
    thing = Thing("hook", new_id(), None, actor.who) if mine else Thing("hook", new_id(), actor.workplace)
    identity.must(actor, "hooks.hook.manage", thing)
    kept = rules.check_url(url, loopback=settings.HOOKS_LOOPBACK)
    if not topics or set(topics) - set(TOPICS):
        raise HookRefusedError("hooks.bad_topics", "topics")
    with tenancy.acting_as(SYSTEM):
        identity.one_at_a_time(f"hooks.hook {thing.person_id or thing.institution_id}")
        person = identity.person(actor.who) if mine else None
        if mine and (person is None or not person.phone):
            raise HookRefusedError("hooks.need_phone")
        home = None if mine else institutions.institution(actor.workplace)
        if not mine and (home is None or home.state != "approved"):
            raise HookRefusedError("hooks.not_approved")
        if Hook.objects.filter(queries.owner(actor), ended_at=None).count() >= MOST:
            raise HookRefusedError("hooks.too_many")
        key = secrets.token_bytes(32)
        Hook.objects.create(
            id=thing.id, institution_id=thing.institution_id, person_id=thing.person_id, url=kept,
            topics=list(topics), secret=seal(key, SEALED_FOR), created_at=clock.now(),
        )  # fmt: skip
    # An address may say more after its host than a journal should keep.
    identity.record(actor, thing, after={"host": urlsplit(kept).netloc, "topics": list(topics)})
    return NewHook(thing.id, rules.as_secret(key))


def _locked(actor: Actor, hook_id: UUID) -> Hook:
    with tenancy.acting_as(SYSTEM):
        hook = Hook.objects.select_for_update().filter(queries.owner(actor), id=hook_id, ended_at=None).first()
    if hook is None:
        raise HookRefusedError("hooks.no_hook")
    identity.must(actor, "hooks.hook.manage", thing_of(hook))
    return hook


def _rotated(*, actor: Actor, thing_id: UUID, hook_id: UUID) -> NewHook:
    hook = Hook.objects.filter(queries.owner(actor), id=thing_id).first()
    if hook is None or thing_id != hook_id:
        raise HookRefusedError("hooks.key_reused")
    return NewHook(hook.id, rules.as_secret(secrets_of(hook, clock.now())[0]))


@identity.action("hooks.hook.rotate", replay=_rotated)
def rotate_secret(
    *,
    actor: Actor,
    hook_id: UUID,
    idempotency_key: str | None = None,  # noqa: ARG001  # the action's own business
) -> NewHook:
    """A new secret; the old one signs along for a day. Raises HookRefusedError for one that is not there."""
    hook, key = _locked(actor, hook_id), secrets.token_bytes(32)
    with tenancy.acting_as(SYSTEM):
        hook.old_secret, hook.old_until = hook.secret, clock.now() + rules.OVERLAP
        hook.secret = seal(key, SEALED_FOR)
        hook.save(update_fields=["secret", "old_secret", "old_until"])
    identity.record(actor, thing_of(hook), after={"rotated": True})
    return NewHook(hook.id, rules.as_secret(key))


@identity.action("hooks.hook.end")
def end_hook(*, actor: Actor, hook_id: UUID) -> None:
    """Nothing more is sent, what waits is dropped. Raises HookRefusedError for one that is not there or has ended."""
    hook = _locked(actor, hook_id)
    with tenancy.acting_as(SYSTEM):
        hook.ended_at = clock.now()
        hook.save(update_fields=["ended_at"])
        Delivery.objects.filter(hook=hook).delete()
    identity.record(actor, thing_of(hook), after={"ended_at": hook.ended_at})


def _tried(*, actor: Actor, thing_id: UUID, hook_id: UUID) -> UUID:
    found = Delivery.objects.filter(queries.owner(actor), id=thing_id, hook_id=hook_id).first()
    if found is None:
        raise HookRefusedError("hooks.key_reused")
    return found.id


@identity.action("hooks.hook.try", replay=_tried)
def try_hook(
    *,
    actor: Actor,
    hook_id: UUID,
    idempotency_key: str | None = None,  # noqa: ARG001  # the action's own business
) -> UUID:
    """Send a `ping`, even to an address that rests; the notice's id. Raises HookRefusedError, also when too often."""
    hook, now = _locked(actor, hook_id), clock.now()
    if not identity.hit(str(hook.id), "hooks.test", TESTS_AN_HOUR, 3600):
        raise HookRefusedError("hooks.too_often")
    with tenancy.acting_as(SYSTEM):
        Hook.objects.filter(id=hook.id).update(rest_until=None)
        row = _notice(hook, PING, str(new_id()), now, {"hook": hook.id})
        row.save(force_insert=True)
    identity.record(actor, Thing("delivery", row.id, hook.institution_id, hook.person_id), after={"hook": hook.id})
    return row.id


@identity.action("hooks.delivery.resend")
def resend(*, actor: Actor, hook_id: UUID, delivery_id: UUID) -> None:
    """Send a notice again, the same bytes under the same id; one that waits is sent sooner. Raises HookRefusedError."""
    hook, now = _locked(actor, hook_id), clock.now()
    with tenancy.acting_as(SYSTEM):
        Hook.objects.filter(id=hook.id).update(rest_until=None)
        again = Delivery.objects.filter(hook=hook, id=delivery_id).update(
            state=DeliveryState.WAITING, next_at=now, give_up_at=now + rules.GIVE_UP
        )
    if not again:
        raise HookRefusedError("hooks.no_delivery")
    identity.record(actor, Thing("delivery", delivery_id, hook.institution_id, hook.person_id), after={"hook": hook.id})


@identity.action("hooks.delivery.resend_all")
def resend_all(*, actor: Actor, hook_id: UUID) -> int:
    """Send all that was given up again, in their order, the same bytes under the same ids; how many.

    Raises HookRefusedError for a hook that is not there.
    """
    hook, now = _locked(actor, hook_id), clock.now()
    with tenancy.acting_as(SYSTEM):
        Hook.objects.filter(id=hook.id).update(rest_until=None)
        rows = Delivery.objects.filter(hook=hook, state=DeliveryState.DEAD)
        found = rows.update(state=DeliveryState.WAITING, next_at=F("created_at"), give_up_at=now + rules.GIVE_UP)
    identity.record(actor, thing_of(hook), after={"sent_again": found})
    return found


def _notice(hook: Hook, topic: str, key: str, at: datetime, data: Mapping[str, Any]) -> Delivery:
    now = clock.now()
    body = json.dumps(
        {"type": topic, "timestamp": plain(at), "data": plain(dict(data))}, ensure_ascii=False, separators=(",", ":")
    )
    return Delivery(
        id=new_id(), institution_id=hook.institution_id, person_id=hook.person_id, hook=hook, key=key[:160],
        topic=topic, body=body, next_at=now, give_up_at=now + rules.GIVE_UP, created_at=now,
    )  # fmt: skip


def tell(
    *, topic: str, key: str, institution_id: UUID, person_id: UUID | None, at: datetime, data: Mapping[str, Any]
) -> None:
    """Keep a notice for each hook of the institution and of the person that wants the topic; the same key once."""
    whose = Q(institution_id=institution_id)
    if person_id is not None:
        whose |= Q(person_id=person_id)
    with tenancy.acting_as(SYSTEM):
        hooks = list(Hook.objects.filter(whose, ended_at=None, topics__contains=[topic]))
        if hooks:
            Delivery.objects.bulk_create([_notice(one, topic, key, at, data) for one in hooks], ignore_conflicts=True)
