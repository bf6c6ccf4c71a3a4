"""What came in is handed to who deals with it, each subject in its order; effect and mark are one transaction."""

import logging
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from jumuishi.exchange.courier import dead, rules
from jumuishi.exchange.courier.handlers import Received, RefusedMessage, handler_of
from jumuishi.exchange.courier.letters import message_of, stream_id
from jumuishi.exchange.courier.states import Direction, InState
from jumuishi.exchange.courier.tables import Inbox, Incoming
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.due import due

log = logging.getLogger("jumuishi.exchange")
SYSTEM = tenancy.Principal.system()
STREAMS, LETTERS = 100, 100
# What fails again and again, or what nobody here knows, is a person's matter after so many tries: a day and a half.
MOST_TRIES = 200
LONGEST_WAIT = timedelta(minutes=10)


def hand_over(seconds: float = 10.0) -> int:
    """Hand on what is due, for so long at most; how many messages were dealt with."""
    until, count = time.monotonic() + seconds, 0
    with tenancy.acting_as(SYSTEM):
        while time.monotonic() < until:
            with transaction.atomic():
                rows = Inbox.objects.filter(state=InState.AGAIN).order_by("id")
                again = list(rows.values_list("id", flat=True)[:LETTERS])
            done = sum(_again(one) for one in again)
            with transaction.atomic():
                streams = _due()
            done += sum(_stream(one) for one in streams if time.monotonic() < until)
            count += done
            if not done:
                break
    return count


def _due() -> list[UUID]:
    waiting = Incoming.objects.filter(is_ours=True, is_stopped=False, upto__gt=F("done"))
    ready = waiting.filter(Q(next_at=None) | due("next_at", LONGEST_WAIT))
    return list(
        ready.order_by("-priority", F("next_at").asc(nulls_first=True), "id").values_list("id", flat=True)[:STREAMS]
    )


def _stream(stream: UUID) -> int:
    """The next messages of one stream, until one must wait; how many were dealt with.

    All at once; where one of them goes wrong, that is undone, and each is dealt with behind a savepoint of its own.
    """
    try:
        return _batch(stream, careful=False)
    except Exception as error:
        log.info("exchange: one by one, after %s", type(error).__name__)
    return _batch(stream, careful=True)


def _batch(stream: UUID, *, careful: bool) -> int:
    with transaction.atomic():
        end = Incoming.objects.select_for_update(skip_locked=True).filter(id=stream, is_stopped=False).first()
        if end is None:
            return 0
        rows = Inbox.objects.filter(stream=end, sequence__gt=end.done, sequence__lte=end.upto).order_by("sequence")
        now, count, done = clock.now(), 0, list[UUID]()
        for row in rows[:LETTERS]:
            if row.state == InState.WAITING and not _handed(end, row, now, done, careful=careful):
                break
            end.done, end.failures, end.next_at = row.sequence, 0, None
            count += 1
            if end.is_stopped:
                break
        Inbox.objects.filter(id__in=done).update(state=InState.DONE, ended_at=now)
        end.save(update_fields=["done", "failures", "next_at", "is_stopped"])
        return count


def _handed(end: Incoming, row: Inbox, now: datetime, done: list[UUID], *, careful: bool) -> bool:
    """Whether the stream may go beyond this message; those that had their effect are added to `done`."""
    if rules.is_over(row.expires_at, now):
        _end(row, InState.EXPIRED, now)
        dead.keep_all(Direction.IN, end, [row], "expired", now)
        return True
    if row.body_sha256 and row.body_file is None:
        # Its large body is still on the way.
        end.next_at = now + timedelta(seconds=5)
        return False
    found = handler_of(row.type)
    got = Received(end.institution_id, message_of(row, stream_id(end)), row.body_file)
    if not careful:
        if found is None:
            raise LookupError(row.type)
        found[0](got)
        done.append(row.id)
        return True
    try:
        if found is None:
            raise LookupError(row.type)
        with transaction.atomic():
            found[0](got)
    except RefusedMessage as error:
        _refused(end, row, found[1] if found else rules.Then.WAIT, error.reason, error.detail, now)
        return True
    except Exception as error:
        if end.failures + 1 >= MOST_TRIES:
            _refused(end, row, found[1] if found else rules.Then.WAIT, "failed", type(error).__name__, now)
            return True
        end.failures += 1
        end.next_at = now + rules.pause(end.failures, 1.0)
        log.warning("exchange: a message of type %s can't be dealt with: %s", row.type, type(error).__name__)
        return False
    done.append(row.id)
    return True


def _refused(end: Incoming, row: Inbox, then: rules.Then, reason: str, detail: str, now: datetime) -> None:
    """A person's matter now; by the type's rule its subject stops behind it."""
    _end(row, InState.DEAD, now)
    end.is_stopped = then is rules.Then.WAIT
    dead.keep_all(Direction.IN, end, [row], reason, now, detail=detail, stops=end.is_stopped)


def _end(row: Inbox, state: InState, now: datetime) -> None:
    row.state, row.ended_at = state, now
    row.save(update_fields=["state", "ended_at"])


def _again(letter: UUID) -> int:
    """One message that a person wants tried again; whatever comes of it, it waits no more."""
    with transaction.atomic():
        row = Inbox.objects.select_for_update().filter(id=letter, state=InState.AGAIN).first()
        if row is None:
            return 0
        end = Incoming.objects.select_for_update().get(id=row.stream_id)
        found, now = handler_of(row.type), clock.now()
        was = dead.open_about(row.id)
        try:
            if found is None:
                raise RefusedMessage("failed", row.type)
            with transaction.atomic():
                found[0](Received(end.institution_id, message_of(row, stream_id(end)), row.body_file))
        except Exception as error:
            _end(row, InState.DEAD, now)
            reason = error.reason if isinstance(error, RefusedMessage) else "failed"
            detail = error.detail if isinstance(error, RefusedMessage) else type(error).__name__
            dead.still(was, reason, detail, now)
            return 1
        _end(row, InState.DONE, now)
        dead.ended(was, "resent", "", None, now)
        if was is not None and was.stops:
            Incoming.objects.filter(id=end.id).update(is_stopped=False, next_at=None, failures=0)
        return 1
