"""A gateway's word on a message: its phone has it, or never will. Journalled once; repeats and strangers do no harm."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.messaging import prices
from jumuishi.messaging.models import EarlyReport, Message
from jumuishi.messaging.types import MessageState

SYSTEM = tenancy.Principal.system()
identity.policy("messaging.message.report")(identity.is_system)


def report(*, gateway: str, their_id: str, is_delivered: bool) -> None:
    """Note what a gateway says of a message, by its own name for it or by ours.

    What is not known (yet) is kept for a day, in case the report came before we had noted that it was sent.
    """
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        row = Message.objects.select_for_update().filter(_named(gateway, their_id)).first()
        if row is not None and row.state == MessageState.QUEUED and row.gateway == gateway:
            # Its answer was lost; now we know that it has the message.
            now = clock.now()
            price = prices.price_of(gateway, now.date())
            row.state, row.sent_at, row.next_attempt_at, row.failure = MessageState.SENT, now, None, ""
            row.cost = price.per_part * row.parts if price is not None else None
            row.save(update_fields=["state", "sent_at", "next_attempt_at", "failure", "cost"])
        if row is None or row.state == MessageState.QUEUED:
            _keep(gateway, their_id, is_delivered)
        elif row.state == MessageState.SENT:
            _note_report(actor=Actor.system(), row=row, gateway=gateway, is_delivered=is_delivered)


def meet_early(message_id: UUID, gateway: str, their_id: str) -> None:
    """Note what was said of a message before it was known to be sent. Called in the transaction that notes that."""
    early = EarlyReport.objects.filter(gateway=gateway, their_id=their_id).first()
    if early is not None:
        early.delete()
        row = Message.objects.get(id=message_id)
        _note_report(actor=Actor.system(), row=row, gateway=gateway, is_delivered=early.is_delivered)


def _named(gateway: str, their_id: str) -> Q:
    """A message that went, or is on its way, through this gateway; another one's word on it counts nothing."""
    theirs = Q(their_id=their_id, gateway=gateway)
    try:
        return theirs | Q(id=UUID(their_id), their_id="", gateway__in=(gateway, ""))
    except ValueError:
        return theirs


def _keep(gateway: str, their_id: str, is_delivered: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_early_report (id, gateway, their_id, is_delivered, at) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (gateway, their_id) DO NOTHING",
            [new_id(), gateway, their_id[:100], is_delivered, clock.now()],
        )


@identity.action("messaging.message.report")
def _note_report(*, actor: Actor, row: Message, gateway: str, is_delivered: bool) -> None:
    thing = Thing("message", row.id, row.institution_id, row.person_id)
    identity.must(actor, "messaging.message.report", thing)
    if is_delivered:
        changes: dict[str, object] = {"state": MessageState.DELIVERED, "delivered_at": clock.now()}
    else:
        changes = {"state": MessageState.FAILED, "failure": "not delivered"}
    Message.objects.filter(id=row.id, state=MessageState.SENT).update(**changes)
    identity.record(actor, thing, after={"state": "delivered" if is_delivered else "not delivered", "gateway": gateway})


def forget_early_reports() -> None:
    """Drop what nobody met within a day."""
    with transaction.atomic():
        EarlyReport.objects.filter(at__lt=clock.now() - clock.seconds(86_400)).delete()
