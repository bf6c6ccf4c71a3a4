"""Who wants to be told, and what each was told."""

from django.db import models
from django.db.models import Q

from jumuishi.hooks.types import DeliveryState
from jumuishi.kernel.ids import new_id


class Hook(models.Model):
    """An address that one institution's program or one person's app is told at. Its secrets are sealed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    url = models.CharField(max_length=500)
    topics = models.JSONField()
    secret = models.BinaryField()
    # The secret before, which signs too until then, so that a program can be given the new one in peace.
    old_secret = models.BinaryField(null=True)
    old_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # How often in a row it was not reached, and until when it is left alone.
    failures = models.IntegerField(default=0)
    rest_until = models.DateTimeField(null=True)
    # When its owner was last told that notices did not arrive.
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hooks_hook"
        constraints = [
            models.CheckConstraint(
                condition=Q(institution_id__isnull=True) ^ Q(person_id__isnull=True), name="hook_of_one_owner"
            )
        ]
        indexes = [
            models.Index(fields=["institution_id", "created_at"], name="hook_by_institution"),
            models.Index(fields=["person_id", "created_at"], name="hook_by_person"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Delivery(models.Model):
    """One notice to one hook: the very bytes that are signed, and how far they got."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=160)
    topic = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=10, default=DeliveryState.WAITING)
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    give_up_at = models.DateTimeField()
    status = models.IntegerField(null=True)
    failure = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hooks_delivery"
        constraints = [models.UniqueConstraint(fields=["hook", "key"], name="delivery_once")]
        indexes = [
            models.Index(fields=["hook", "-created_at"], name="delivery_by_hook"),
            models.Index(fields=["next_at"], name="delivery_to_send", condition=Q(state="waiting")),
            models.Index(fields=["created_at"], name="delivery_by_age"),
            models.Index(fields=["hook"], name="delivery_dead", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return str(self.id)
