"""Timed entries: what waits is sent, what is old is dropped. The table is the queue; each may run twice.

Sending has a thread of its own among the timed entries: an address that answers slowly keeps no other work waiting.
"""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min, Q

from jumuishi.hooks import actions, outgoing, rules, telling
from jumuishi.hooks.models import Delivery, Hook
from jumuishi.hooks.types import DeliveryState
from jumuishi.kernel import clock
from jumuishi.kernel.due import due
from jumuishi.kernel.jobs import every

# In one round: so many addresses at once, of each so many notices one after the other, and no new one after so long.
HOOKS, NOTICES, SECONDS = 50, 50, 10.0
KEPT = timedelta(days=30)


@dataclass
class Run:
    """One hook's turn: its notices in order, and what came of those that were sent."""

    hook: Hook
    waiting: list[Delivery]
    keys: list[bytes]
    came: dict[UUID, outgoing.Outcome] = field(default_factory=dict)


@every(2, "hooks.deliveries.send")
def send() -> None:
    """Send what is due. No transaction is open while others are asked; what a dead worker took is due in a minute."""
    now = clock.now()
    with transaction.atomic():
        waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
        late = waiting.filter(give_up_at__lte=now)
        given_up = set(late.values_list("hook_id", flat=True)[:HOOKS])
        late.filter(hook_id__in=given_up).update(state=DeliveryState.DEAD, next_at=None)
        if given_up:
            telling.given_up(given_up, now)
        runs = [_take(one, now) for one in _hooks_due()]
    if not runs:
        return
    asyncio.run(_send_all(runs))
    with transaction.atomic():
        for one in runs:
            _note(one)


def _hooks_due() -> list[UUID]:
    """Hooks with something to send that do not rest, those that wait longest first."""
    awake = Q(hook__rest_until=None) | due("hook__rest_until", rules.LONGEST_REST)
    rows = Delivery.objects.filter(
        awake, due("next_at", rules.LONGEST_WAIT), state=DeliveryState.WAITING, hook__ended_at=None
    )
    found = rows.values("hook_id").annotate(since=Min("next_at")).order_by("since")[:HOOKS]
    return [one["hook_id"] for one in found]


def _take(hook_id: UUID, now: datetime) -> Run:
    hook = Hook.objects.get(id=hook_id)
    rows = Delivery.objects.filter(due("next_at", rules.LONGEST_WAIT), hook=hook, state=DeliveryState.WAITING)
    waiting = list(rows.select_for_update(skip_locked=True).order_by("next_at", "id")[:NOTICES])
    Delivery.objects.filter(id__in=[one.id for one in waiting]).update(next_at=now + timedelta(minutes=1))
    return Run(hook, waiting, actions.secrets_of(hook, now))


async def _send_all(runs: list[Run]) -> None:
    await asyncio.gather(*(_send(one) for one in runs))


async def _send(run: Run) -> None:
    """In order, until one is not taken: an address that is away is asked once."""
    until = time.monotonic() + SECONDS
    for one in run.waiting:
        if time.monotonic() > until:
            return
        body, at = one.body.encode(), int(clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Jumuishi",
            "webhook-id": str(one.id),
            "webhook-timestamp": str(at),
            "webhook-signature": rules.signature(run.keys, str(one.id), at, body),
        }
        outcome = run.came[one.id] = await outgoing.post(run.hook.url, headers, body)
        if not outcome.delivered:
            return


def _note(run: Run) -> None:
    """What became of each; what was not come to is due as before."""
    now, failures = clock.now(), run.hook.failures
    for one in run.waiting:
        outcome, row = run.came.get(one.id), Delivery.objects.filter(id=one.id, state=DeliveryState.WAITING)
        if outcome is None:
            row.update(next_at=one.next_at)
        elif outcome.delivered:
            failures = 0
            row.update(
                state=DeliveryState.DELIVERED, status=outcome.status, failure="", attempts=one.attempts + 1,
                delivered_at=now, next_at=None,
            )  # fmt: skip
        else:
            failures += 1
            row.update(
                status=outcome.status, failure=outcome.failure, attempts=one.attempts + 1,
                next_at=now + rules.wait_after(one.attempts + 1),
            )  # fmt: skip
    rest = now + rules.rest_after(failures) if failures else None
    Hook.objects.filter(id=run.hook.id).update(failures=failures, rest_until=rest)


@every(3600, "hooks.deliveries.forget")
def forget() -> None:
    """Drop what is a month old; a hook that ended goes with its last notice."""
    before = clock.now() - KEPT
    with transaction.atomic():
        Delivery.objects.filter(created_at__lt=before).exclude(state=DeliveryState.WAITING).delete()
        Hook.objects.filter(ended_at__lt=before).delete()
