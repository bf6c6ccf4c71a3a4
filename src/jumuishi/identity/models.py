"""People, and the commands that they have sent."""

from jumuishi.kernel.ids import new_id

from django.db import models


class Person(models.Model):
    """A natural person: citizen, officer or guest (who is a person from the first save on)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=16, blank=True, db_index=True)
    language = models.CharField(max_length=2, default="sw")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "identity_person"

    def __str__(self) -> str:
        return str(self.id)


class Command(models.Model):
    """A command that was sent with a key of its sender's choosing, so that sending it twice does it once."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    action = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    thing_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "identity_command"
        constraints = [models.UniqueConstraint(fields=["scope", "action", "key"], name="command_once")]

    def __str__(self) -> str:
        return f"{self.action} {self.key}"
