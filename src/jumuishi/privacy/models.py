"""Requests of people, breaches and whom they touch, and what the data protection officer adds to the registers."""

from django.db import models
from django.db.models import Q

from jumuishi.kernel.ids import new_id
from jumuishi.privacy.types import BreachState, State


class Figure(models.Model):
    """A number that law or institution sets (days to answer, hours to tell), with its source and check."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    name = models.CharField(max_length=20)
    value = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    checked_on = models.DateField()
    set_by = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "privacy_figure"
        constraints = [models.UniqueConstraint(fields=["institution_id", "name"], name="figure_once")]

    def __str__(self) -> str:
        return self.name


class Request(models.Model):
    """What a person asks of an institution about their data. `thing_id`, `field`, `value`: what to correct.

    `fates` says what an erasure came to, thing by thing; `again_on` is when what the law kept is tried again.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    number = models.CharField(max_length=16)
    kind = models.CharField(max_length=8)
    text = models.TextField(max_length=2000)
    room = models.CharField(max_length=20, blank=True)
    thing_id = models.UUIDField(null=True)
    thing = models.CharField(max_length=40, blank=True)
    field = models.CharField(max_length=40, blank=True)
    label = models.JSONField(default=dict)
    was = models.CharField(max_length=500, blank=True)
    value = models.CharField(max_length=500, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=2, default="sw")
    state = models.CharField(max_length=8, default=State.OPEN)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    fates = models.JSONField(default=list)
    again_on = models.DateField(null=True)
    appeal = models.TextField(max_length=2000, blank=True)
    appealed_at = models.DateTimeField(null=True)
    appeal_due_at = models.DateTimeField(null=True)
    head_answer = models.TextField(max_length=2000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    upheld = models.BooleanField(null=True)
    escalated_at = models.DateTimeField(null=True)
    late_reason = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        db_table = "privacy_request"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "number"], name="privacy_request_number"),
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(closed_by=models.F("answered_by")), name="appeal_to_another"
            ),
        ]
        indexes = [
            models.Index(fields=["institution_id", "state", "due_at"], name="privacy_request_by_due"),
            models.Index(fields=["institution_id", "asked_at"], name="privacy_request_by_day"),
            models.Index(fields=["person_id", "-asked_at"], name="privacy_request_by_person"),
            models.Index(fields=["again_on"], name="privacy_request_again", condition=Q(again_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class Breach(models.Model):
    """Personal data that went where they should not: what, when known, whom it touches, and what was done about it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    number = models.CharField(max_length=16)
    title = models.CharField(max_length=120)
    what = models.TextField(max_length=4000)
    data = models.TextField(max_length=1000)
    harm = models.TextField(max_length=2000)
    done = models.TextField(max_length=2000)
    advice = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField(null=True)
    known_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    circle = models.JSONField(default=dict)
    touched = models.PositiveIntegerField(default=0)
    gathered_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default=BreachState.RECORDED)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    released_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)
    commission_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_breach"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "number"], name="breach_number"),
            models.CheckConstraint(
                condition=Q(state="recorded")
                | (Q(released_by__isnull=False) & ~Q(released_by=models.F("recorded_by"))),
                name="two_people_release",
            ),
        ]
        indexes = [models.Index(fields=["institution_id", "-known_at"], name="breach_by_institution")]

    def __str__(self) -> str:
        return self.number


class Notice(models.Model):
    """One person whom a breach touches, and how word reached them: by SMS, or by a letter for want of a phone."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="notices")
    phone = models.CharField(max_length=16, blank=True)
    reference = models.CharField(max_length=40)
    language = models.CharField(max_length=2, default="sw")
    told_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=6, blank=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_notice"
        constraints = [models.UniqueConstraint(fields=["institution_id", "breach", "person_id"], name="notice_once")]
        indexes = [
            models.Index(fields=["person_id", "told_at"], name="notice_by_person"),
            models.Index(fields=["breach", "id"], name="notice_to_send", condition=Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ProvenNumber(models.Model):
    """A number that a person showed to be theirs: a mark of it and its last signs, never the number."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    mark = models.CharField(max_length=64)
    ending = models.CharField(max_length=8)
    # Which register said so, and under which number the exchange has that.
    source = models.CharField(max_length=500)
    message_id = models.CharField(max_length=255)
    proven_at = models.DateTimeField()

    class Meta:
        db_table = "privacy_proven_number"
        constraints = [models.UniqueConstraint(fields=["person_id", "mark"], name="number_once")]

    def __str__(self) -> str:
        return str(self.id)


class Finding(models.Model):
    """Something unusual in how an institution's data were asked for by way of the exchange, until somebody says what.

    `evidence`: {"counts": {name: n}, "least": n, "usual": n or null, "messages": [number of a call]}.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    pattern = models.CharField(max_length=40)
    client = models.CharField(max_length=400)
    service = models.CharField(max_length=500)
    asker = models.CharField(max_length=64, blank=True)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    evidence = models.JSONField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    reason = models.TextField(max_length=2000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Meta:
        db_table = "privacy_finding"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "pattern", "client", "service", "asker"], condition=Q(closed_at=None),
                name="finding_open_once",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["institution_id", "closed_at", "due_at"], name="finding_by_due")]

    def __str__(self) -> str:
        return str(self.id)


class Processing(models.Model):
    """A line of the register of processing that no service says: the officer's own (staff, visitors' books)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300)
    basis = models.CharField(max_length=300)
    data = models.CharField(max_length=500)
    kept = models.CharField(max_length=200)
    receivers = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField()
    added_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "privacy_processing"
        indexes = [models.Index(fields=["institution_id", "name"], name="processing_by_institution")]

    def __str__(self) -> str:
        return self.name


class Registration(models.Model):
    """The institution's registration with the commission; the newest counts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    number = models.CharField(max_length=40)
    registered_on = models.DateField()
    expires_on = models.DateField()
    reminded_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField()
    written_by = models.UUIDField()

    class Meta:
        db_table = "privacy_registration"
        indexes = [models.Index(fields=["institution_id", "-expires_on"], name="registration_newest")]

    def __str__(self) -> str:
        return self.number
