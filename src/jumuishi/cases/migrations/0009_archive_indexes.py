"""What may leave the lists, and what may be erased; built beside the writers."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0008_archive")]

    operations = [
        IndexQuietly("case", models.Index(
            condition=models.Q(("archived_at__isnull", True), ("ended_at__isnull", False)),
            fields=["institution_id", "ended_at"], name="case_to_archive",
        )),
        IndexQuietly("case", models.Index(
            condition=models.Q(("keep_until__isnull", False)), fields=["institution_id", "keep_until"],
            name="case_keep_until",
        )),
    ]  # fmt: skip
