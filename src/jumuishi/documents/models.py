"""Keys and documents. Private keys are sealed (kernel.seal); rows are written by the platform alone, after policy."""

from django.db import models
from django.db.models import Q

from jumuishi.documents.types import DocumentState
from jumuishi.kernel.ids import new_id


class InstallationKey(models.Model):
    """The root (Ed25519, signs the public lists) and the certificate authority (P-256); the system's alone."""

    id = models.UUIDField(primary_key=True, default=new_id)
    purpose = models.CharField(max_length=10, unique=True)
    public = models.BinaryField()
    sealed_private = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "documents_installation_key"

    def __str__(self) -> str:
        return self.purpose


class InstitutionKey(models.Model):
    """An institution's pair of keys, Ed25519 for codes and P-256 for PDFs; it signs from not_before to retired_at."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    kid = models.BinaryField(unique=True)
    name = models.JSONField()
    public = models.BinaryField()
    sealed_private = models.BinaryField()
    certificate = models.BinaryField()
    sealed_pdf_private = models.BinaryField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    compromised_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "documents_institution_key"
        constraints = [
            models.UniqueConstraint(fields=["institution_id"], condition=Q(retired_at=None), name="key_one_that_signs")
        ]

    def __str__(self) -> str:
        return bytes(self.kid).hex()


class Document(models.Model):
    """A document that was issued; `details` are folded texts of which a checker must know one."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField(db_index=True)
    case_id = models.UUIDField()
    key = models.CharField(max_length=40)
    visit = models.IntegerField(default=1)
    number = models.CharField(max_length=16, unique=True)
    title = models.JSONField()
    issuer_name = models.JSONField()
    language = models.CharField(max_length=2)
    holder = models.CharField(max_length=200)
    details = models.JSONField(default=list)
    claims = models.JSONField(default=dict)
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    state = models.CharField(max_length=10, default=DocumentState.ISSUED)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_until = models.DateField(null=True)
    suspend_reason = models.CharField(max_length=200, blank=True, db_default="")
    signed_with = models.ForeignKey(InstitutionKey, models.PROTECT, related_name="documents")
    payload = models.TextField()
    file_id = models.UUIDField()
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "documents_document"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "case_id", "key", "visit"], name="document_once"),
            models.CheckConstraint(
                condition=Q(state="issued", ended_at=None)
                | Q(state__in=["revoked", "replaced"], ended_at__isnull=False),
                name="document_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["institution_id", "issued_at"], name="document_by_institution"),
            models.Index(fields=["ended_at"], name="document_ended", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["suspended_at"], name="document_suspended", condition=Q(suspended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number
