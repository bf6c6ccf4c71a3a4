"""What registers said about a draft's answers, and what its person says is wrong of it."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Look(models.Model):
    """A register asked under one key of an application: the last that it said, or that it was away.

    It is the person's while it is a draft's; the institution reads it once the case is submitted. `values` are
    canonical data by field, as they stand among the answers; `fields` is what was asked for.
    """

    class State(models.TextChoices):
        FETCHED = "fetched"
        QUESTION = "question"
        ABSENT = "absent"
        REFUSED = "refused"
        AWAY = "away"
        SKIPPED = "skipped"

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    draft_id = models.UUIDField()
    case_id = models.UUIDField(null=True)
    institution_id = models.UUIDField()
    register = models.CharField(max_length=40)
    key_field = models.CharField(max_length=40)
    # Of the key that it was asked under, with the draft's own id: another key is another question.
    key_mark = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=20, blank=True)
    fields = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    # {"number", "sw", "en", "was_wrong", "tries_left"}: what the register asks of the person first.
    question = models.JSONField(null=True)
    # The exchange's identifiers of the service and of the message.
    source = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    # When the register said so; when it was last tried.
    at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField()
    # The office asked after the submission: what came is beside the answers, and changes none.
    later_by = models.UUIDField(null=True)

    class Meta:
        db_table = "cases_look"
        constraints = [
            models.UniqueConstraint(fields=["person_id", "draft_id", "register", "key_field"], name="look_once_a_key")
        ]
        indexes = [models.Index(fields=["institution_id", "case_id"], name="look_by_case")]

    def __str__(self) -> str:
        return f"{self.register} {self.id}"


class Dispute(models.Model):
    """A value of a register that its person says is wrong: what it says, why not; their own is among the answers."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    draft_id = models.UUIDField()
    case_id = models.UUIDField(null=True)
    institution_id = models.UUIDField()
    register = models.CharField(max_length=40)
    field = models.CharField(max_length=40)
    said = models.JSONField(null=True)
    source = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "cases_dispute"
        constraints = [models.UniqueConstraint(fields=["person_id", "draft_id", "field"], name="dispute_once_a_field")]
        indexes = [models.Index(fields=["institution_id", "case_id"], name="dispute_by_case")]

    def __str__(self) -> str:
        return f"{self.field} {self.id}"
