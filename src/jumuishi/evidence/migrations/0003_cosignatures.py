"""Outside witnesses cosign checkpoints; which of these a quorum has cosigned."""

from django.db import migrations, models

import jumuishi.kernel.ids
from jumuishi.kernel import tenancy


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_queue_of_acts")]

    operations = [
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("epoch", models.IntegerField()),
                ("size", models.BigIntegerField()),
                ("witness", models.CharField(max_length=300)),
                ("line", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "evidence_cosignature",
                "indexes": [models.Index(fields=["witness", "epoch", "-size"], name="cosignature_of_witness")],
                "constraints": [
                    models.UniqueConstraint(fields=("epoch", "size", "witness"), name="cosignature_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Cosigned",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("epoch", models.IntegerField()),
                ("size", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "evidence_cosigned",
                "constraints": [models.UniqueConstraint(fields=("epoch", "size"), name="cosigned_once")],
            },
        ),
        # The log is public; only the system adds to it.
        *tenancy.wall("evidence_cosignature", read="true"),
        *tenancy.wall("evidence_cosigned", read="true"),
    ]
