"""Answers corrected when their person asked; and when the personal data of a case was erased."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy

KIND = "current_setting('jumuishi.kind', true)"
AS_PERSON = f"({KIND} = 'person' AND person_id = nullif(current_setting('jumuishi.person', true), '')::uuid)"
AS_OFFICE = (
    f"({KIND} IN ('institution', 'authority') "
    "AND institution_id = nullif(current_setting('jumuishi.institution', true), '')::uuid)"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_office")]

    operations = [
        migrations.AddField("case", "erased_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("institution_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("case", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="cases.case"
                )),
                ("field", models.CharField(max_length=40)),
                ("old", models.JSONField(null=True)),
                ("new", models.JSONField(null=True)),
                ("stands", models.BooleanField()),
                ("reason", models.CharField(max_length=500)),
                ("by_person_id", models.UUIDField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_correction",
                "indexes": [
                    models.Index(fields=["institution_id", "case", "created_at"], name="correction_by_case")
                ],
            },
        ),
        *tenancy.wall("cases_correction", read=f"{AS_PERSON} OR {AS_OFFICE}"),
    ]  # fmt: skip
