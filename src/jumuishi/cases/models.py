"""Drafts (the person's), cases and tasks (an institution's), and what was handed in with them."""

from django.db import models

from jumuishi.cases.helping.models import Agreement, Mandate, Outlet
from jumuishi.cases.lookups.models import Dispute, Look
from jumuishi.cases.models_desk import Batch, BatchItem, Mention, MessageTemplate, Remark, SavedList
from jumuishi.cases.moving.models import Move, MoveItem
from jumuishi.cases.resumable.models import Upload
from jumuishi.cases.sittings.models import Body, Item, Sitting
from jumuishi.cases.visits.models import Desk, Visit
from jumuishi.kernel.ids import new_id

__all__ = [
    "Agreement",
    "Attachment",
    "Batch",
    "BatchItem",
    "Body",
    "Case",
    "Correction",
    "Desk",
    "Dispute",
    "Draft",
    "Find",
    "Item",
    "Look",
    "Mandate",
    "Mention",
    "MessageTemplate",
    "Move",
    "MoveItem",
    "Note",
    "Outlet",
    "Remark",
    "SavedList",
    "Sitting",
    "Task",
    "Upload",
    "Visit",
]


class Draft(models.Model):
    """Answers that are not submitted yet. They belong to the person; no institution reads them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    offering_id = models.UUIDField()
    edition_hash = models.CharField(max_length=64)
    answers = models.JSONField(default=dict)
    done_pages = models.JSONField(default=list)
    door = models.CharField(max_length=8, default="web")
    language = models.CharField(max_length=2, default="sw")
    phone = models.CharField(max_length=16, blank=True)
    helper_id = models.UUIDField(null=True)
    mandate_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    # What was typed under an earlier edition and has no question in the one it was carried over to.
    set_aside = models.JSONField(null=True)
    # Pages that read otherwise since it was carried over; their person goes through them before it is submitted.
    look_again = models.JSONField(null=True)
    saved_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "cases_draft"
        indexes = [
            # Without the time: a person has few drafts, and each answer changes it.
            models.Index(fields=["person_id"], name="draft_of_person"),
            models.Index(fields=["mandate_id"], name="draft_by_mandate", condition=models.Q(mandate_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Attachment(models.Model):
    """A file handed in: the person's while it is a draft, the institution's too once the case is submitted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    draft_id = models.UUIDField()
    case_id = models.UUIDField(null=True)
    institution_id = models.UUIDField(null=True)
    field = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file_id = models.UUIDField()
    scan = models.CharField(max_length=12, default="unscanned")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "cases_attachment"
        indexes = [
            models.Index(fields=["person_id", "draft_id"], name="attachment_by_draft"),
            models.Index(fields=["institution_id", "case_id"], name="attachment_by_case"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Case(models.Model):
    """A submitted application under the edition it was submitted to. `state` is the stage machine's, whole.

    `waits` says for whom it waits now; `version` grows with what an officer must have seen before acting: the stage
    entered, the answers, who is on the applicant's side; a clock that was told or moved is none of these.
    """

    class Waits(models.TextChoices):
        OFFICE = "office"
        APPLICANT = "applicant"
        PAYMENT = "payment"
        NOBODY = ""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    offering_id = models.UUIDField()
    service = models.CharField(max_length=40)
    service_name = models.JSONField()
    edition_hash = models.CharField(max_length=64)
    settings = models.JSONField()
    reference = models.CharField(max_length=16)
    title = models.CharField(max_length=120)
    door = models.CharField(max_length=8)
    # The language that it was applied in, of its documents too; messages are in another one once the phone asks so.
    language = models.CharField(max_length=2)
    told_in = models.CharField(max_length=2, blank=True, default="", db_default="")
    phone = models.CharField(max_length=16, blank=True)
    helper_id = models.UUIDField(null=True)
    mandate_id = models.UUIDField(null=True)
    state = models.JSONField()
    stage = models.CharField(max_length=40)
    stage_name = models.JSONField()
    waits = models.CharField(max_length=10, choices=Waits.choices, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    answers_hash = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField()
    promise_due_at = models.DateTimeField(null=True)
    next_clock_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    merged_into = models.UUIDField(null=True)
    submit_entry = models.UUIDField()
    erased_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    keep_until = models.DateField(null=True)

    class Meta:
        db_table = "cases_case"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "reference"], name="reference_once"),
        ]
        indexes = [
            models.Index(fields=["reference"], name="case_by_reference"),
            models.Index(fields=["institution_id", "-submitted_at"], name="case_by_institution"),
            models.Index(
                fields=["institution_id", "next_clock_at"],
                name="case_waiting",
                condition=models.Q(waits__in=["applicant", "payment"]),
            ),
            models.Index(fields=["phone"], name="case_by_phone", condition=models.Q(outcome="") & ~models.Q(phone="")),
            models.Index(fields=["person_id", "-submitted_at"], name="case_by_person"),
            models.Index(fields=["mandate_id"], name="case_by_mandate", condition=models.Q(mandate_id__isnull=False)),
            # What ended when, for figures of service and for the end of its keeping.
            models.Index(
                fields=["institution_id", "outcome", "ended_at"],
                name="case_ended",
                condition=models.Q(ended_at__isnull=False),
            ),
            models.Index(
                fields=["institution_id", "ended_at"],
                name="case_to_archive",
                condition=models.Q(archived_at__isnull=True, ended_at__isnull=False),
            ),
            models.Index(
                fields=["institution_id", "keep_until"],
                name="case_keep_until",
                condition=models.Q(keep_until__isnull=False),
            ),
            # Open cases of a service, for a newer edition to be held against.
            models.Index(fields=["institution_id", "service", "id"], name="case_open", condition=models.Q(outcome="")),
            models.Index(
                fields=["next_clock_at"], name="case_by_clock", condition=models.Q(next_clock_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def spoken(self) -> str:
        """The language that the applicant is told in."""
        return self.told_in or self.language


class Task(models.Model):
    """What an officer of a role has to do by when: a task, one review, or (kind `sitting`) a committee's decision.

    A review may lie with another institution: `institution_id` is where it lies, `home_id` whose case it is,
    `moved_from` the due time before a day off moved it.
    """

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    home_id = models.UUIDField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    person_id = models.UUIDField()
    kind = models.CharField(max_length=8)
    stage = models.CharField(max_length=40)
    review = models.CharField(max_length=40, blank=True)
    visit = models.PositiveIntegerField(default=1)
    name = models.JSONField()
    role = models.CharField(max_length=40)
    assignee_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    moved_from = models.DateTimeField(null=True)
    escalate_role = models.CharField(max_length=40, blank=True)
    escalated_at = models.DateTimeField(null=True)
    late_reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)

    class Meta:
        db_table = "cases_task"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "case", "stage", "review", "visit"], name="task_once_a_visit"
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution_id", "due_at"], name="task_open_by_due", condition=models.Q(state="open")
            ),
            models.Index(fields=["home_id", "due_at"], name="task_open_of_home", condition=models.Q(state="open")),
            models.Index(
                fields=["home_id", "due_at"],
                name="task_away",
                condition=models.Q(state="open") & ~models.Q(institution_id=models.F("home_id")),
            ),
            models.Index(
                fields=["institution_id", "assignee_id", "role"],
                name="task_of_officer",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["institution_id", "escalate_role"],
                name="task_escalated",
                condition=models.Q(state="open", escalated_at__isnull=False),
            ),
            models.Index(fields=["institution_id", "case"], name="task_by_case"),
            models.Index(
                fields=["institution_id", "done_at"], name="task_done", condition=models.Q(done_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.id}"


class Note(models.Model):
    """A message between the office and the applicant on a case: a request, a reason, an answer."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    stage = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    text = models.TextField(max_length=2000)
    by_person_id = models.UUIDField(null=True)
    by_role = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "cases_note"
        indexes = [models.Index(fields=["institution_id", "case", "created_at"], name="note_by_case")]

    def __str__(self) -> str:
        return str(self.id)


class Correction(models.Model):
    """An answer that was corrected when its person asked: what stood there, what is right, who allowed it.

    `stands`: the case had ended, and its answers stay as they were decided on; this row is the mark beside them.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=40)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    stands = models.BooleanField()
    reason = models.CharField(max_length=500)
    by_person_id = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "cases_correction"
        indexes = [models.Index(fields=["institution_id", "case", "created_at"], name="correction_by_case")]

    def __str__(self) -> str:
        return f"{self.field} {self.id}"


class Find(models.Model):
    """A token of a case for the search of its institution: folded words, reference, phone."""

    id = models.BigAutoField(primary_key=True)
    institution_id = models.UUIDField()
    token = models.CharField(max_length=60)
    case = models.ForeignKey(Case, on_delete=models.CASCADE)

    class Meta:
        db_table = "cases_find"
        constraints = [models.UniqueConstraint(fields=["institution_id", "token", "case"], name="find_once")]

    def __str__(self) -> str:
        return self.token


class Hold(models.Model):
    """A person's word that a case is not erased, whatever its rule says: a dispute, an audit. Lifted by a word too."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=300)
    put_by = models.UUIDField()
    put_at = models.DateTimeField()
    lifted_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lift_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "cases_hold"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "case"], condition=models.Q(lifted_at=None), name="hold_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
