"""Background and timed entries; each may run twice."""

from uuid import UUID

from django.db import transaction

from jumuishi.kernel.due import due
from jumuishi.kernel.jobs import every, job
from jumuishi.messaging import inbound, mail, models, options, reports, rules, sending
from jumuishi.messaging.types import MessageState


@job("messaging.message.send")
def send(*, message_id: str) -> None:
    """Send one message; what can't go now keeps its place in the queue."""
    sending.send(UUID(message_id))


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


@every(2, "messaging.messages.catch_up")
def catch_up() -> None:
    """Send what waits: new, or the gateways were away, it was night, the worker that had it is gone."""
    sending.send_due(options.most_a_second() * sending.SPAN)


@every(3600, "messaging.heard.forget")
def forget_heard() -> None:
    """Drop what was kept so that it is heard once: messages that came in, reports of messages that nobody knows."""
    inbound.forget_heard()
    reports.forget_early_reports()
