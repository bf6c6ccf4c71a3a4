"""Hand messages over: which may go now, through which gateway, and what became of it. Asked for by jobs alone."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TypeAlias
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
from jumuishi.messaging.gateways.protocol import GatewayAwayError, LostAnswerError, RefusedError, SmsGateway, Taken
from jumuishi.messaging.models import Message, Terms
from jumuishi.messaging.types import MessageState

DAY, SPAN = 86_400, 5
# Taken together, and asked for at the same time: a gateway far away answers each in a tenth of a second.
BATCH, AT_ONCE = 48, 8
# What is taken is ours for a minute: whoever else comes by leaves it alone, and a worker that dies loses nothing. So
# a batch ends well before that.
LEASE, LONGEST_BATCH, LONGEST_ROUND = timedelta(minutes=1), 25.0, 20.0
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
    _, ready = _take(waiting().filter(id=message_id), 1)
    return hand_over(ready, circuits, map)[0] if ready else Went.WAITS


def send_due(most: int) -> int:
    """Send what waits, codes first, at most so many; how many were settled. Ends early when nobody is there to ask."""
    settled, began = 0, time.monotonic()
    if not options.gateway_names():
        return 0
    # Small steps within the pace, so that one fits beside what goes out at once.
    step = max(1, min(BATCH, most // 4))
    circuits = Circuits(one.name for one in configured.gateways())
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sms") as pool:
        for kind in (waiting().filter(purpose__startswith=f"{rules.CODE}."), waiting()):
            while settled < most and not circuits.are_open() and time.monotonic() - began < LONGEST_ROUND:
                more, ready = _take(kind, min(step, most - settled))
                went = _hand_over_all(ready, circuits, pool, is_first=settled == 0)
                settled += went.count(Went.SETTLED)
                if len(went) < len(ready) or Went.AWAY in went:
                    return settled
                if not more:
                    break
    return settled


def _hand_over_all(found: list[Message], circuits: Circuits, pool: ThreadPoolExecutor, *, is_first: bool) -> list[Went]:
    """Several at once; the first of a round alone, so that one learns whether anybody is there, and not all.

    Once nobody is, or it takes too long, those that are left go back in their place.
    """
    went: list[Went] = []
    began = time.monotonic()
    while len(went) < len(found):
        if circuits.are_open() or time.monotonic() - began > LONGEST_BATCH:
            rest = [one.id for one in found[len(went) :]]
            with transaction.atomic():
                waiting().filter(id__in=rest).update(next_attempt_at=circuits.until() or clock.now())
            break
        together = 1 if is_first and not went else AT_ONCE
        went += hand_over(found[len(went) : len(went) + together], circuits, pool.map)
    return went


def _take(wanted: QuerySet[Message], most: int) -> tuple[bool, list[Message]]:
    """Messages to be sent now, ours for a minute, and whether there may be more.

    What is too late, replaced, or must wait is put aside meanwhile, however much that is.
    """
    now = clock.now()
    with transaction.atomic():
        rows = wanted.filter(due_by_now()).select_for_update(skip_locked=True)
        found = list(rows.order_by("next_attempt_at", "created_at", "id")[:most])
        aside = _aside(found, now)
        ready = [one for one in found if one.id not in aside]
        plain = [one for one in ready if not rules.is_code(one.purpose)]
        is_paced = bool(plain) and not hit("", "sms.pace", options.most_a_second() * SPAN, SPAN, weight=len(plain))
        if is_paced:
            ready = [one for one in ready if rules.is_code(one.purpose)]
        else:
            tomorrow = rules.tomorrow(now, settings.TIME_ZONE)
            aside |= {one.id: (DAY_IS_FULL, tomorrow) for one in plain if not _within_the_day(one.parts)}
            ready = [one for one in ready if one.id not in aside]
        for reason, until in set(aside.values()):
            ids = [one for one, why in aside.items() if why == (reason, until)]
            if until is None:
                _fail(ids, reason)
            else:
                waiting().filter(id__in=ids).update(next_attempt_at=until, failure=reason)
        if ready:
            waiting().filter(id__in=[one.id for one in ready]).update(next_attempt_at=now + LEASE)
        return bool(found) and not is_paced, ready


def _aside(found: list[Message], now: datetime) -> dict[UUID, tuple[str, datetime | None]]:
    """What is not sent now, whatever the pace and the day allow: why, and until when; None for never."""
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


@dataclass
class _Try:
    """How far a message got: who refused it, why it did not go, whether anybody was asked, or is away.

    `held` is the gateway that may have it: its answer was lost, and it knows a repeat by its id.
    """

    message: Message
    refused: set[str]
    why: str = ""
    is_asked: bool = False
    is_away: bool = False
    sent: tuple[str, Taken, datetime] | None = None
    held: str = ""

    def may_go_by(self, gateway: str) -> bool:
        """Whether this gateway may be asked: it did not refuse, and no other may have the message."""
        return self.sent is None and gateway not in self.refused and self.held in ("", gateway)

    def keep_to(self, gateway: SmsGateway, now: datetime) -> None:
        """Its answer was lost: ask it again rather than another, where it knows a repeat."""
        if gateway.knows_repeats:
            self.held = rules.held_by(gateway.name, self.message.purpose, self.message.created_at, now)


Ask: TypeAlias = Callable[[Callable[[_Try], "Taken | Exception"], list[_Try]], Iterable["Taken | Exception"]]


def hand_over(found: list[Message], circuits: Circuits, at_once: Ask) -> list[Went]:
    """Ask one gateway after the other until one takes them; who is away or refuses leaves them to the next.

    `at_once` asks for several messages, as map does. What became of them is noted in one transaction.
    """
    senders = _senders(found)
    tries = [_begun(one) for one in found]
    for gateway in configured.gateways():
        left = [one for one in tries if one.may_go_by(gateway.name)]
        if not left:
            continue
        if not circuits.may_ask(gateway.name):
            for one in left:
                one.is_away = True
            continue
        now = clock.now()

        def ask(one: _Try, gateway: SmsGateway = gateway, now: datetime = now) -> Taken | Exception:
            message = one.message
            sender = senders.get(message.institution_id, "")
            try:
                return gateway.send(message_id=message.id, to=message.to, text=message.text, at=now, sender=sender)
            except (GatewayAwayError, RefusedError) as error:
                return error

        answers = list(at_once(ask, left))
        for one, answer in zip(left, answers, strict=True):
            one.is_asked = True
            if isinstance(answer, Taken):
                one.sent = (gateway.name, answer, now)
            else:
                one.why = str(answer) or "refused"
                one.is_away = one.is_away or isinstance(answer, GatewayAwayError)
                if isinstance(answer, RefusedError):
                    one.refused.add(gateway.name)
                    one.held = ""
                elif isinstance(answer, LostAnswerError):
                    one.keep_to(gateway, now)
        silent = [answer for answer in answers if isinstance(answer, GatewayAwayError)]
        if silent:
            circuits.fell(gateway.name, str(silent[-1]))
        else:
            circuits.answered(gateway.name)
    with transaction.atomic():
        return [_note(one, circuits) for one in tries]


def _begun(message: Message) -> _Try:
    held = rules.held_by(message.gateway, message.purpose, message.created_at, clock.now()) if message.gateway else ""
    # One that this installation names no longer holds nothing.
    known = held in options.gateway_names()
    return _Try(message, set(filter(None, message.refused_by.split(","))), held=held if known else "")


def _note(one: _Try, circuits: Circuits) -> Went:
    """What became of a message: sent, refused by all, or to be tried again."""
    message = one.message
    if one.sent is not None:
        _note_sent(message, *one.sent)
        return Went.SETTLED
    refused = ",".join(sorted(one.refused))[:60]
    if one.is_asked and not one.is_away:
        _fail([message.id], one.why[:80], refused_by=refused, attempts=F("attempts") + 1)
        return Went.SETTLED
    waiting().filter(id=message.id).update(
        next_attempt_at=circuits.until() or rules.next_attempt(message.attempts + 1, clock.now()),
        refused_by=refused, attempts=F("attempts") + int(one.is_asked), gateway=one.held,
        failure=(one.why or message.failure or "no gateway")[:80],
    )  # fmt: skip
    return Went.AWAY if circuits.are_open() else Went.WAITS


def _fail(ids: list[UUID], why: str, **changes: object) -> None:
    """These will not be sent; a code among them is forgotten."""
    gone = waiting().filter(id__in=ids)
    if not options.is_demonstration():
        gone.filter(purpose__startswith=f"{rules.CODE}.").update(text="")
    gone.update(state=MessageState.FAILED, failure=why, next_attempt_at=None, **changes)


def _note_sent(message: Message, gateway: str, taken: Taken, now: datetime) -> None:
    """The gateway has it. A one-time code is forgotten with its sending, except where a demonstration shows it."""
    changes: dict[str, object] = {
        "failure": "", "gateway": gateway, "sent_at": now, "their_id": taken.their_id, "next_attempt_at": None,
        "attempts": F("attempts") + 1, "cost": taken.cost,
    }  # fmt: skip
    if taken.cost is None and (price := prices.price_of(gateway, now.date())) is not None:
        changes["cost"] = price.per_part * message.parts
    if rules.is_code(message.purpose) and not options.is_demonstration():
        changes["text"] = ""
    waiting().filter(id=message.id).update(state=MessageState.SENT, **changes)
    reports.meet_early(message.id, gateway, taken.their_id or str(message.id))
