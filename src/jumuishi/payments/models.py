"""Bills, payments, refund tasks and the traffic with the gateway. Money is whole units of the row's currency."""

from django.db import models
from django.db.models import Q

from jumuishi.kernel.ids import new_id
from jumuishi.payments.types import RefundState


class CollectionAccount(models.Model):
    """How the gateway knows an institution: its service provider codes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField(unique=True)
    sp_code = models.CharField(max_length=20)
    sub_sp_code = models.CharField(max_length=20)
    system_id = models.CharField(max_length=40)
    gfs_code = models.CharField(max_length=20)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "payments_account"

    def __str__(self) -> str:
        return self.sp_code


class Bill(models.Model):
    """A request for money. `root_id` is the first bill of its debt; `amount` the debt, `asked` what this bill asks."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    root_id = models.UUIDField(db_index=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    idempotency_key = models.CharField(max_length=200)
    lines = models.JSONField()
    amount = models.BigIntegerField()
    asked = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    partial = models.BooleanField(default=False)
    payer_name = models.CharField(max_length=120)
    phone = models.CharField(max_length=16, blank=True)
    description = models.CharField(max_length=200)
    control_number = models.CharField(max_length=20, null=True, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    number_due_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    refusal_code = models.CharField(max_length=8, blank=True)
    expired_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=200, blank=True)
    paid_told = models.BooleanField(default=False)

    class Meta:
        db_table = "payments_bill"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0) & Q(asked__gt=0), name="bill_asks_something"),
            models.UniqueConstraint(fields=["institution_id", "case_id", "idempotency_key"], name="bill_once"),
        ]
        indexes = [
            models.Index(fields=["institution_id", "issued_at"], name="bill_by_institution"),
            models.Index(fields=["expires_at"], name="bill_open", condition=Q(expired_at=None, cancelled_at=None)),
            models.Index(fields=["next_attempt_at"], name="bill_to_send", condition=Q(next_attempt_at__isnull=False)),
            models.Index(fields=["number_due_at"], name="bill_unnumbered", condition=Q(control_number=None)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Payment(models.Model):
    """Money that the gateway says has arrived; its receipt (PayRefId) is unique, so a repeat is no second payment."""

    id = models.UUIDField(primary_key=True, default=new_id)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="payments")
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    receipt = models.CharField(max_length=60)
    transaction_reference = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField()
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=60, blank=True)
    provider = models.CharField(max_length=60, blank=True)
    found_by = models.CharField(max_length=20, default="callback")

    class Meta:
        db_table = "payments_payment"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "receipt"], name="payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_money"),
        ]
        indexes = [models.Index(fields=["institution_id", "paid_at"], name="payment_by_institution")]

    def __str__(self) -> str:
        return self.receipt


class RefundTask(models.Model):
    """Money that must go back to a payer; one open task a debt, its amount follows the facts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    root = models.ForeignKey(Bill, models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default=RefundState.OPEN)
    owner_role = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    late_reason = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    reference = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "payments_refund"
        constraints = [
            models.UniqueConstraint(fields=["root"], condition=Q(state="open"), name="refund_one_open"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_money"),
        ]
        indexes = [models.Index(fields=["institution_id", "state", "due_at"], name="refund_list")]

    def __str__(self) -> str:
        return str(self.id)


class GatewayMessage(models.Model):
    """What was said to and by the gateway, kept as it went over the wire; third-party table: the system's alone."""

    id = models.UUIDField(primary_key=True, default=new_id)
    direction = models.CharField(max_length=3)
    kind = models.CharField(max_length=40)
    bill_reference = models.CharField(max_length=60, blank=True, db_index=True)
    body = models.BinaryField()
    answer_code = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "payments_message"

    def __str__(self) -> str:
        return f"{self.direction} {self.kind}"


class Reconciliation(models.Model):
    """One day's comparison with the gateway for one service provider code."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.BigIntegerField(unique=True)
    sp_code = models.CharField(max_length=20)
    day = models.DateField()
    requested_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    matched = models.IntegerField(default=0)
    recovered = models.IntegerField(default=0)
    differing = models.IntegerField(default=0)

    class Meta:
        db_table = "payments_reconciliation"
        constraints = [models.UniqueConstraint(fields=["sp_code", "day"], name="reconciliation_once")]

    def __str__(self) -> str:
        return f"{self.sp_code} {self.day}"


class Difference(models.Model):
    """A task: one payment on which the gateway and we differ for a day. Belongs to the institution that must look."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    sp_code = models.CharField(max_length=20)
    day = models.DateField()
    kind = models.CharField(max_length=10)
    receipt = models.CharField(max_length=60, blank=True)
    control_number = models.CharField(max_length=20, blank=True)
    ours = models.BigIntegerField(null=True)
    theirs = models.BigIntegerField(null=True)
    owner_role = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    late_reason = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "payments_difference"
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "sp_code", "day", "kind", "receipt", "control_number"],
                name="difference_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["institution_id", "due_at"], name="difference_open", condition=Q(settled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
