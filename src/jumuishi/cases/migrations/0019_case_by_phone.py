"""Open cases of a phone, for whoever writes from it."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0018_told_in")]

    operations = [
        IndexQuietly("case", models.Index(
            condition=models.Q(("outcome", ""), models.Q(("phone", ""), _negated=True)), fields=["phone"],
            name="case_by_phone",
        )),
    ]  # fmt: skip
