"""Keep a message, send it, note what became of it. The platform's own doing: no request's principal writes here."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from jumuishi.identity.public import hit, normalise_phone, note_refusal
from jumuishi.kernel import clock, gsm, jobs, tenancy
from jumuishi.kernel.due import due
from jumuishi.messaging import models, options, rules
from jumuishi.messaging.gateways import configured
from jumuishi.messaging.gateways.protocol import GatewayAwayError, RefusedError
from jumuishi.messaging.types import EmptyMessageError, MessageState

DAY = 86_400
_DAY_IS_FULL = "limit of the day"
SYSTEM = tenancy.Principal.system()


def keep(
    *,
    institution_id: UUID | None,
    person_id: UUID | None,
    to: str,
    text: str,
    purpose: str,
    case_id: UUID | None,
    idempotency_key: str | None,
) -> UUID:
    """The message's id; it is sent after the caller's transaction, or not at all when that is undone."""
    said = gsm.plain(text).strip()
    if not said:
        raise EmptyMessageError
    now, number, length = clock.now(), normalise_phone(to), gsm.measure(said)
    key = idempotency_key[:200] if idempotency_key else None
    row = models.Message(
        institution_id=institution_id,
        person_id=person_id,
        case_id=case_id,
        to=number,
        text=said,
        purpose=purpose[:40],
        encoding=length.encoding,
        parts=length.parts,
        idempotency_key=key,
        next_attempt_at=now,
        created_at=now,
        expires_at=rules.expires_at(purpose, now),
    )
    with tenancy.acting_as(SYSTEM), transaction.atomic(savepoint=False):
        before, limit = _looked_up(row)
        limit = limit if options.may_reach(number) else "country"
        if before is not None:
            return before
        if limit:
            note_refusal(f"sms.{limit}")
            row.state, row.failure, row.next_attempt_at = MessageState.FAILED, limit, None
            row.text = "" if rules.is_code(purpose) else said
        # A key that another transaction is taking at this moment undoes ours: whoever sends again finds the first.
        row.save(force_insert=True)
        if not limit:
            jobs.later_by_name("messaging.message.send", message_id=str(row.id))
        return row.id


def _looked_up(row: models.Message) -> tuple[UUID | None, str]:
    """The message that was kept under the same key before, and which limit forbids one more (empty: none does)."""
    # Each part by an index of its own, in one question.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT id FROM messaging_message
                    WHERE institution_id IS NOT DISTINCT FROM %(institution)s AND "to" = %(number)s
                    AND purpose = %(purpose)s AND idempotency_key = %(key)s),
                   (SELECT count(*) FROM messaging_message
                    WHERE "to" = %(number)s AND created_at > %(hour)s AND state <> 'failed'),
                   (SELECT count(*) FROM messaging_message
                    WHERE institution_id = %(institution)s AND created_at > %(day)s AND state <> 'failed')
            """,
            {
                "number": row.to,
                "institution": row.institution_id,
                "purpose": row.purpose,
                "key": row.idempotency_key,
                "hour": row.created_at - timedelta(hours=1),
                "day": row.created_at - timedelta(days=1),
            },
        )
        before, hour, day = cursor.fetchone()
    if hour >= options.most_per_number_an_hour():
        return before, "limit of the number"
    if row.institution_id is not None and day >= options.most_per_institution_a_day():
        return before, "limit of the institution"
    return before, ""


def due_by_now() -> Q:
    """What may be sent now. Only what waits for another day is set further ahead than the longest wait."""
    return due("next_attempt_at", rules.LONGEST_WAIT) & (Q(next_attempt_at__lte=clock.now()) | ~Q(failure=_DAY_IS_FULL))


def is_away() -> bool:
    """Whether the gateway did not answer lately: a message that it did not take waits for its next try."""
    with transaction.atomic():
        tried = models.Message.objects.filter(state=MessageState.QUEUED, next_attempt_at__gt=clock.now())
        return tried.exclude(failure__in=["", _DAY_IS_FULL]).exists()


def send(message_id: UUID) -> bool:
    """Try to send a message that waits; no transaction is open while the gateway is asked. False when it is away."""
    now = clock.now()
    with transaction.atomic():
        waiting = models.Message.objects.filter(id=message_id, state=MessageState.QUEUED)
        found = waiting.select_for_update(skip_locked=True).filter(due_by_now()).first()
        if found is None:
            return True
        if not rules.is_code(found.purpose) and not _within_the_day(found.parts):
            waiting.update(next_attempt_at=rules.tomorrow(now, settings.TIME_ZONE), failure=_DAY_IS_FULL)
            return False
        # Taken for a minute: whoever else comes by leaves it alone, and a worker that dies here loses nothing.
        waiting.update(next_attempt_at=now + timedelta(minutes=1), attempts=found.attempts + 1)
    attempts = found.attempts + 1
    if found.expires_at <= now:
        _note(found, state=MessageState.FAILED, failure="too late")
        return True
    gateway = configured.gateway()
    try:
        if gateway is None:
            raise GatewayAwayError("no gateway")
        gateway.send(message_id=found.id, to=found.to, text=found.text, at=now)
    except GatewayAwayError as error:
        again = rules.next_attempt(attempts, now)
        with transaction.atomic():
            waiting.update(next_attempt_at=again, failure=str(error)[:80])
        return False
    except RefusedError as error:
        _note(found, state=MessageState.FAILED, failure=str(error)[:80] or "refused")
        return True
    _note(found, state=MessageState.SENT, failure="", gateway=gateway.name, sent_at=now)
    return True


def _within_the_day(parts: int) -> bool:
    """Count a message's parts among all of the day. Codes have a cap of their own, so that letters can't shut it."""
    free = hit("", "sms.day", options.most_a_day(), DAY, weight=parts)
    if not free:
        note_refusal("sms.day")
    return free


def _note(message: models.Message, **changes: object) -> None:
    """What became of it. A one-time code is forgotten with its sending, except where a demonstration shows it."""
    if rules.is_code(message.purpose) and not options.is_demonstration():
        changes["text"] = ""
    with transaction.atomic():
        models.Message.objects.filter(id=message.id).update(next_attempt_at=None, **changes)


def report(message_id: UUID, *, delivered: bool) -> bool:
    """A gateway's word on a message; False when there is none that was sent. Heard twice, it changes nothing more."""
    sent = models.Message.objects.filter(id=message_id, state=MessageState.SENT)
    if delivered:
        sent.update(state=MessageState.DELIVERED, delivered_at=clock.now())
    else:
        sent.update(state=MessageState.FAILED, failure="not delivered")
    return models.Message.objects.filter(id=message_id).exclude(state=MessageState.QUEUED).exists()


def forget_case(case_id: UUID) -> None:
    """Drop words and numbers of what was said about a case; that something was sent, and when, stays for the bill.

    A step of the action that erases the case: called as the system, recorded there.
    """
    models.Message.objects.filter(case_id=case_id, state=MessageState.QUEUED).update(
        state=MessageState.FAILED, failure="erased", next_attempt_at=None
    )
    said = models.Message.objects.filter(case_id=case_id)
    said.update(person_id=None, to="", text="", idempotency_key=None)
