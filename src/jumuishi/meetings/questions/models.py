"""Questions of members, and their answers."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Question(models.Model):
    """A member asks about an item. `once` is the form that asked; `owner_id` the person who answers for it.

    `told_at`: the owner was told that the day of the meeting has come and it has no answer.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="questions")
    item = models.ForeignKey("meetings.Item", models.PROTECT)
    member = models.ForeignKey("meetings.Member", models.PROTECT)
    text = models.CharField(max_length=1000)
    once = models.UUIDField()
    at = models.DateTimeField()
    owner_id = models.UUIDField()
    passed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=4000, blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    is_for_all = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_question"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "meeting", "member", "once"], name="meetings_question_once"
            )
        ]
        indexes = [
            models.Index(fields=["institution_id", "owner_id"], condition=models.Q(answered_at=None),
                         name="meetings_question_waits"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text[:40]
