"""Bodies that are on their way to us, and those that other nodes want of us."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Coming(models.Model):
    """A body that messages for an institution wait for; its bytes so far are in `kernel.parts` under its id."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    node = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    # All is here; it stays until its node was told.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_courier_coming"
        constraints = [models.UniqueConstraint(fields=["institution_id", "node", "sha256"], name="courier_coming_once")]
        indexes = [models.Index(fields=["node", "id"], name="courier_coming_by_node")]

    def __str__(self) -> str:
        return self.sha256


class Wanted(models.Model):
    """A body of ours that a node waits for, and from which byte on."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    node = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    file = models.UUIDField()
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "exchange_courier_wanted"
        constraints = [models.UniqueConstraint(fields=["institution_id", "node", "sha256"], name="courier_wanted_once")]

    def __str__(self) -> str:
        return self.sha256
