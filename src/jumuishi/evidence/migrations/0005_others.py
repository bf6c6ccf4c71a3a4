"""What was seen of the logs of others, and where one contradicted itself."""

from django.db import migrations, models

import jumuishi.kernel.ids
from jumuishi.kernel import tenancy


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_stamps")]

    operations = [
        migrations.CreateModel(
            name="SeenElsewhere",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=200, unique=True)),
                ("size", models.BigIntegerField()),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "evidence_seen_elsewhere"},
        ),
        migrations.CreateModel(
            name="Contradiction",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=200)),
                ("one", models.TextField()),
                ("other", models.TextField()),
                ("proof", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "evidence_contradiction",
                "indexes": [models.Index(fields=["origin", "at"], name="contradiction_of_log")],
            },
        ),
        *tenancy.wall("evidence_seen_elsewhere"),
        *tenancy.wall("evidence_contradiction"),
    ]
