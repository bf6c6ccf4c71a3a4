"""Hand messages over: which may go now, through which gateway, and what became of it. Asked for by jobs alone."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from jumuishi.identity.public import hit, note_refusal
from jumuishi.kernel import clock
from jumuishi.kernel.due import due
from jumuishi.messaging import options, prices, reports, rules
from jumuishi.messaging.circuit import Circuits
from jumuishi.messaging.gateways import configured
from jumuishi.messaging.gateways.protocol import GatewayAwayError, RefusedError, SmsGateway, Taken
from jumuishi.messaging.models import Message, Terms
from jumuishi.messaging.types import MessageState

DAY, SPAN = 86_400, 5
BATCH = 20
# What is taken is ours for a minute: whoever else comes by leaves it alone, and a worker that dies loses nothing. So
# a batch ends well before that.
LEASE, LONGEST_BATCH = timedelta(minutes=1), 25.0
DAY_IS_FULL, IS_QUIET = "limit of the day", "quiet hours"
# Both wait, and the newer says all that the older would: but only once they could not go when they were said.
STALE = timedelta(minutes=1)


class Went(Enum):
    """What came of a try: settled one way or the other; kept for another hour; nobody there to ask."""

    SETTLED = auto()
    WAITS = auto()
    AWAY = auto()


def due_by_now() -> Q:
    """What may be sent now. Only what waits for another hour is set further ahead than the longest wait."""
    long = Q(failure__in=(DAY_IS_FULL, IS_QUIET))
    return due("next_attempt_at", rules.LONGEST_WAIT) & (Q(next_attempt_at__lte=clock.now()) | ~long)


def waiting() -> QuerySet[Message]:
    """All that is still to be sent."""
    return Message.objects.filter(state=MessageState.QUEUED)


def send(message_id: UUID) -> Went:
    """Try to send a message that waits; no transaction is open while a gateway is asked."""
    circuits = Circuits(one.name for one in configured.gateways())
    if circuits.are_open():
        return Went.AWAY
    found = _take(waiting().filter(id=message_id), 1)
    if not found:
        return Went.WAITS
    return _hand_over(found[0], circuits, _senders(found))


def send_due(most: int) -> int:
    """Send what waits, codes first, at most so many; how many were settled. Ends early when nobody is there to ask."""
    settled = 0
    # Small steps within the pace, so that one fits beside what goes out at once.
    step = max(1, min(BATCH, most // 4))
    circuits = Circuits(one.name for one in configured.gateways())
    for kind in (waiting().filter(purpose__startswith=f"{rules.CODE}."), waiting()):
        while settled < most and not circuits.are_open():
            found = _take(kind, min(step, most - settled))
            if not found:
                break
            gone = _hand_over_all(found, circuits)
            settled += gone
            if gone < len(found):
                return settled
    return settled


def _hand_over_all(found: list[Message], circuits: Circuits) -> int:
    """Each in turn; once nobody is there to ask, or it takes too long, the others go back in their place."""
    senders, began = _senders(found), time.monotonic()
    for number, message in enumerate(found):
        away = _hand_over(message, circuits, senders) is Went.AWAY
        if away or time.monotonic() - began > LONGEST_BATCH:
            rest = [one.id for one in found[number + 1 :]]
            with transaction.atomic():
                waiting().filter(id__in=rest).update(next_attempt_at=circuits.until() or clock.now())
            return number if away else number + 1
    return len(found)


def _take(wanted: QuerySet[Message], most: int) -> list[Message]:
    """Messages to be sent now, ours for a minute; what is too late, replaced, or must wait is put aside meanwhile."""
    now = clock.now()
    with transaction.atomic():
        rows = wanted.filter(due_by_now()).select_for_update(skip_locked=True)
        found = list(rows.order_by("next_attempt_at", "created_at", "id")[:most])
        plain = sum(not rules.is_code(one.purpose) for one in found)
        if plain and not hit("", "sms.pace", options.most_a_second() * SPAN, SPAN, weight=plain):
            transaction.set_rollback(True)  # also what was counted: others may be fewer, and go
            return []
        aside = _aside(found, now)
        for reason in {reason for reason, _ in aside.values()}:
            ids = [one for one, (why, _) in aside.items() if why == reason]
            until = next(until for why, until in aside.values() if why == reason)
            if until is None:
                _fail(ids, reason)
            else:
                waiting().filter(id__in=ids).update(next_attempt_at=until, failure=reason)
        ready = [one for one in found if one.id not in aside]
        if ready:
            waiting().filter(id__in=[one.id for one in ready]).update(next_attempt_at=now + LEASE)
        return ready


def _aside(found: list[Message], now: datetime) -> dict[UUID, tuple[str, datetime | None]]:
    """What is not sent now: why, and until when; None for never."""
    quiet = rules.quiet_until(now, options.quiet_hours(), settings.TIME_ZONE)
    replaced = _replaced(found, now)
    aside: dict[UUID, tuple[str, datetime | None]] = {}
    for one in found:
        if one.expires_at <= now:
            aside[one.id] = ("too late", None)
        elif one.id in replaced:
            aside[one.id] = ("replaced", None)
        elif quiet is not None and not rules.is_urgent(one.purpose):
            aside[one.id] = (IS_QUIET, quiet)
        elif not rules.is_code(one.purpose) and not _within_the_day(one.parts):
            aside[one.id] = (DAY_IS_FULL, rules.tomorrow(now, settings.TIME_ZONE))
    return aside


def _replaced(found: list[Message], now: datetime) -> set[UUID]:
    """Those of which a newer one about the same case waits as well."""
    old = [one for one in found if one.topic and one.case_id and one.created_at < now - STALE]
    if not old:
        return set()
    asked = waiting().filter(case_id__in={one.case_id for one in old})
    newer = list(asked.values_list("case_id", "topic", "to", "created_at", "id"))
    return {
        one.id
        for one in old
        if any(
            (case, topic, to) == (one.case_id, one.topic, one.to) and (at, id_) > (one.created_at, one.id)
            for case, topic, to, at, id_ in newer
        )
    }


def _within_the_day(parts: int) -> bool:
    """Count a message's parts among all of the day. Codes have a cap of their own, so that letters can't shut it."""
    free = hit("", "sms.day", options.most_a_day(), DAY, weight=parts)
    if not free:
        note_refusal("sms.day")
    return free


def _senders(found: Iterable[Message]) -> dict[UUID | None, str]:
    """By which name each institution speaks; one that has none of its own speaks by the gateway's usual one."""
    homes = {one.institution_id for one in found if one.institution_id is not None}
    if not homes:
        return {}
    with transaction.atomic():
        return dict(Terms.objects.filter(institution_id__in=homes).values_list("institution_id", "sender"))


