"""Whose data a call was about, as marks that only this installation can make."""

import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [("exchange", "0003_askers")]

    operations = [
        migrations.AddField(
            model_name="service", name="subjects", field=models.JSONField(db_default=[], default=list)
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("institution_id", models.UUIDField()),
                ("record_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("mark", models.CharField(blank=True, max_length=64)),
                ("asker", models.CharField(blank=True, max_length=64)),
                ("follows", models.BooleanField(default=False)),
                ("names", models.JSONField(default=list)),
                ("salt", models.BinaryField()),
            ],
            options={
                "db_table": "exchange_look",
                "indexes": [
                    models.Index(fields=["mark", "-at"], name="look_by_mark"),
                    models.Index(fields=["institution_id", "-at"], name="look_by_owner"),
                    models.Index(fields=["record_id"], name="look_by_record"),
                ],
            },
        ),
        *tenancy.wall("exchange_look", institution="institution_id", append_only=True),
    ]
