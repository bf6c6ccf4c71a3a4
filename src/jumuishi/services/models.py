"""Editions (nobody's: the nation's) and offerings (an institution's)."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Edition(models.Model):
    """One immutable edition of a service's definition, by its hash; its files are kept as they were read.

    The database refuses every change but one: that it is withdrawn, with a reason.
    """

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
    withdrawn_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    # Fields of which author and approver said that only the words changed since the edition before.
    same_meaning = models.JSONField(null=True)
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


class Proposal(models.Model):
    """An edition that an author proposes for the catalogue: published once another natural person approves it."""

    class State(models.TextChoices):
        OPEN = "open"
        PUBLISHED = "published"
        REFUSED = "refused"
        TAKEN_BACK = "taken_back"

    id = models.UUIDField(primary_key=True, default=new_id)
    service = models.CharField(max_length=40)
    hash = models.CharField(max_length=64)
    files = models.JSONField()
    name = models.JSONField()
    note = models.CharField(max_length=500)
    same_meaning = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    author_id = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True)
    # When its author was told that the check at the door had not let it through.
    stopped_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "services_proposal"
        constraints = [
            models.UniqueConstraint(fields=["service"], condition=models.Q(state="open"), name="proposed_once"),
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | (models.Q(decided_by__isnull=False) & ~models.Q(author_id=models.F("decided_by"))),
                name="author_and_approver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.hash[:8]}"


class Adoption(models.Model):
    """An institution's way from the edition it runs to a newer one: the figures that are new, and which two people.

    Once adopted it keeps what drafts of the edition that was left go on with (`left_settings`).
    """

    class State(models.TextChoices):
        PREPARING = "preparing"
        PROPOSED = "proposed"
        ADOPTED = "adopted"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="adoptions")
    left_edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    settings = models.JSONField(default=dict)
    left_settings = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARING)
    proposed_by = models.UUIDField(null=True)
    adopted_by = models.UUIDField(null=True)
    adopted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "services_adoption"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "offering"],
                condition=models.Q(state__in=["preparing", "proposed"]),
                name="adopting_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="adopted")
                | (
                    models.Q(proposed_by__isnull=False)
                    & models.Q(adopted_by__isnull=False)
                    & ~models.Q(proposed_by=models.F("adopted_by"))
                ),
                name="two_people_adopt",
            ),
        ]
        indexes = [models.Index(fields=["institution_id", "offering", "-created_at"], name="adoption_by_offering")]

    def __str__(self) -> str:
        return f"{self.offering_id} {self.state}"
