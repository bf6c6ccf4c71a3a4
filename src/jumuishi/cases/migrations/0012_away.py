"""Open tasks of our cases that lie with another institution: few among many."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0011_merged")]

    operations = [
        IndexQuietly("task", models.Index(
            condition=models.Q(("state", "open"), models.Q(("institution_id", models.F("home_id")), _negated=True)),
            fields=["home_id", "due_at"], name="task_away",
        )),
    ]  # fmt: skip
