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


class Remark(models.Model):
    """A note that officers write to each other on a case: never read by the applicant, struck out and not deleted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="remarks")
    author_id = models.UUIDField()
    text = models.TextField(max_length=2000)
    created_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    struck_by = models.UUIDField(null=True)
    struck_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "cases_remark"
        indexes = [models.Index(fields=["institution_id", "case", "created_at"], name="remark_by_case")]

    def __str__(self) -> str:
        return str(self.id)


class Mention(models.Model):
    """A colleague whom a remark calls; it stands in the colleague's inbox until seen."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    remark = models.ForeignKey(Remark, on_delete=models.CASCADE, related_name="mentions")
    officer_id = models.UUIDField()
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_mention"
        indexes = [
            models.Index(
                fields=["institution_id", "officer_id", "created_at"],
                name="mention_unseen",
                condition=models.Q(seen_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class SavedList(models.Model):
    """A list of the inbox under a name: its owner's, or shared with the owner's unit; one may be what comes first."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    owner_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    name = models.CharField(max_length=60)
    query = models.JSONField()
    is_first = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "cases_saved_list"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "owner_id", "name"], name="list_name_once"),
            models.UniqueConstraint(
                fields=["institution_id", "owner_id"], name="list_first_once", condition=models.Q(is_first=True)
            ),
        ]
        indexes = [models.Index(fields=["institution_id", "unit_id"], name="list_by_unit")]

    def __str__(self) -> str:
        return self.name


class MessageTemplate(models.Model):
    """Words that an institution sends often, in both languages, for one service or all; retired, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    service = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=80)
    text = models.JSONField()
    author_id = models.UUIDField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_message_template"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "service", "name"],
                name="template_name_once",
                condition=models.Q(retired_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name
