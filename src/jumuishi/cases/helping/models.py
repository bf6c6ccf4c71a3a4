"""A person's consent to be helped, and what institutions agreed about those who help for a fee."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Mandate(models.Model):
    """An owner lets a helper apply: in one application, in one service, in all of them; from a moment until another.

    It is asked first (`given_at` empty), and counts once the owner's code, or a second officer who saw the owner's
    mark, gave it. `institution_id` is where the helper works; empty for a relative or guardian. Ended, it opens
    nothing any more: the row policies of drafts, cases and files ask it each time.
    """

    class Kind(models.TextChoices):
        COUNTER = "counter"
        EXECUTIVE = "executive"
        AGENT = "agent"
        RELATIVE = "relative"
        GUARDIAN = "guardian"

    class Scope(models.TextChoices):
        CASE = "case"
        SERVICE = "service"
        ALL = "all"

    class Proof(models.TextChoices):
        CODE = "code"
        MARK = "mark"

    class Why(models.TextChoices):
        OWNER = "owner"
        REPUDIATED = "repudiated"
        HELPER = "helper"
        OVER = "over"
        UNANSWERED = "unanswered"
        AGREEMENT = "agreement"

    id = models.UUIDField(primary_key=True, default=new_id)
    owner_id = models.UUIDField(null=True)
    owner_phone = models.CharField(max_length=16, blank=True)
    owner_name = models.CharField(max_length=120, blank=True)
    helper_id = models.UUIDField()
    helper_name = models.CharField(max_length=120, blank=True)
    institution_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    scope = models.CharField(max_length=8, choices=Scope.choices)
    offering_id = models.UUIDField(null=True)
    # What was asked for in one breath, with one code, shares this; empty for one alone.
    together = models.UUIDField(null=True)
    fee = models.PositiveIntegerField(default=0)
    proof = models.CharField(max_length=4, choices=Proof.choices)
    language = models.CharField(max_length=2, default="sw")
    witness_id = models.UUIDField(null=True)
    witness_name = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField()
    repudiable_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_why = models.CharField(max_length=10, choices=Why.choices, blank=True)

    class Meta:
        db_table = "cases_mandate"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(given_at=None) | models.Q(owner_id__isnull=False), name="mandate_of_somebody"
            ),
            models.CheckConstraint(
                condition=models.Q(owner_id=None) | ~models.Q(owner_id=models.F("helper_id")), name="mandate_to_another"
            ),
            models.CheckConstraint(
                condition=models.Q(witness_id=None) | ~models.Q(witness_id=models.F("helper_id")),
                name="mandate_seen_by_a_second",
            ),
        ]
        indexes = [
            models.Index(
                fields=["helper_id", "-asked_at"], name="mandate_of_helper", condition=models.Q(ended_at=None)
            ),
            models.Index(fields=["owner_id", "-asked_at"], name="mandate_by_owner"),
            models.Index(
                fields=["owner_phone", "-asked_at"], name="mandate_by_phone", condition=~models.Q(owner_phone="")
            ),
            models.Index(
                fields=["institution_id", "asked_at"],
                name="mandate_to_witness",
                condition=models.Q(ended_at=None, given_at=None, proof="mark"),
            ),
            models.Index(fields=["until_at"], name="mandate_by_end", condition=models.Q(ended_at=None)),
            models.Index(fields=["together"], name="mandate_together", condition=models.Q(together__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Agreement(models.Model):
    """An institution lets another one's staff apply for people as licensed agents, for no more than `most` a time.

    Somebody writes it, and it counts once a second person approved it. `service` empty: all that the institution
    offers. `most` is in the smallest unit of the installation's currency. `refused_why` belongs to one that ended
    before it counted.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    agent_id = models.UUIDField()
    service = models.CharField(max_length=40, blank=True)
    most = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "cases_agreement"
        indexes = [models.Index(fields=["institution_id", "agent_id"], name="agreement_by_agent")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(institution_id=models.F("agent_id")), name="agreement_with_another"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None, approved_at=None)
                | models.Q(approved_by__isnull=False, approved_at__isnull=False)
                & ~models.Q(approved_by=models.F("made_by")),
                name="agreement_by_two",
            ),
            models.CheckConstraint(
                condition=models.Q(refused_why="") | models.Q(approved_at=None),
                name="agreement_refused_or_approved",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Outlet(models.Model):
    """Where an agent is found under an agreement: a ward, and the way to it in words. `search` is what it is found by.

    `search` begins with the ward, so that its order is that of the places.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="outlets", db_index=False)
    place = models.CharField(max_length=12)
    where = models.CharField(max_length=120, blank=True)
    search = models.CharField(max_length=600)

    class Meta:
        db_table = "cases_outlet"
        indexes = [
            models.Index(fields=["agreement"], name="outlet_of_agreement"),
            models.Index(fields=["search", "id"], name="outlet_by_place"),
        ]

    def __str__(self) -> str:
        return str(self.id)
