"""Numbers that people showed to be theirs, as marks; and what is unusual in how an institution's data are asked for."""

import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy

KIND = "current_setting('jumuishi.kind', true)"
MINE = f"({KIND} = 'person' AND person_id = nullif(current_setting('jumuishi.person', true), '')::uuid)"
OURS = (
    f"({KIND} IN ('institution', 'authority') "
    "AND institution_id = nullif(current_setting('jumuishi.institution', true), '')::uuid)"
)


class Migration(migrations.Migration):

    dependencies = [("privacy", "0002_late_reason")]

    operations = [
        migrations.CreateModel(
            name="ProvenNumber",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("kind", models.CharField(max_length=20)),
                ("mark", models.CharField(max_length=64)),
                ("ending", models.CharField(max_length=8)),
                ("source", models.CharField(max_length=500)),
                ("message_id", models.CharField(max_length=255)),
                ("proven_at", models.DateTimeField()),
            ],
            options={
                "db_table": "privacy_proven_number",
                "constraints": [models.UniqueConstraint(fields=("person_id", "mark"), name="number_once")],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("institution_id", models.UUIDField()),
                ("pattern", models.CharField(max_length=40)),
                ("client", models.CharField(max_length=400)),
                ("service", models.CharField(max_length=500)),
                ("asker", models.CharField(blank=True, max_length=64)),
                ("since_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("evidence", models.JSONField()),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("escalated_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, max_length=2000)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "privacy_finding",
                "indexes": [models.Index(fields=["institution_id", "closed_at", "due_at"], name="finding_by_due")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("institution_id", "pattern", "client", "service", "asker"),
                        name="finding_open_once",
                    )
                ],
            },
        ),
        *tenancy.wall("privacy_proven_number", read=MINE),
        *tenancy.wall("privacy_finding", read=OURS),
    ]
