"""What the clock does in the exchange."""

from django.db import transaction

from jumuishi.exchange import bodies, findings
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


@jobs.every(60, "exchange.findings.tell")
def tell_findings() -> None:
    """Tell the authority of findings that wait for it."""
    with transaction.atomic():
        due = findings.untold()
    for one in due:
        findings.tell(actor=Actor.system(), finding_id=one)
