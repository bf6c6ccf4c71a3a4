"""Messages of a case, and by the name that a gateway gave them: built beside the writers."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("messaging", "0003_two_gateways")]

    operations = [
        IndexQuietly(
            "message",
            models.Index(condition=models.Q(("case_id__isnull", False)), fields=["case_id"], name="message_by_case"),
        ),
        IndexQuietly(
            "message",
            models.Index(
                condition=models.Q(("their_id", ""), _negated=True), fields=["their_id"], name="message_by_their_id"
            ),
        ),
        IndexQuietly(
            "message",
            models.Index(
                condition=models.Q(("purpose__startswith", "code."), ("state", "queued")), fields=["next_attempt_at"],
                name="message_code_to_send",
            ),
        ),
    ]
