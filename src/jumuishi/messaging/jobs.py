"""Background and timed entries; each may run twice."""

from uuid import UUID

from django.db import transaction

from jumuishi.kernel.due import due
from jumuishi.kernel.jobs import every, job
from jumuishi.messaging import actions, mail, models, rules
from jumuishi.messaging.types import MessageState

# How many of a backlog go out every five seconds, one after the other.
ROUND = 200


@job("messaging.message.send")
def send(*, message_id: str) -> None:
    """Send one message; while the gateway is away its place is in the queue, or every message would try it."""
    if not actions.is_away():
        actions.send(UUID(message_id))


@job("messaging.mail.send")
def send_mail(*, mail_id: str) -> None:
    """Send one letter."""
    mail.send(UUID(mail_id))


@every(15, "messaging.mail.catch_up")
def catch_up_mail() -> None:
    """Send the letters that wait for their server."""
    with transaction.atomic():
        waiting = models.Mail.objects.filter(due("next_attempt_at", rules.LONGEST_WAIT), state=MessageState.QUEUED)
        ids = list(waiting.order_by("next_attempt_at").values_list("id", flat=True)[:50])
    for mail_id in ids:
        mail.send(mail_id)


@every(5, "messaging.messages.catch_up")
def catch_up() -> None:
    """Send what waits: the gateway was away, or the worker that had it is gone."""
    with transaction.atomic():
        waiting = models.Message.objects.filter(actions.due_by_now(), state=MessageState.QUEUED)
        ids = list(waiting.order_by("next_attempt_at").values_list("id", flat=True)[:ROUND])
    for message_id in ids:
        if not actions.send(message_id):
            return  # it is away for the others too
