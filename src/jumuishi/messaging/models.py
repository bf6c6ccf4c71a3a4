"""The outbox: what is to be said, to whom, and how far it got."""

from django.db import models
from django.db.models import Q

from jumuishi.kernel.ids import new_id
from jumuishi.messaging.types import MessageState


class Message(models.Model):
    """One message to one number. The platform's own (a one-time code) belongs to no institution."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    to = models.CharField(max_length=16)
    text = models.TextField()
    purpose = models.CharField(max_length=40)
    encoding = models.CharField(max_length=4)
    parts = models.IntegerField()
    state = models.CharField(max_length=10, default=MessageState.QUEUED)
    idempotency_key = models.CharField(max_length=200, null=True)
    # What a newer message about the same case takes the place of, while both wait; empty for none.
    topic = models.CharField(max_length=20, blank=True, default="", db_default="")
    gateway = models.CharField(max_length=20, blank=True)
    # Gateways that will not send it; the one that took it calls it `their_id`, where not by ours.
    refused_by = models.CharField(max_length=60, blank=True, default="", db_default="")
    their_id = models.CharField(max_length=100, blank=True, default="", db_default="")
    # In the installation's currency; None where neither the gateway nor a setting says it.
    cost = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messaging_message"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "to", "purpose", "idempotency_key"],
                name="message_once",
                nulls_distinct=False,
                condition=Q(idempotency_key__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["institution_id", "created_at"], name="message_by_institution"),
            models.Index(fields=["to", "created_at"], name="message_by_number"),
            models.Index(fields=["next_attempt_at"], name="message_to_send", condition=Q(state="queued")),
            # A code is found behind any backlog.
            models.Index(
                fields=["next_attempt_at"],
                name="message_code_to_send",
                condition=Q(state="queued", purpose__startswith="code."),
            ),
            models.Index(
                fields=["created_at"], name="message_reply_to_forget", condition=Q(purpose="reply") & ~Q(to="")
            ),
            models.Index(fields=["case_id"], name="message_by_case", condition=Q(case_id__isnull=False)),
            models.Index(fields=["their_id"], name="message_by_their_id", condition=~Q(their_id="")),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Gateway(models.Model):
    """A gateway that did not answer lately: nobody asks it before `open_until`, and then one message does."""

    name = models.CharField(primary_key=True, max_length=20)
    failures = models.IntegerField()
    why = models.CharField(max_length=80)
    open_until = models.DateTimeField()

    class Meta:
        db_table = "messaging_gateway"

    def __str__(self) -> str:
        return self.name


class Terms(models.Model):
    """An institution's own sender name (registered with the networks) and messages a day; empty: everybody's."""

    institution_id = models.UUIDField(primary_key=True)
    sender = models.CharField(max_length=11, blank=True)
    most_a_day = models.IntegerField(null=True)

    class Meta:
        db_table = "messaging_terms"

    def __str__(self) -> str:
        return self.sender


class EarlyReport(models.Model):
    """What a gateway says of a message whose name at that gateway we do not know yet, or never will."""

    id = models.UUIDField(primary_key=True, default=new_id)
    gateway = models.CharField(max_length=20)
    their_id = models.CharField(max_length=100)
    is_delivered = models.BooleanField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "messaging_early_report"
        constraints = [models.UniqueConstraint(fields=["gateway", "their_id"], name="early_report_once")]

    def __str__(self) -> str:
        return self.their_id


class Heard(models.Model):
    """A message that came in, so that it is heard once: neither its words nor its number are kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    gateway = models.CharField(max_length=20)
    their_id = models.CharField(max_length=100)
    word = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "messaging_heard"
        constraints = [models.UniqueConstraint(fields=["gateway", "their_id"], name="heard_once")]

    def __str__(self) -> str:
        return self.their_id


class Stopped(models.Model):
    """A phone that wants no messages but those that go always; a keyed hash of it."""

    phone_hash = models.CharField(primary_key=True, max_length=64)
    since = models.DateTimeField()

    class Meta:
        db_table = "messaging_stopped"

    def __str__(self) -> str:
        return self.phone_hash[:8]


class Mail(models.Model):
    """One letter by e-mail: the platform's own, about joining and signing in. Secrets in it go with its sending."""

    id = models.UUIDField(primary_key=True, default=new_id)
    to = models.CharField(max_length=200)
    subject = models.CharField(max_length=160)
    text = models.TextField()
    purpose = models.CharField(max_length=80)
    # A calendar that goes with it; empty for none.
    invitation = models.TextField(blank=True, default="", db_default="")
    state = models.CharField(max_length=10, default=MessageState.QUEUED)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messaging_mail"
        indexes = [
            models.Index(fields=["to", "created_at"], name="mail_by_address"),
            models.Index(fields=["next_attempt_at"], name="mail_to_send", condition=Q(state="queued")),
        ]

    def __str__(self) -> str:
        return str(self.id)
