"""Background entries: whom a breach touches, notices in batches, what falls due. One call each."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jumuishi.exchange import public as exchange
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, jobs
from jumuishi.privacy.actions import breaches, reminding, requests, watching
from jumuishi.privacy.models import Finding, Registration, Request
from jumuishi.privacy.types import State

log = logging.getLogger(__name__)
MOST = 200


@jobs.job(breaches.GATHER)
def gather(*, breach_id: str) -> None:
    """Write down whom a breach touches."""
    breaches.gather(actor=Actor.system(), breach_id=UUID(breach_id))


@jobs.job(breaches.SEND)
def send(*, breach_id: str) -> None:
    """Tell the next batch."""
    breaches.send_notices(actor=Actor.system(), breach_id=UUID(breach_id))


@jobs.every(600, "privacy.due.sweep")
def sweep() -> None:
    """Late requests, erasures whose day has come, registrations about to end; one that fails stops no other."""
    now, today = clock.now(), timezone.localtime(clock.now()).date()
    with transaction.atomic():
        overdue = Request.objects.filter(state=State.OPEN, due_at__lt=now, escalated_at=None)
        late = list(overdue.values_list("id", flat=True)[:MOST])
        again = list(Request.objects.filter(again_on__lte=today).values_list("id", flat=True)[:MOST])
        ending = [
            one.id
            for one in Registration.objects.filter(reminded_at=None).order_by("expires_on")[:MOST]
            if reminding.remind_from(one) <= today
        ]
        waiting = Finding.objects.filter(closed_at=None, due_at__lt=now, escalated_at=None)
        findings = list(waiting.values_list("id", flat=True)[:MOST])
    system = Actor.system()
    for one in findings:
        _try(partial(watching.escalate, actor=system, finding_id=one))
    for one in late:
        _try(partial(reminding.escalate, actor=system, request_id=one))
    for one in again:
        _try(partial(requests.erase_again, actor=system, request_id=one))
    for one in ending:
        _try(partial(reminding.remind, actor=system, registration_id=one))


@jobs.every(600, "privacy.patterns.watch")
def watch() -> None:
    """What is unusual in how each institution's data were asked for in the last day; one that fails stops no other."""
    with transaction.atomic():
        homes = exchange.owners(clock.now() - timedelta(days=1))
    for home in homes:
        _try(partial(_watch_one, home))


def _watch_one(home: UUID) -> None:
    with transaction.atomic():
        watching.watch(home)


def _try(act: Callable[[], object]) -> None:
    try:
        act()
    except Exception:
        log.exception("what fell due could not be done; it is tried again")
