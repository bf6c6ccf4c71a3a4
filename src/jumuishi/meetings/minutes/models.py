"""Minutes as they are worked on, their editions, members' corrections, signatures, and who was sent them."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Minutes(models.Model):
    """The minutes of one meeting. `paragraphs`: what was written from events with what was edited beside it (merging).

    `seq`: as far as the events were read. `closes_at` ends the window for corrections; `sha256` is of the frozen
    edition. `number` is the signed document's, `number_public` that of its public edition (the same where nothing was
    closed). `waits_since` and `told_at` are its clock.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        FROZEN = "frozen"
        CONFIRMED = "confirmed"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.OneToOneField("meetings.Meeting", models.PROTECT, related_name="minutes")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    seq = models.PositiveIntegerField(default=0)
    paragraphs = models.JSONField(default=list)
    made_at = models.DateTimeField()
    waits_since = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_in = models.ForeignKey("meetings.Meeting", models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=16, blank=True)
    number_public = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "meetings_minutes"
        indexes = [models.Index(fields=["institution_id", "state", "waits_since"], name="meetings_minutes_wait")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.state}"


class MinutesEdition(models.Model):
    """What the minutes said at a step, for ever. `is_public`: without what was closed, made when they are confirmed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    is_public = models.BooleanField(default=False)
    what = models.CharField(max_length=12)
    paragraphs = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "meetings_minutes_edition"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "meeting", "number", "is_public"], name="meetings_minutes_edition_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.number}"


class Correction(models.Model):
    """What a member who was there says a paragraph should read; `command` recognises it sent twice."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="+")
    member = models.ForeignKey("meetings.Member", models.PROTECT, related_name="+")
    paragraph = models.CharField(max_length=60)
    text = models.TextField()
    why = models.CharField(max_length=500)
    command = models.UUIDField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_minutes_correction"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "meeting", "command"], name="meetings_minutes_correction_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paragraph} {self.state}"


class Signature(models.Model):
    """The chair's or the secretary's name under a frozen edition, by its digest."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="+")
    role = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    person_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "meetings_minutes_signature"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "meeting", "sha256", "role"], name="meetings_minutes_signed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.name}"


class Recipient(models.Model):
    """Where minutes go for a name that orders use ("dc", "rc"): the institution's own data."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    email = models.EmailField()

    class Meta:
        db_table = "meetings_minutes_recipient"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "key"], name="meetings_minutes_recipient_once")
        ]

    def __str__(self) -> str:
        return self.key


class Sending(models.Model):
    """Confirmed minutes on their way to one whom the rules name: the proof that they went, and that they were opened.

    `mark` is the hash of the word in the link, which stands in the letter alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="+")
    key = models.CharField(max_length=50)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    mark = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField(null=True)
    journal_id = models.UUIDField(null=True)

    class Meta:
        db_table = "meetings_minutes_sending"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "meeting", "key"], name="meetings_minutes_sent_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.sent_at}"
