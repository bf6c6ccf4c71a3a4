"""Resolutions, each institution's duty in them, and the steps of each duty."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Resolution(models.Model):
    """What a body decided, to be done: `decision` is the event's id. `is_public`: decided in the open."""

    class What(models.TextChoices):
        RESOLUTION = "resolution"
        DIRECTIVE = "directive"

    class Owner(models.TextChoices):
        UNIT = "unit"
        PERSON = "person"
        HEADS = "heads"

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    body = models.ForeignKey("meetings.Body", models.PROTECT, related_name="+")
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="+")
    decision = models.UUIDField()
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    text = models.TextField()
    what = models.CharField(max_length=10, choices=What.choices)
    owner = models.CharField(max_length=10, choices=Owner.choices)
    budget_line = models.CharField(max_length=120, blank=True)
    due_on = models.DateField()
    is_public = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_resolution"
        constraints = [models.UniqueConstraint(fields=["institution_id", "decision"], name="meetings_resolution_once")]
        indexes = [models.Index(fields=["institution_id", "body", "state", "due_on"], name="meetings_resolution_of")]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class Duty(models.Model):
    """One institution's part. `asked_by` is the institution whose body decided; who does it is a unit, a person or,
    where both are null, the head."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ACKNOWLEDGED = "acknowledged"
        REPORTED = "reported"
        ACCEPTED = "accepted"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="duties")
    asked_by = models.UUIDField()
    is_public = models.BooleanField(default=False)
    unit_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    due_on = models.DateField()
    committed_on = models.DateField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    late_told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_duty"
        constraints = [models.UniqueConstraint(fields=["institution_id", "resolution"], name="meetings_duty_once")]
        indexes = [
            models.Index(fields=["institution_id", "due_on", "id"], name="meetings_duty_of"),
            models.Index(fields=["asked_by", "due_on", "id"], name="meetings_duty_asked"),
            models.Index(
                fields=["due_on"], name="meetings_duty_open", condition=models.Q(state__in=["waiting", "acknowledged"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resolution_id} {self.state}"


class Step(models.Model):
    """What was done about a duty, with its evidence; seen by who does it and by who asked. `command`: sent once.

    `scan` is what a scanner said of the file: clean, unscanned, or infected, and then the file is gone.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="steps")
    asked_by = models.UUIDField()
    kind = models.CharField(max_length=12)
    text = models.CharField(max_length=2000, blank=True)
    file_id = models.UUIDField(null=True)
    file_name = models.CharField(max_length=120, blank=True)
    file_type = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    scan = models.CharField(max_length=10, default="unscanned", db_default="unscanned")
    by = models.UUIDField(null=True)
    name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    command = models.UUIDField()

    class Meta:
        db_table = "meetings_duty_step"
        constraints = [models.UniqueConstraint(fields=["institution_id", "duty", "command"], name="meetings_step_once")]
        indexes = [
            models.Index(
                fields=["at"],
                name="meetings_step_unscanned",
                condition=models.Q(scan="unscanned") & ~models.Q(file_id=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} {self.kind}"
