"""What the clock does in the exchange."""

from django.db import transaction

from jumuishi.exchange import bodies
from jumuishi.identity.types import Actor
from jumuishi.kernel import jobs


@jobs.every(600, "exchange.bodies.expire")
def expire() -> None:
    """Destroy bodies whose time is over."""
    with transaction.atomic():
        found = bodies.institutions_with_expired()
    for home in found:
        while bodies.expire_bodies(actor=Actor.system(), institution_id=home) == bodies.AT_ONCE:
            pass
    with transaction.atomic():
        bodies.drop_without_key()
