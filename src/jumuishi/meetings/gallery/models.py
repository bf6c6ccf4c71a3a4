"""What the gallery is searched by, who follows a body or a ward, and what they were told."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Word(models.Model):
    """A folded word that was said in the open about a meeting: its title, agenda, motions, decisions, minutes."""

    id = models.BigAutoField(primary_key=True)
    institution_id = models.UUIDField()
    token = models.CharField(max_length=40)
    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE)

    class Meta:
        db_table = "meetings_word"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "token", "meeting"], name="meetings_word_once")
        ]
        indexes = [models.Index(fields=["token", "-meeting"], name="meetings_word_in_all")]

    def __str__(self) -> str:
        return self.token


class Told(models.Model):
    """How far a meeting's words were read (`seq`, `state`); what followers were told: called, cancelled, ended."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.OneToOneField("meetings.Meeting", models.CASCADE)
    seq = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10)
    what = models.JSONField(default=list)
    read_at = models.DateTimeField()

    class Meta:
        db_table = "meetings_told"

    def __str__(self) -> str:
        return str(self.meeting_id)


class Follow(models.Model):
    """A person wants to be told by SMS of a body's meetings, or of all bodies' of a ward (its place code)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    body = models.ForeignKey("meetings.Body", models.CASCADE, null=True)
    ward = models.CharField(max_length=12, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_follow"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "body", "ward"], condition=models.Q(ended_at=None), nulls_distinct=False,
                name="meetings_follow_once",
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["body"], condition=models.Q(ended_at=None), name="meetings_follow_body"),
            models.Index(fields=["ward"], condition=models.Q(ended_at=None), name="meetings_follow_ward"),
        ]

    def __str__(self) -> str:
        return str(self.id)
