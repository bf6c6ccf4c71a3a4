"""Where and when visits are received, and the visits."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Desk(models.Model):
    """A desk, or officers who go out: how long a visit takes, how many at once; within the institution's own hours.

    `cutoff_hours`: until so long before it a visit may be chosen, changed or cancelled; `wait_days`: how long an
    applicant has to choose; `ahead_days`: how far ahead.
    """

    class Kind(models.TextChoices):
        OFFICE = "office"
        SITE = "site"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=80)
    place = models.CharField(max_length=120, blank=True)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    minutes = models.PositiveSmallIntegerField()
    capacity = models.PositiveSmallIntegerField()
    cutoff_hours = models.PositiveSmallIntegerField()
    wait_days = models.PositiveSmallIntegerField()
    ahead_days = models.PositiveSmallIntegerField()
    is_open = models.BooleanField(default=True)

    class Meta:
        db_table = "cases_visit_desk"
        constraints = [models.UniqueConstraint(fields=["institution_id", "name"], name="desk_once")]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """One visit. `seat` is which of a desk's places at that hour: two people never have the same one."""

    class State(models.TextChoices):
        ASKED = "asked"
        BOOKED = "booked"
        CAME = "came"
        MISSED = "missed"
        CANCELLED = "cancelled"
        LAPSED = "lapsed"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    case_id = models.UUIDField()
    task_id = models.UUIDField()
    desk_id = models.UUIDField()
    what = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    starts_at = models.DateTimeField(null=True)
    seat = models.PositiveSmallIntegerField(null=True)
    choose_by = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "cases_visit"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "desk_id", "starts_at", "seat"],
                condition=models.Q(state__in=["booked", "came", "missed"]),
                name="seat_given_once",
            ),
            models.UniqueConstraint(
                fields=["institution_id", "task_id"],
                condition=models.Q(state__in=["asked", "booked"]),
                name="one_open_visit_a_task",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="booked") | models.Q(starts_at__isnull=False, seat__isnull=False),
                name="a_booked_visit_has_its_hour",
            ),
        ]
        indexes = [
            models.Index(fields=["institution_id", "starts_at"], name="visit_by_day"),
            models.Index(fields=["institution_id", "case_id"], name="visit_of_case"),
            models.Index(fields=["choose_by"], name="visit_to_lapse", condition=models.Q(state="asked")),
            models.Index(fields=["starts_at"], name="visit_to_remind", condition=models.Q(state="booked")),
        ]

    def __str__(self) -> str:
        return str(self.id)
