"""Notices that did not reach everybody."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Unserved(models.Model):
    """Members are still to be served with a notice: `left` of them at the last look, since `since`.

    `owner_told_at` and `head_told_at` are its clock; `ended_at`: nobody is left, or the meeting began or is off.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    notice = models.OneToOneField("meetings.Notice", models.CASCADE, related_name="unserved")
    left = models.PositiveIntegerField()
    since = models.DateTimeField()
    owner_told_at = models.DateTimeField(null=True)
    head_told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_unserved"

    def __str__(self) -> str:
        return f"{self.notice_id} {self.left}"