def _hand_over(message: Message, circuits: Circuits, senders: dict[UUID | None, str]) -> Went:
    """Ask one gateway after the other until one takes it; who is away or refuses leaves it to the next."""
    refused, why, asked, is_away = set(filter(None, message.refused_by.split(","))), "", False, False
    for gateway in configured.gateways():
        if gateway.name in refused:
            continue
        if not circuits.may_ask(gateway.name):
            is_away = True
            continue
        now, asked = clock.now(), True
        sender = senders.get(message.institution_id, "")
        try:
            taken = gateway.send(message_id=message.id, to=message.to, text=message.text, at=now, sender=sender)
        except GatewayAwayError as error:
            why, is_away = str(error), True
            circuits.fell(gateway.name, why)
            continue
        except RefusedError as error:
            why = str(error) or "refused"
            refused.add(gateway.name)
            circuits.answered(gateway.name)
            continue
        circuits.answered(gateway.name)
        _note_sent(message, gateway, taken, now)
        return Went.SETTLED
    if asked and not is_away:
        with transaction.atomic():
            _fail([message.id], why[:80], refused_by=_listed(refused), attempts=F("attempts") + 1)
        return Went.SETTLED
    now = clock.now()
    again = circuits.until() or rules.next_attempt(message.attempts + 1, now)
    with transaction.atomic():
        waiting().filter(id=message.id).update(
            next_attempt_at=again, refused_by=_listed(refused), attempts=F("attempts") + int(asked),
            failure=(why or message.failure or "no gateway")[:80],
        )  # fmt: skip
    return Went.AWAY if circuits.are_open() else Went.WAITS


def _listed(refused: set[str]) -> str:
    return ",".join(sorted(refused))[:60]


def _fail(ids: list[UUID], why: str, **changes: object) -> None:
    """These will not be sent; a code among them is forgotten."""
    gone = waiting().filter(id__in=ids)
    if not options.is_demonstration():
        gone.filter(purpose__startswith=f"{rules.CODE}.").update(text="")
    gone.update(state=MessageState.FAILED, failure=why, next_attempt_at=None, **changes)


def _note_sent(message: Message, gateway: SmsGateway, taken: Taken, now: datetime) -> None:
    """The gateway has it. A one-time code is forgotten with its sending, except where a demonstration shows it."""
    changes: dict[str, object] = {
        "failure": "", "gateway": gateway.name, "sent_at": now, "their_id": taken.their_id, "next_attempt_at": None,
        "attempts": F("attempts") + 1, "cost": taken.cost,
    }  # fmt: skip
    if taken.cost is None and (price := prices.price_of(gateway.name, now.date())) is not None:
        changes["cost"] = price.per_part * message.parts
    if rules.is_code(message.purpose) and not options.is_demonstration():
        changes["text"] = ""
    with transaction.atomic():
        waiting().filter(id=message.id).update(state=MessageState.SENT, **changes)
        reports.meet_early(message.id, gateway.name, taken.their_id or str(message.id))
