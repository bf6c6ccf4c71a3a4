"""What was asked for, what came, when it was bound, and what a member noted on it."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Ask(models.Model):
    """A paper asked for an item, of a person of the institution or of a unit; due by the rule of the orders."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    item = models.ForeignKey("meetings.Item", models.CASCADE, related_name="asks")
    what = models.CharField(max_length=160)
    unit_id = models.UUIDField(null=True)
    asked_id = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    by = models.UUIDField()
    at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_ask"
        indexes = [models.Index(fields=["institution_id", "due_at"], name="meetings_ask_due")]

    def __str__(self) -> str:
        return self.what


class Paper(models.Model):
    """One edition of a paper. `labels` are its pages' numbers once it is bound; `texts` the words of each page.

    `replaced_at`: it stands no more, for a newer edition took its place or a scanner found something in it (`scan`),
    and its file is gone then; its numbers stay its own. `is_open`: the secretary has let the public
    read this edition; a newer one waits for its own word.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    item = models.ForeignKey("meetings.Item", models.CASCADE, related_name="papers")
    ask = models.ForeignKey(Ask, models.SET_NULL, null=True, related_name="papers")
    title = models.CharField(max_length=160)
    edition = models.PositiveSmallIntegerField(default=1)
    file_id = models.UUIDField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=10)
    pages = models.PositiveSmallIntegerField()
    texts = models.JSONField(default=list)
    labels = models.JSONField(default=list)
    is_late = models.BooleanField(default=False)
    is_open = models.BooleanField(default=False, db_default=False)
    by = models.UUIDField()
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_paper"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "item", "title", "edition"], name="meetings_paper_edition"
            ),
            models.UniqueConstraint(fields=["institution_id", "item", "title", "sha256"], name="meetings_paper_once"),
        ]
        indexes = [models.Index(fields=["at"], name="meetings_paper_unscanned", condition=models.Q(scan="unscanned"))]

    def __str__(self) -> str:
        return self.title


class Pack(models.Model):
    """The pages of a meeting's papers have their numbers.

    `journal_ids` are the journal's rows that say which papers and numbers, the binding's first, then each supplement's;
    `receipts` their proofs, as anybody checks them without us, once the rows are in the log.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.OneToOneField("meetings.Meeting", models.PROTECT, related_name="pack")
    by = models.UUIDField()
    at = models.DateTimeField()
    changed_at = models.DateTimeField()
    journal_ids = models.JSONField(default=list)
    receipts = models.JSONField(default=list)

    class Meta:
        db_table = "meetings_pack"

    def __str__(self) -> str:
        return str(self.meeting_id)


class Kept(models.Model):
    """A pack or bundle as a file. `mark` is of all that it is made of, so that another state is another file."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE)
    mark = models.CharField(max_length=64)
    file_id = models.UUIDField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    used_at = models.DateTimeField()

    class Meta:
        db_table = "meetings_kept"
        constraints = [models.UniqueConstraint(fields=["institution_id", "meeting", "mark"], name="meetings_kept_once")]
        indexes = [models.Index(fields=["used_at"], name="meetings_kept_used")]

    def __str__(self) -> str:
        return self.mark


class Note(models.Model):
    """A member's own words on a page of a paper, by the number that is printed on it; on the whole where it is empty.

    It is the person's and no institution's. `sealed` is its words, `noting` opens them. `once` and `sent` are the
    forms that made and changed it. `is_beside`: two phones wrote, and the words of both are kept. A note that was
    taken away (`ended_at`) has no words any more: what is left keeps a form that comes late from bringing it back.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT)
    paper = models.ForeignKey(Paper, models.PROTECT)
    label = models.CharField(max_length=12, blank=True)
    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    once = models.UUIDField()
    sent = models.JSONField(default=list)
    is_beside = models.BooleanField(default=False)
    at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_note"
        constraints = [models.UniqueConstraint(fields=["person_id", "once"], name="meetings_note_once")]
        indexes = [models.Index(fields=["person_id", "meeting"], name="meetings_note_of")]

    def __str__(self) -> str:
        return str(self.id)
