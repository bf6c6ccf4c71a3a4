"""Files on their way."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Upload(models.Model):
    """A file on its way in parts, for one question of a draft, or of a case (`case_id`) whose office asked for it.

    `draft_id` is the case's own id for a case, as an attachment has it. `sha256` is what the sender says of the whole:
    whoever begins the same file again goes on with it. Once taken (`done_at`) its parts are gone and the row stays
    until `expires_at`, so that a sender whose last answer was lost learns that it arrived.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    draft_id = models.UUIDField()
    case_id = models.UUIDField(null=True)
    field = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_upload"
        constraints = [
            models.UniqueConstraint(fields=["person_id", "draft_id", "field"], name="upload_once_a_field"),
            models.CheckConstraint(condition=models.Q(received__lte=models.F("size")), name="upload_within_size"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="upload_by_end")]

    def __str__(self) -> str:
        return str(self.id)
