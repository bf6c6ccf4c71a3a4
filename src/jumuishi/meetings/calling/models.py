"""Notices and their service, apologies, and the addresses of calendars."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Notice(models.Model):
    """All members are told one thing of a meeting; `sequence` is the calendar's (RFC 5545), and so its order.

    `serve_by` is the last instant at which a member is served in time, by `rule` {clause, words}; `by` answers for it.
    `ordered_by` is the member who called on shorter notice, as the rules let them, for `reason`. `item` is what came
    onto the agenda after members had it.
    """

    class What(models.TextChoices):
        CALLED = "called"
        CHANGED = "changed"
        ADDED = "added"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="notices")
    sequence = models.PositiveIntegerField()
    what = models.CharField(max_length=10, choices=What.choices)
    at = models.DateTimeField()
    by = models.UUIDField()
    serve_by = models.DateTimeField()
    rule = models.JSONField(default=dict)
    ordered_by = models.ForeignKey("meetings.Member", models.PROTECT, null=True)
    reason = models.CharField(max_length=500, blank=True)
    item = models.ForeignKey("meetings.Item", models.PROTECT, null=True)

    class Meta:
        db_table = "meetings_notice"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "meeting", "sequence"], name="meetings_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.sequence}"


class Service(models.Model):
    """What came of a notice for one member: the proof that it was served.

    `code` is what the member writes back; `way` how it was acknowledged: page, sms, ussd, or hand: given by the
    secretary, who says in `noted` how. `journal_id` is the evidence of that.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="services")
    member = models.ForeignKey("meetings.Member", models.PROTECT)
    code = models.CharField(max_length=8)
    sms_id = models.UUIDField(null=True)
    mail_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, blank=True)
    noted = models.CharField(max_length=200, blank=True)
    journal_id = models.UUIDField(null=True)

    class Meta:
        db_table = "meetings_service"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "notice", "member"], name="meetings_service_once")
        ]
        indexes = [models.Index(fields=["code"], name="meetings_service_code")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.member_id}"


class Apology(models.Model):
    """A member says why they will not come. Whether it excuses is decided in the hall."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="apologies")
    member = models.ForeignKey("meetings.Member", models.PROTECT)
    reason = models.CharField(max_length=500)
    way = models.CharField(max_length=10)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_apology"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "meeting", "member"], name="meetings_apology_once")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.member_id}"


class Feed(models.Model):
    """The secret address of a person's own calendar; what is kept is a keyed mark of it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    mark = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_feed"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=models.Q(ended_at=None), name="meetings_feed_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
