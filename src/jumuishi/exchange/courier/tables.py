"""Where messages wait on their way out, where they lie once they came in, and those that need a person.

What a system sends to another about one subject is a stream; each end has a row of its own for it.
"""

from django.db import models
from django.db.models import F, Q

from jumuishi.exchange.courier.states import Direction, FollowState, InState, OutState
from jumuishi.kernel.ids import new_id


class Link(models.Model):
    """Another node as the courier knows it: how many parcels went and came, when it was heard, until when it rests."""

    name = models.CharField(max_length=60, primary_key=True)
    sent = models.BigIntegerField(default=0)
    heard = models.BigIntegerField(default=0)
    reached_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True, default="")
    next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_courier_link"

    def __str__(self) -> str:
        return self.name


class Stream(models.Model):
    """One end of a stream. The names are as the wire writes them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    source = models.CharField(max_length=300)
    destination = models.CharField(max_length=300)
    subject = models.CharField(max_length=200, blank=True)
    # The other end's institution, INSTANCE/CLASS/CODE: which node it is at is the directory's to say.
    member = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.source} > {self.destination} {self.subject}"


class Outgoing(Stream):
    """At the sender: the last place that was given."""

    last = models.BigIntegerField(default=0)

    class Meta:
        db_table = "exchange_courier_outgoing"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "source", "destination", "subject"], name="courier_outgoing_once"
            )
        ]


class Incoming(Stream):
    """At the receiver: how far it came without a gap, how far it was handed on, where it waits for a person."""

    node = models.CharField(max_length=60)
    upto = models.BigIntegerField(default=0)
    upto_id = models.CharField(max_length=100, blank=True, default="")
    done = models.BigIntegerField(default=0)
    held = models.IntegerField(default=0)
    priority = models.IntegerField(default=4)
    # Whether a handler of ours takes it; else the institution's own system fetches it.
    is_ours = models.BooleanField(default=False)
    is_stopped = models.BooleanField(default=False)
    # The sender is owed a word about it.
    is_owed = models.BooleanField(default=False)
    failures = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_courier_incoming"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "source", "destination", "subject"], name="courier_incoming_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["-priority", "next_at"], name="courier_to_hand",
                condition=Q(is_ours=True, is_stopped=False, upto__gt=F("done")),
            ),
            models.Index(
                fields=["institution_id", "destination"], name="courier_to_fetch", condition=Q(upto__gt=F("done"))
            ),
            models.Index(fields=["node"], name="courier_owed", condition=Q(is_owed=True) | Q(held__gt=0)),
        ]  # fmt: skip


class Letter(models.Model):
    """A message, as CloudEvents has it, at one end."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    sequence = models.BigIntegerField()
    message_id = models.CharField(max_length=100)
    type = models.CharField(max_length=120)
    at = models.DateTimeField()
    datacontenttype = models.CharField(max_length=100)
    data = models.BinaryField(default=b"")
    # A body too large to travel with it: its digest and size, and the file once it is here.
    body_sha256 = models.CharField(max_length=64, blank=True, default="")
    body_size = models.BigIntegerField(default=0)
    body_file = models.UUIDField(null=True)
    priority = models.IntegerField()
    expires_at = models.DateTimeField(null=True)
    agreement = models.CharField(max_length=60, blank=True, default="")
    purpose = models.CharField(max_length=60, blank=True, default="")
    extensions = models.JSONField(default=dict)
    tombstone = models.CharField(max_length=12, blank=True, default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.message_id


class Outbox(Letter):
    """A message on its way out; kept for a while after it arrived, in case the other end is restored from a backup."""

    stream = models.ForeignKey(Outgoing, on_delete=models.PROTECT, related_name="letters")
    member = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in OutState])

    class Meta:
        db_table = "exchange_courier_outbox"
        constraints = [models.UniqueConstraint(fields=["stream", "sequence"], name="courier_outbox_place")]
        indexes = [
            models.Index(
                fields=["member", "-priority", "id"], name="courier_to_send", condition=Q(state=OutState.WAITING)
            ),
            models.Index(fields=["stream", "sequence"], name="courier_waits_in", condition=Q(state=OutState.WAITING)),
            models.Index(fields=["institution_id", "message_id"], name="courier_outbox_by_id"),
            models.Index(fields=["expires_at"], name="courier_out_expiry", condition=Q(state=OutState.WAITING)),
            models.Index(fields=["ended_at"], name="courier_outbox_by_age"),
        ]


