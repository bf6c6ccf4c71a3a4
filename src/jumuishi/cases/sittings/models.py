"""A body's rules, its sittings, and what lies on their agendas."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Body(models.Model):
    """The rules of a committee at an institution: each figure with its source, the day it was checked, who entered it.

    `figures`: quorum and notice_days (whole numbers), casting_vote (true or false), each {value, source, checked_on,
    by}. What is absent is not known, and nothing is assumed for it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    role = models.CharField(max_length=40)
    figures = models.JSONField(default=dict)

    class Meta:
        db_table = "cases_body"
        constraints = [models.UniqueConstraint(fields=["institution_id", "role"], name="body_once")]

    def __str__(self) -> str:
        return self.role


class Sitting(models.Model):
    """One sitting: planned, its members told of it (called), recorded by the secretary, confirmed by who presided."""

    class State(models.TextChoices):
        PLANNED = "planned"
        CALLED = "called"
        RECORDED = "recorded"
        CONFIRMED = "confirmed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    role = models.CharField(max_length=40)
    name = models.JSONField()
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    present = models.JSONField(default=list)
    presided_by = models.UUIDField(null=True)
    quorum = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    recorded_by = models.UUIDField(null=True)
    recorded_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_sitting"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "role", "starts_at"],
                condition=~models.Q(state="cancelled"),
                name="sitting_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(recorded_by=models.F("confirmed_by")), name="two_people_confirm_a_sitting"
            ),
        ]
        indexes = [models.Index(fields=["institution_id", "role", "-starts_at"], name="sitting_of_body")]

    def __str__(self) -> str:
        return f"{self.role} {self.starts_at}"


class Item(models.Model):
    """One matter on an agenda, what was said of it, and what came of that.

    `out`: members who took no part, [{person, why}], why being `declared` (an interest) or `barred` (by the definition
    or as the applicant's side). `version` is the case's as the sitting saw it.
    """

    class State(models.TextChoices):
        AGENDA = "agenda"
        LEFT_OUT = "left_out"
        RECORDED = "recorded"
        DECIDED = "decided"
        DEFERRED = "deferred"
        UNDECIDED = "undecided"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="items")
    person_id = models.UUIDField()
    thing = models.CharField(max_length=20)
    thing_id = models.UUIDField()
    case_id = models.UUIDField()
    reference = models.CharField(max_length=16)
    title = models.CharField(max_length=120)
    matter = models.JSONField()
    due_at = models.DateTimeField(null=True)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.AGENDA)
    why = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    outcome_name = models.JSONField(default=dict)
    text = models.TextField(max_length=2000, blank=True)
    late_reason = models.CharField(max_length=500, blank=True)
    fields = models.JSONField(default=dict)
    votes_for = models.PositiveSmallIntegerField(default=0)
    votes_against = models.PositiveSmallIntegerField(default=0)
    abstained = models.PositiveSmallIntegerField(default=0)
    casting = models.BooleanField(default=False)
    out = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_agenda_item"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "sitting", "thing_id"], name="item_once_a_sitting"),
            models.UniqueConstraint(
                fields=["institution_id", "thing_id"],
                condition=models.Q(state__in=["agenda", "recorded"]),
                name="item_on_one_agenda",
            ),
        ]
        indexes = [
            models.Index(fields=["institution_id", "sitting", "position"], name="item_of_sitting"),
            models.Index(fields=["institution_id", "case_id"], name="item_of_case"),
        ]

    def __str__(self) -> str:
        return self.reference
