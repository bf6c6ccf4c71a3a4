"""Phones whose owners want no more messages: what is stopped, and begun again, by their own word."""

from uuid import UUID

from django.utils.crypto import salted_hmac

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.messaging.models import Stopped

SYSTEM = tenancy.Principal.system()


def hash_of(phone: str) -> str:
    """How a phone +255XXXXXXXXX is kept: whoever reads the table learns no number."""
    return str(salted_hmac("messaging.stopped", phone, algorithm="sha256").hexdigest())


def _thing(phone: str, actor: Actor) -> Thing:
    return Thing("phone", UUID(hash_of(phone)[:32]), person_id=actor.person_id)


@identity.action("messaging.phone.stop")
def stop(*, actor: Actor, phone: str) -> None:
    """No more messages to this phone but those that go always. The one who wrote from it is the one who may."""
    with tenancy.acting_as(SYSTEM):
        Stopped.objects.get_or_create(phone_hash=hash_of(phone), defaults={"since": clock.now()})
        identity.record(actor, _thing(phone, actor), after={"messages": "stopped"})


@identity.action("messaging.phone.start")
def start(*, actor: Actor, phone: str) -> None:
    """Messages again."""
    with tenancy.acting_as(SYSTEM):
        Stopped.objects.filter(phone_hash=hash_of(phone)).delete()
        identity.record(actor, _thing(phone, actor), after={"messages": "started"})
