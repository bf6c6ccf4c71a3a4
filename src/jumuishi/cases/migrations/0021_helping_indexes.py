"""The way to what was begun under a consent, on tables that a country writes to all day."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0020_helping")]

    operations = [
        IndexQuietly(name, models.Index(
            condition=models.Q(("mandate_id__isnull", False)), fields=["mandate_id"], name=f"{name}_by_mandate",
        ))
        for name in ("case", "draft")
    ]  # fmt: skip
