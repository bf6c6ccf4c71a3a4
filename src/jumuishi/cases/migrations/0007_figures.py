"""Indexes for what ended and what was done when; built beside the writers."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0006_batches")]

    operations = [
        IndexQuietly("case", models.Index(
            condition=models.Q(("ended_at__isnull", False)),
            fields=["institution_id", "outcome", "ended_at"], name="case_ended",
        )),
        IndexQuietly("task", models.Index(
            condition=models.Q(("done_at__isnull", False)), fields=["institution_id", "done_at"], name="task_done",
        )),
    ]  # fmt: skip
