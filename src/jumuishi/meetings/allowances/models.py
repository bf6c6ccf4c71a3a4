"""What a sitting is worth to a role, with its source; and the sheet of one meeting that two people agreed on."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Rate(models.Model):
    """The amount a sitting for a role in a body, from a day, in whole shillings; `source` says which paper says so."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    body = models.ForeignKey("meetings.Body", models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="TZS")
    source = models.CharField(max_length=200)
    from_on = models.DateField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "meetings_rate"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "body", "role", "from_on"], name="meetings_rate_once")
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.amount}"


class Sheet(models.Model):
    """The attendance of a meeting as two people agreed on it; `sha256` is of `rows`, the very lines that both saw."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.OneToOneField("meetings.Meeting", models.PROTECT, related_name="allowances")
    rows = models.JSONField()
    sha256 = models.CharField(max_length=64)
    proposed_by = models.UUIDField()
    proposed_name = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    agreed_by = models.UUIDField(null=True)
    agreed_name = models.CharField(max_length=120, blank=True)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_allowance_sheet"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed_by=None) | ~models.Q(agreed_by=models.F("proposed_by")),
                name="two_people_agree_on_allowances",
            )
        ]

    def __str__(self) -> str:
        return str(self.meeting_id)