class Inbox(Letter):
    """A message that came in, at its place; once it is dealt with it stays for a while, so that a repeat is known."""

    stream = models.ForeignKey(Incoming, on_delete=models.PROTECT, related_name="letters")
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in InState])
    # Of an event of a topic: the topic's service as the wire writes it, and the event's position there.
    topic = models.CharField(max_length=500, blank=True, default="")
    position = models.BigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_courier_inbox"
        constraints = [models.UniqueConstraint(fields=["stream", "sequence"], name="courier_inbox_place")]
        indexes = [
            models.Index(fields=["stream", "message_id"], name="courier_inbox_by_id"),
            models.Index(fields=["institution_id", "topic", "position"], name="courier_inbox_position"),
            models.Index(fields=["id"], name="courier_inbox_again", condition=Q(state=InState.AGAIN)),
            models.Index(fields=["ended_at"], name="courier_inbox_by_age"),
        ]


class DeadLetter(models.Model):
    """A message that a person must deal with: never dropped, its institution's to resend or to close with a reason."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    direction = models.CharField(max_length=3, choices=[(one.value, one.value) for one in Direction])
    # The row of the outbox or of the inbox.
    letter_id = models.UUIDField()
    source = models.CharField(max_length=300)
    destination = models.CharField(max_length=300)
    subject = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=120)
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    # Whether its subject waits for it.
    stops = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    # How it ended, and why in the words of whoever closed it.
    end = models.CharField(max_length=10, blank=True)
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "exchange_courier_dead"
        constraints = [
            models.UniqueConstraint(fields=["letter_id"], name="courier_dead_once", condition=Q(ended_at=None))
        ]
        indexes = [
            models.Index(fields=["institution_id", "-made_at"], name="courier_dead_by_owner"),
            models.Index(fields=["made_at"], name="courier_dead_open", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Topic(models.Model):
    """Events of one kind that a subsystem publishes: a service of it, by whose agreements others may read them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    service = models.OneToOneField("exchange.Service", on_delete=models.PROTECT, related_name="topic")
    last = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_courier_topic"
        indexes = [models.Index(fields=["institution_id"], name="courier_topic_by_owner")]

    def __str__(self) -> str:
        return str(self.id)


class Event(models.Model):
    """One event of a topic, at its position; kept for so many days, from where whoever subscribes may read again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="events")
    position = models.BigIntegerField()
    event_id = models.CharField(max_length=100)
    type = models.CharField(max_length=120)
    subject = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    datacontenttype = models.CharField(max_length=100)
    data = models.BinaryField(default=b"")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_courier_event"
        constraints = [
            models.UniqueConstraint(fields=["topic", "position"], name="courier_event_position"),
            models.UniqueConstraint(fields=["topic", "event_id"], name="courier_event_once"),
        ]
        indexes = [models.Index(fields=["made_at"], name="courier_event_by_age")]

    def __str__(self) -> str:
        return self.event_id


class Subscription(models.Model):
    """At the publisher: a system that is sent a topic's events, and how far that has come."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="subscriptions")
    client = models.CharField(max_length=300)
    position = models.BigIntegerField()
    # Why nothing is sent, as a text's key; "" while it stands.
    denied = models.CharField(max_length=60, blank=True, default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_courier_subscription"
        constraints = [models.UniqueConstraint(fields=["topic", "client"], name="courier_subscription_once")]
        indexes = [models.Index(fields=["institution_id"], name="courier_subscription_by_owner")]

    def __str__(self) -> str:
        return self.client


class Following(models.Model):
    """At the subscriber: a topic that one of its systems wished to be told of, and what its publisher says of that."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    topic = models.CharField(max_length=500)
    client = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in FollowState])
    # Why not, as a text's key.
    reason = models.CharField(max_length=60, blank=True, default="")
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_courier_following"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "topic", "client"], name="courier_following_once")
        ]

    def __str__(self) -> str:
        return self.topic
