"""Background and timed entries; each may run twice."""

from uuid import UUID

from django.db import transaction

from jumuishi.kernel import clock
from jumuishi.kernel.jobs import every, job
from jumuishi.messaging import actions, mail, models
from jumuishi.messaging.types import MessageState


@job("messaging.message.send")
def send(*, message_id: str) -> None:
    """Send one message."""
    actions.send(UUID(message_id))


@job("messaging.mail.send")
def send_mail(*, mail_id: str) -> None:
    """Send one letter."""
    mail.send(UUID(mail_id))


@every(15, "messaging.mail.catch_up")
def catch_up_mail() -> None:
    """Send the letters that wait for their server."""
    with transaction.atomic():
        waiting = models.Mail.objects.filter(state=MessageState.QUEUED, next_attempt_at__lte=clock.now())
        ids = list(waiting.order_by("next_attempt_at").values_list("id", flat=True)[:50])
    for mail_id in ids:
        mail.send(mail_id)


@every(5, "messaging.messages.catch_up")
def catch_up() -> None:
    """Send what waits: the gateway was away, or the worker that had it is gone."""
    with transaction.atomic():
        waiting = models.Message.objects.filter(state=MessageState.QUEUED, next_attempt_at__lte=clock.now())
        ids = list(waiting.order_by("next_attempt_at").values_list("id", flat=True)[:200])
    for message_id in ids:
        if not actions.send(message_id):
            return  # it is away for the others too
