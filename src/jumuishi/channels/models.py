"""Sessions of phones. Nobody's but the system's: a phone says no name, and what is kept of one is sealed."""

from django.db import models


class UssdSession(models.Model):
    """What a phone's session needs to go on with, sealed; the phone itself is a keyed hash."""

    phone_hash = models.CharField(primary_key=True, max_length=64)
    kept = models.BinaryField()
    # No index: each answer changes it, and only the hourly sweep looks for it.
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "channels_ussd_session"

    def __str__(self) -> str:
        return self.phone_hash[:8]
