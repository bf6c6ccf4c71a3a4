"""Outside time-stampers say when a checkpoint was there."""

from django.db import migrations, models

import jumuishi.kernel.ids
from jumuishi.kernel import tenancy


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_cosignatures")]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("epoch", models.IntegerField()),
                ("size", models.BigIntegerField()),
                ("stamper", models.CharField(max_length=500)),
                ("reply", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "evidence_stamp",
                "constraints": [models.UniqueConstraint(fields=("epoch", "size", "stamper"), name="stamp_once")],
            },
        ),
        *tenancy.wall("evidence_stamp", read="true"),
    ]
