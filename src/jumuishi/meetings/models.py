"""Bodies, their members and orders; meetings, their items and events. What happened is the events; all else follows."""

from django.db import models

from jumuishi.kernel.ids import new_id
from jumuishi.meetings.orders.types import Kind


class Body(models.Model):
    """A body of an institution. `seats` is how many it has by law, filled or not; null where that is not known."""

    class What(models.TextChoices):
        BOARD = "board"
        COUNCIL = "council"
        COMMITTEE = "committee"
        WARD = "ward"
        ASSEMBLY = "assembly"
        SESSION = "session"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    what = models.CharField(max_length=12, choices=What.choices)
    slug = models.SlugField(max_length=60)
    name = models.JSONField()
    place = models.CharField(max_length=12, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True)
    seats = models.PositiveSmallIntegerField(null=True)
    is_public = models.BooleanField(default=False)
    # The committee that it is where cases are decided, by its role there; empty for none.
    cases_role = models.CharField(max_length=40, blank=True, default="", db_default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_body"
        constraints = [models.UniqueConstraint(fields=["institution_id", "slug"], name="meetings_body_once")]

    def __str__(self) -> str:
        return self.slug


class Edition(models.Model):
    """One edition of a body's standing orders: entered by one, agreed by another, in force from a day.

    `definition` is what `orders` reads; without its gazette number nothing is agreed.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        AGREED = "agreed"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    body = models.ForeignKey(Body, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    definition = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    from_on = models.DateField(null=True)
    # Why it was sent back, until it is proposed again.
    note = models.CharField(max_length=300, blank=True, default="", db_default="")
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    agreed_by = models.UUIDField(null=True)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_edition"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "body", "number"], name="meetings_edition_once"),
            models.CheckConstraint(
                condition=models.Q(agreed_by=None) | ~models.Q(agreed_by=models.F("made_by")),
                name="two_people_agree_on_orders",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.number}"


class Member(models.Model):
    """A seat filled by somebody for a term. `person_id` is null for who has never signed in; contacts lie apart.

    `role` is the body's own word for what one is in it: member, chair, vice, secretary, ex-officio, adviser.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    body = models.ForeignKey(Body, models.PROTECT, related_name="members")
    person_id = models.UUIDField(null=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20)
    seat = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=12, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "meetings_member"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "body", "person_id"],
                condition=models.Q(until_on=None) & ~models.Q(person_id=None),
                name="meetings_member_once",
            )
        ]
        indexes = [
            models.Index(fields=["institution_id", "body", "name"], name="meetings_member_of"),
            models.Index(fields=["person_id"], name="meetings_member_is"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """How a member is reached; apart from the member, whose name the public may read."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    member = models.OneToOneField(Member, models.CASCADE, related_name="contact")
    phone = models.CharField(max_length=16, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="sw")

    class Meta:
        db_table = "meetings_contact"
        # Whose phone it is, when somebody signs in by it: across institutions, by the platform.
        indexes = [models.Index(fields=["phone"], name="meetings_contact_phone", condition=~models.Q(phone=""))]

    def __str__(self) -> str:
        return str(self.member_id)


class Meeting(models.Model):
    """One meeting, under the edition of the orders that was in force when it was called.

    `hall` is the fold of its events as far as `seq`, kept so that a command need not read them all; a test replays.
    `sequence` is the calendar's (RFC 5545): raised by each change that members are told of.
    """

    class State(models.TextChoices):
        PLANNED = "planned"
        CALLED = "called"
        OPEN = "open"
        ADJOURNED = "adjourned"
        ENDED = "ended"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Kind])
    title = models.JSONField(default=dict)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=160)
    is_public = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=500, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    hall = models.JSONField(default=dict)
    seq = models.PositiveIntegerField(default=0)
    is_closed_now = models.BooleanField(default=False)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_meeting"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "body", "number"], name="meetings_meeting_once"),
        ]
        indexes = [
            models.Index(fields=["institution_id", "body", "-starts_at"], name="meetings_meeting_of"),
            models.Index(fields=["starts_at"], name="meetings_meeting_when"),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.number}"


class Item(models.Model):
    """One matter on an agenda. `number` is what is said aloud ("4.2"); `section` its place in the order of business.

    `thing` and `thing_id` name what it came from (minutes, resolution, report, case), empty where it was put by hand.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=12)
    section = models.CharField(max_length=30)
    title = models.JSONField()
    is_closed = models.BooleanField(default=False)
    decision = models.CharField(max_length=30, blank=True)
    thing = models.CharField(max_length=20, blank=True)
    thing_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=10, blank=True)
    # When it came onto the agenda after the notice had gone out, by the rule that lets it; null: with the notice.
    late_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "meetings_item"
        indexes = [models.Index(fields=["institution_id", "meeting", "position"], name="meetings_item_of")]

    def __str__(self) -> str:
        return self.number


class Event(models.Model):
    """What happened, by its number in the meeting; `hall.events` says what `kind` and `body` are.

    `command` and `part` recognise a command that is sent twice. `is_closed`: from a closed session.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    body = models.JSONField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    command = models.UUIDField()
    part = models.PositiveSmallIntegerField(default=0)
    is_closed = models.BooleanField(default=False)

    class Meta:
        db_table = "meetings_event"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "meeting", "seq"], name="meetings_event_seq"),
            models.UniqueConstraint(
                fields=["institution_id", "meeting", "command", "part"], name="meetings_event_sent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class Ballot(models.Model):
    """A member's vote by name. Not an event: many come at once, and none waits for another; the count reads them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    meeting = models.ForeignKey(Meeting, models.PROTECT)
    vote = models.UUIDField()
    member = models.ForeignKey(Member, models.PROTECT)
    choice = models.CharField(max_length=10)
    way = models.CharField(max_length=10)
    command = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "meetings_ballot"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "vote", "member"], name="meetings_ballot_once")
        ]

    def __str__(self) -> str:
        return f"{self.vote} {self.member_id}"


# The tables of this room's own rooms, so that Django finds them here.
from jumuishi.meetings.allowances.models import Rate, Sheet  # noqa: E402
from jumuishi.meetings.calling.models import Apology, Feed, Notice, Service  # noqa: E402
from jumuishi.meetings.gallery.models import Follow, Told, Word  # noqa: E402
from jumuishi.meetings.minutes.models import (  # noqa: E402
    Correction,
    Minutes,
    MinutesEdition,
    Recipient,
    Sending,
    Signature,
)
from jumuishi.meetings.papers.models import Ask, Kept, Note, Pack, Paper  # noqa: E402
from jumuishi.meetings.questions.models import Question  # noqa: E402
from jumuishi.meetings.reminding.models import Unserved  # noqa: E402
from jumuishi.meetings.resolutions.models import Duty, Resolution, Step  # noqa: E402

__all__ = [
    "Apology",
    "Ask",
    "Ballot",
    "Body",
    "Contact",
    "Correction",
    "Duty",
    "Edition",
    "Event",
    "Feed",
    "Follow",
    "Item",
    "Kept",
    "Meeting",
    "Member",
    "Minutes",
    "MinutesEdition",
    "Note",
    "Notice",
    "Pack",
    "Paper",
    "Question",
    "Rate",
    "Recipient",
    "Resolution",
    "Sending",
    "Service",
    "Sheet",
    "Signature",
    "Step",
    "Told",
    "Unserved",
    "Word",
]
