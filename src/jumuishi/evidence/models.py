"""Tables of the journal and of the log over it. Who may read and write which is in the first migration's policies."""

from django.db import models

from jumuishi.kernel.ids import new_id


class JournalRow(models.Model):
    """One act. `body` holds the canonical bytes and is what counts; the other columns are for finding it.

    Erased: body and salt are gone together, `erased_at` and the act of erasure remain.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField()
    verb = models.CharField(max_length=120)
    thing_kind = models.CharField(max_length=60)
    thing_id = models.UUIDField()
    institution_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    on_behalf_of = models.UUIDField(null=True)
    body = models.BinaryField(null=True)
    salt = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "evidence_journal"
        indexes = [
            models.Index(fields=["thing_id", "at"], name="journal_by_thing"),
            models.Index(fields=["institution_id", "at"], name="journal_by_institution"),
            models.Index(fields=["person_id", "at"], name="journal_by_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="journal_whole_or_erased",
                condition=models.Q(body__isnull=False, salt__isnull=False, erased_at__isnull=True)
                | models.Q(body__isnull=True, salt__isnull=True, erased_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.id}"


class Commitment(models.Model):
    """The sequencer's queue: commitments that have no leaf yet."""

    id = models.BigAutoField(primary_key=True)
    journal_id = models.UUIDField()
    commitment = models.BinaryField()
    look = models.BooleanField(default=False)
    queued_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_queue"
        # Acts stand behind as many looks as somebody takes out, and go first.
        indexes = [models.Index(fields=["id"], name="queue_of_acts", condition=models.Q(look=False))]

    def __str__(self) -> str:
        return f"queued {self.journal_id}"


class Leaf(models.Model):
    """Where a journal row stands in the tree; several looks share one leaf, each with its own position in it."""

    journal_id = models.UUIDField(primary_key=True)
    index = models.BigIntegerField()
    position = models.IntegerField(default=0)
    count = models.IntegerField(default=1)
    commitment = models.BinaryField()

    class Meta:
        db_table = "evidence_leaf"
        constraints = [models.UniqueConstraint(fields=["index", "position"], name="leaf_once")]

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Tile(models.Model):
    """Up to 256 hashes of one level, side by side; it grows until it is full and is never changed otherwise."""

    id = models.BigAutoField(primary_key=True)
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "evidence_tile"
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="tile_once")]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


class LogKey(models.Model):
    """The Ed25519 key that signs promises and checkpoints, sealed under the installation's key."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.IntegerField(unique=True)
    public = models.BinaryField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_log_key"

    def __str__(self) -> str:
        return f"log key {self.number}"


class Epoch(models.Model):
    """A life of the log. The next one begins, signed, when a restored database is behind its outside copies."""

    number = models.IntegerField(primary_key=True)
    origin = models.CharField(max_length=200)
    base_size = models.BigIntegerField()
    opened_at = models.DateTimeField()
    statement = models.TextField()

    class Meta:
        db_table = "evidence_epoch"

    def __str__(self) -> str:
        return f"epoch {self.number}"


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root, as C2SP tlog-checkpoint has it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_checkpoint"
        constraints = [models.UniqueConstraint(fields=["epoch", "size"], name="checkpoint_once")]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Cosignature(models.Model):
    """A witness's line under a checkpoint; `witness` is its key as a policy names it, `at` the time that it signed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    epoch = models.IntegerField()
    size = models.BigIntegerField()
    witness = models.CharField(max_length=300)
    line = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_cosignature"
        constraints = [
            models.UniqueConstraint(fields=["epoch", "size", "witness"], name="cosignature_once"),
        ]
        indexes = [models.Index(fields=["witness", "epoch", "-size"], name="cosignature_of_witness")]

    def __str__(self) -> str:
        return f"cosignature of {self.size}"


class Cosigned(models.Model):
    """A checkpoint that a quorum of witnesses has cosigned, by the policy of that moment."""

    id = models.UUIDField(primary_key=True, default=new_id)
    epoch = models.IntegerField()
    size = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_cosigned"
        constraints = [models.UniqueConstraint(fields=["epoch", "size"], name="cosigned_once")]

    def __str__(self) -> str:
        return f"cosigned {self.size}"


class Stamp(models.Model):
    """A time-stamper's reply over a checkpoint's text; `at` is the time that it says."""

    id = models.UUIDField(primary_key=True, default=new_id)
    epoch = models.IntegerField()
    size = models.BigIntegerField()
    stamper = models.CharField(max_length=500)
    reply = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_stamp"
        constraints = [models.UniqueConstraint(fields=["epoch", "size", "stamper"], name="stamp_once")]

    def __str__(self) -> str:
        return f"stamp of {self.size}"


class SeenElsewhere(models.Model):
    """The last checkpoint of another's log that was seen and continued what was seen before."""

    id = models.UUIDField(primary_key=True, default=new_id)
    origin = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_seen_elsewhere"

    def __str__(self) -> str:
        return f"{self.origin} at {self.size}"


class Contradiction(models.Model):
    """Two signed checkpoints of another's log that can't both be true, with the proof (hexadecimal hashes)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    origin = models.CharField(max_length=200)
    one = models.TextField()
    other = models.TextField()
    proof = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_contradiction"
        indexes = [models.Index(fields=["origin", "at"], name="contradiction_of_log")]

    def __str__(self) -> str:
        return f"two histories of {self.origin}"
