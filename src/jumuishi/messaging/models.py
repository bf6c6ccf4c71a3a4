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
    gateway = models.CharField(max_length=20, blank=True)
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
        ]

    def __str__(self) -> str:
        return str(self.id)


class Mail(models.Model):
    """One letter by e-mail: the platform's own, about joining and signing in. Secrets in it go with its sending."""

    id = models.UUIDField(primary_key=True, default=new_id)
    to = models.CharField(max_length=200)
    subject = models.CharField(max_length=160)
    text = models.TextField()
    purpose = models.CharField(max_length=80)
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
