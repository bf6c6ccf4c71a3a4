"""The sequencer takes acts before looks, however many of these wait."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("evidence", "0001_initial")]

    operations = [
        IndexQuietly(
            "commitment", models.Index(fields=["id"], name="queue_of_acts", condition=models.Q(look=False))
        ),
    ]
