"""The PIN of a person on an old phone: four digits, set after an SMS code, kept like a password; guessing locks it."""

import re
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from jumuishi.identity.actions import action, record
from jumuishi.identity.models import Pin
from jumuishi.identity.policy import must
from jumuishi.identity.principal import as_system
from jumuishi.identity.types import Actor, Thing, WeakPinError
from jumuishi.kernel import clock

_RUNS = "01234567890 09876543210"


class Tried(StrEnum):
    """What a try of a PIN came to; the last wrong one that is free locks."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


def check_new_pin(pin: str) -> None:
    """Four digits that are not tried first: no run up or down, no digit or pair again. Raises WeakPinError."""
    if not re.fullmatch(r"[0-9]{4}", pin):
        raise WeakPinError("identity.pin_four")
    if pin in _RUNS or pin[:2] == pin[2:]:
        raise WeakPinError("identity.pin_weak")


def has_pin(person_id: UUID) -> bool:
    """Whether a person has set one."""
    with as_system():
        return Pin.objects.filter(person_id=person_id).exists()


def set_pin(*, actor: Actor, pin: str) -> None:
    """A first or another PIN, once the phone was proved by a code or the PIN before. Raises WeakPinError."""
    check_new_pin(pin)
    _set_pin(actor=actor, pin_hash=make_password(pin))


@action("identity.pin.set")
def _set_pin(*, actor: Actor, pin_hash: str) -> None:
    thing = Thing("person", actor.who, person_id=actor.who)
    must(actor, "identity.person.change", thing)
    with as_system():
        fresh = {"pin_hash": pin_hash, "wrong": 0, "locked_until": None, "set_at": clock.now()}
        _, made = Pin.objects.update_or_create(person_id=actor.who, defaults=fresh)
        record(actor, thing, after={"pin": "set" if made else "changed"})


def try_pin(person_id: UUID, pin: str) -> Tried:
    """Try a PIN; wrong ones count, the last that is free locks for a while. One at a time for a person."""
    now = clock.now()
    with as_system():
        row = Pin.objects.select_for_update().filter(person_id=person_id).first()
        if row is None:
            return Tried.WRONG
        if row.locked_until is not None and row.locked_until > now:
            return Tried.LOCKED
        if check_password(pin, row.pin_hash):
            if row.wrong or row.locked_until is not None:
                row.wrong, row.locked_until = 0, None
                row.save(update_fields=["wrong", "locked_until"])
            return Tried.RIGHT
        row.wrong += 1
        locks = row.wrong >= settings.IDENTITY_LIFE["pin_tries"]
        if locks:
            row.wrong, row.locked_until = 0, now + clock.seconds(settings.IDENTITY_LIFE["pin_lock_seconds"])
        row.save(update_fields=["wrong", "locked_until"])
        return Tried.LOCKED if locks else Tried.WRONG
