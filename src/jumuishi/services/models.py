"""Editions (nobody's: the nation's) and offerings (an institution's)."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Edition(models.Model):
    """One immutable edition of a service's definition, by its hash; its files are kept as they were read."""

    id = models.UUIDField(primary_key=True, default=new_id)
    service = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64, unique=True)
    files = models.JSONField()
    name = models.JSONField()
    about = models.JSONField()
    offered_by = models.JSONField()
    doors = models.JSONField()
    withdrawn_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "services_edition"
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="edition_number_once")]

    def __str__(self) -> str:
        return f"{self.service} {self.number}"


class Offering(models.Model):
    """A service that an institution offers: which edition, with which settings, published by which two people."""

    class State(models.TextChoices):
        PREPARING = "preparing"
        PROPOSED = "proposed"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)
    service = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREPARING)
    proposed_by = models.UUIDField(null=True)
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    search = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "services_offering"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "service"], name="offered_once"),
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | (
                    models.Q(proposed_by__isnull=False)
                    & models.Q(published_by__isnull=False)
                    & ~models.Q(proposed_by=models.F("published_by"))
                ),
                name="two_people_publish",
            ),
        ]
        indexes = [models.Index(fields=["institution_id", "state"], name="offering_by_institution")]

    def __str__(self) -> str:
        return f"{self.service} {self.id}"
