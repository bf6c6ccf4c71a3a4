"""Files that were packed for another node, and files that came from one."""

from django.db import models

from jumuishi.exchange.courier.states import Direction
from jumuishi.kernel.ids import new_id


class Packing(models.Model):
    """What waits for a node, to be packed at once, as an officer asked; its files lie here for some days."""

    id = models.UUIDField(primary_key=True, default=new_id)
    node = models.CharField(max_length=60)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Its files' mark, once they are there.
    pack = models.UUIDField(null=True)
    # The text that says why there is no file; "" where there is one.
    problem = models.CharField(max_length=60, blank=True, default="")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_courier_packing"
        indexes = [models.Index(fields=["-at"], name="courier_packing_by_age")]

    def __str__(self) -> str:
        return str(self.id)


class BundleFile(models.Model):
    """One file, by its number between two nodes. The number alone does not say which: a restored node counts anew."""

    id = models.UUIDField(primary_key=True, default=new_id)
    direction = models.CharField(max_length=3, choices=[(one.value, one.value) for one in Direction])
    node = models.CharField(max_length=60)
    number = models.BigIntegerField()
    pack = models.UUIDField()
    file = models.IntegerField()
    is_last = models.BooleanField()
    # When its node wrote it, by its own clock, and when it was written or came here.
    made_at = models.DateTimeField()
    at = models.DateTimeField()
    bytes = models.BigIntegerField()
    parcels = models.IntegerField()
    messages = models.IntegerField(default=0)
    # Of one that came: when all in it was taken. Of one that went: when the other node said that it misses nothing of
    # it, or that it never came.
    taken_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_courier_bundle"
        constraints = [
            models.UniqueConstraint(fields=["direction", "node", "number", "pack"], name="courier_bundle_once")
        ]
        indexes = [models.Index(fields=["-at"], name="courier_bundle_by_age")]

    def __str__(self) -> str:
        return f"{self.node} {self.number}"
