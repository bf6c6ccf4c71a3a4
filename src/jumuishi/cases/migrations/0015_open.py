"""Open cases of a service in the order of their ids, few among many that have ended."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0014_moving")]

    operations = [
        IndexQuietly("case", models.Index(
            condition=models.Q(("outcome", "")), fields=["institution_id", "service", "id"], name="case_open",
        )),
    ]  # fmt: skip
