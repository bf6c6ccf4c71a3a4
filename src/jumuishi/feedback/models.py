"""What people say (an item), what is said back and forth of it (entries), and how soon an institution answers."""

from django.db import models

from jumuishi.feedback.types import DESK_LEVEL, Kind, State
from jumuishi.kernel.ids import new_id


class Terms(models.Model):
    """How many working days an institution gives itself to answer; the authority's hold for whoever has none."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField(unique=True)
    days = models.PositiveSmallIntegerField()
    further_days = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    checked_on = models.DateField()
    set_by = models.UUIDField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "feedback_terms"

    def __str__(self) -> str:
        return str(self.id)


class Item(models.Model):
    """One thing that somebody said. It lies with `institution_id` and is about `about_id`.

    Of a sender who gave no name nothing is kept but the hash of a code. `barred` are the officers who may not read it,
    `is_sealed` keeps it from the institution that it is about (whose head it names). The clock has run since
    `clock_from` and ends after `clock_minutes` of working time; while it stands, `left_minutes` are still to come.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    about_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=16)
    code_hash = models.CharField(max_length=64, blank=True)
    once_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Kind])
    service = models.CharField(max_length=40, blank=True)
    service_name = models.JSONField(default=dict)
    case_reference = models.CharField(max_length=16, blank=True)
    text = models.TextField(max_length=4000)
    role = models.CharField(max_length=40, blank=True)
    named = models.CharField(max_length=120, blank=True)
    barred = models.JSONField(default=list)
    is_sealed = models.BooleanField(default=False)
    phone = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=2, default="sw")
    door = models.CharField(max_length=8, default="web")
    level = models.PositiveSmallIntegerField(default=DESK_LEVEL)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default=State.OPEN)
    owner_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    clock_from = models.DateTimeField()
    clock_minutes = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    left_minutes = models.PositiveIntegerField(null=True)
    late_told_at = models.DateTimeField(null=True)
    late_reason = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    worked_minutes = models.PositiveIntegerField(null=True)
    verdict = models.CharField(max_length=8, blank=True)
    was_reopened = models.BooleanField(default=False)
    abuse_by = models.UUIDField(null=True)
    abuse_reason = models.CharField(max_length=500, blank=True)
    receipt_entry = models.UUIDField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "feedback_item"
        constraints = [models.UniqueConstraint(fields=["institution_id", "reference"], name="feedback_reference_once")]
        indexes = [
            models.Index(fields=["reference"], name="feedback_by_reference"),
            models.Index(fields=["once_hash"], name="feedback_by_once"),
            models.Index(
                fields=["institution_id", "due_at"],
                name="feedback_open_by_due",
                condition=models.Q(state__in=["open", "asked"]),
            ),
            models.Index(fields=["institution_id", "-received_at"], name="feedback_by_institution"),
            models.Index(fields=["about_id", "received_at"], name="feedback_by_about"),
            models.Index(
                fields=["person_id", "-received_at"],
                name="feedback_by_person",
                condition=models.Q(person_id__isnull=False),
            ),
            models.Index(
                fields=["due_at"],
                name="feedback_by_clock",
                condition=models.Q(state__in=["open", "asked"], late_told_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Entry(models.Model):
    """What was said or done after: an answer, a question back, a reply, a note that the sender never sees."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=12)
    text = models.TextField(max_length=4000, blank=True)
    is_inner = models.BooleanField(default=False)
    by_person_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "feedback_entry"
        indexes = [models.Index(fields=["institution_id", "item", "created_at"], name="feedback_entry_by_item")]

    def __str__(self) -> str:
        return str(self.id)
