"""Answers to what phones wrote, to be forgotten after some days: built beside the writers."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("messaging", "0004_by_case_and_their_id")]

    operations = [
        IndexQuietly(
            "message",
            models.Index(
                condition=models.Q(("purpose", "reply"), models.Q(("to", ""), _negated=True)), fields=["created_at"],
                name="message_reply_to_forget",
            ),
        ),
    ]
