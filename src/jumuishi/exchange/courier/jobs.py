"""Timed entries: what came in is dealt with, what is published is sent on, owners are told, what is old goes."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from jumuishi.exchange.courier import handing, hello, home, telling, topics
from jumuishi.exchange.courier.bodies import forgetting
from jumuishi.exchange.courier.states import InState, OutState
from jumuishi.exchange.courier.tables import DeadLetter, Event, Inbox, Outbox
from jumuishi.kernel import clock
from jumuishi.kernel.jobs import every

# Whoever keeps the node may try the way to another by it.
HELLO = hello.HELLO
# In one round so many old rows go.
MOST = 5000


@every(1, "exchange.courier.hand")
def hand() -> None:
    """Messages to whoever deals with them."""
    handing.hand_over()


@every(1, "exchange.courier.feed")
def feed() -> None:
    """Events to subscribers; what is for this very node is there at once."""
    topics.feed()
    home.deliver()


@every(300, "exchange.courier.tell")
def tell() -> None:
    """Owners of dead letters, and of what waits too long for a node that is away."""
    with transaction.atomic():
        telling.dead_letters(clock.now())


@every(3600, "exchange.courier.forget")
def forget() -> None:
    """What was dealt with and was kept for its days; never what a person still has to deal with."""
    before = clock.now() - timedelta(days=settings.EXCHANGE_COURIER_DAYS)
    with transaction.atomic():
        open_ones = DeadLetter.objects.filter(ended_at=None).values("letter_id")
        gone_out = Outbox.objects.filter(ended_at__lt=before).exclude(state=OutState.WAITING).exclude(id__in=open_ones)
        out = dict(gone_out.values_list("id", "body_file")[:MOST])
        Outbox.objects.filter(id__in=list(out)).delete()
        gone_in = Inbox.objects.filter(ended_at__lt=before, sequence__lte=F("stream__done"))
        gone_in = gone_in.exclude(state__in=[InState.WAITING, InState.AGAIN]).exclude(id__in=open_ones)
        came = dict(gone_in.values_list("id", "body_file")[:MOST])
        Inbox.objects.filter(id__in=list(came)).delete()
        forgetting.drop_unused([*out.values(), *came.values()], before)
        old = Event.objects.filter(made_at__lt=before).values_list("id", flat=True)[:MOST]
        Event.objects.filter(id__in=list(old)).delete()
