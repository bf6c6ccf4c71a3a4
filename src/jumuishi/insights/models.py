"""What happened by day, what follows from it for a span of days, and whose figures are behind the facts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from jumuishi.kernel.ids import new_id


class Day(models.Model):
    """One day of a service (`key`: its id) or an officer (`key`: the person's id) of an institution.

    `hours` are the waiting times of what was done on that day, in order: a median over many days stays exact to the
    hour. `late` is past the promise for a service, past the task's time for an officer; `explained`: with a reason.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    day = models.DateField()
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=40)
    opened = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    explained = models.PositiveIntegerField(default=0)
    hours = ArrayField(models.PositiveIntegerField(), default=list)

    class Meta:
        db_table = "insights_day"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "day", "kind", "key"], name="insights_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.key}"


class Figure(models.Model):
    """What pages show: a service, unit or officer over the last `span` days. A service's is public, others are not.

    `median` and `p90` are hours, none where nothing was done; there is no mean on purpose.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    span = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=40)
    opened = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    explained = models.PositiveIntegerField(default=0)
    median = models.PositiveIntegerField(null=True)
    p90 = models.PositiveIntegerField(null=True)
    open_now = models.PositiveIntegerField(default=0)
    late_now = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()

    class Meta:
        db_table = "insights_figure"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "span", "kind", "key"], name="insights_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.kind} {self.key}"


class Stale(models.Model):
    """An institution whose figures are to be worked out again, from this day on."""

    institution_id = models.UUIDField(primary_key=True)
    since = models.DateField()

    class Meta:
        db_table = "insights_stale"

    def __str__(self) -> str:
        return f"{self.institution_id} {self.since}"
