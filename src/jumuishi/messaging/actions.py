"""Keep a message, to be sent after its transaction. The platform's own doing: no request's principal writes here."""

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from jumuishi.identity.public import normalise_phone, note_refusal
from jumuishi.kernel import clock, gsm, jobs, tenancy
from jumuishi.messaging import models, options, rules, stopping
from jumuishi.messaging.types import EmptyMessageError, MessageState

STOPPED = "stopped by its owner"
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
    topic: str = "",
) -> UUID:
    """The message's id; it is sent after the caller's transaction, or not at all when that is undone."""
    said = rules.without_links(gsm.plain(text)).strip()
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
        topic=topic[:20],
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
            if limit != STOPPED:
                note_refusal(f"sms.{limit}")
            row.state, row.failure, row.next_attempt_at = MessageState.FAILED, limit, None
            row.text = "" if rules.is_code(purpose) else said
        # A key that another transaction is taking at this moment undoes ours: whoever sends again finds the first.
        row.save(force_insert=True)
        if not limit and rules.is_urgent(purpose):
            # The others go with the next round, many at a time.
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
                    WHERE institution_id = %(institution)s AND created_at > %(day)s AND state <> 'failed'),
                   (SELECT most_a_day FROM messaging_terms WHERE institution_id = %(institution)s),
                   EXISTS (SELECT FROM messaging_stopped WHERE phone_hash = %(phone)s)
            """,
            {
                "phone": stopping.hash_of(row.to),
                "number": row.to,
                "institution": row.institution_id,
                "purpose": row.purpose,
                "key": row.idempotency_key,
                "hour": row.created_at - timedelta(hours=1),
                "day": row.created_at - timedelta(days=1),
            },
        )
        before, hour, day, own_limit, is_stopped = cursor.fetchone()
    if is_stopped and not rules.goes_always(row.purpose):
        return before, STOPPED
    if hour >= options.most_per_number_an_hour():
        return before, "limit of the number"
    if row.institution_id is not None and day >= (
        options.most_per_institution_a_day() if own_limit is None else own_limit
    ):
        return before, "limit of the institution"
    return before, ""


def forget_case(case_id: UUID) -> None:
    """Drop words and numbers of what was said about a case; that something was sent, and when, stays for the bill.

    A step of the action that erases the case: called as the system, recorded there.
    """
    models.Message.objects.filter(case_id=case_id, state=MessageState.QUEUED).update(
        state=MessageState.FAILED, failure="erased", next_attempt_at=None
    )
    said = models.Message.objects.filter(case_id=case_id)
    said.update(person_id=None, to="", text="", idempotency_key=None, their_id="")
