"""What was looked at and moved; an institution's own, and each case's applicant's."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Move(models.Model):
    """A look at open cases for a newer edition (survey), or their move to it; it goes on from `cursor` after any stop.

    Without an offering it is the authority's look at the whole country: counts, and no case by name. `groups` has, by
    what would happen and why, how many and a few references.
    """

    class Kind(models.TextChoices):
        SURVEY = "survey"
        MOVE = "move"

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    offering_id = models.UUIDField(null=True)
    service = models.CharField(max_length=40)
    edition_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    officer_id = models.UUIDField()
    appointment_id = models.UUIDField(null=True)
    answer_days = models.PositiveIntegerField(default=0)
    all = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    safe = models.PositiveIntegerField(default=0)
    ask = models.PositiveIntegerField(default=0)
    cannot = models.PositiveIntegerField(default=0)
    groups = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_move"
        indexes = [
            models.Index(fields=["institution_id", "offering_id", "-created_at"], name="move_by_offering"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.service} {self.id}"


class MoveItem(models.Model):
    """What came of one case: moved, asked of its applicant until a day, or not possible, and why.

    `why`: {kind, code, field, about} each. `consent`: what the applicant answered (names) and agreed to (marks, words).
    """

    class State(models.TextChoices):
        MOVED = "moved"
        ASKED = "asked"
        AGREED = "agreed"
        DECLINED = "declined"
        LAPSED = "lapsed"
        CANNOT = "cannot"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    move = models.ForeignKey(Move, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    from_hash = models.CharField(max_length=64)
    to_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices)
    why = models.JSONField(default=list)
    consent = models.JSONField(null=True)
    asked_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_move_item"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "move", "case"], name="moved_once"),
            models.UniqueConstraint(
                fields=["institution_id", "case"], condition=models.Q(state="asked"), name="asked_once_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_until"], name="move_asked_until", condition=models.Q(state="asked")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
