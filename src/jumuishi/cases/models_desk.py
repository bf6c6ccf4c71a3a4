"""Tables of the officers' desk: the institution's own, never the applicant's."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Batch(models.Model):
    """One act on many tasks: chosen, looked at beforehand, done one by one; kept with what each came to."""

    class State(models.TextChoices):
        CHOSEN = "chosen"
        FORESEEING = "foreseeing"
        READY = "ready"
        RUNNING = "running"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    officer_id = models.UUIDField()
    appointment_id = models.UUIDField()
    verb = models.CharField(max_length=12, blank=True)
    said = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHOSEN)
    left_out = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_batch"
        indexes = [models.Index(fields=["institution_id", "officer_id", "-created_at"], name="batch_by_officer")]

    def __str__(self) -> str:
        return str(self.id)


class BatchItem(models.Model):
    """A task of a batch as it stood when it was looked at; `foreseen` and `result` hold how it will be and how it was.

    Both are {ok, code, stage, outcome}: a refusal's text key, or where the case went.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    assignee_id = models.UUIDField(null=True)
    foreseen = models.JSONField(null=True)
    result = models.JSONField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_batch_item"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "batch", "position"], name="batch_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.position}"
