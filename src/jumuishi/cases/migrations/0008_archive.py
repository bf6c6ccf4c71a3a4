"""When a case left the lists, the last day on which it is kept, and who holds it longer."""

import django.db.models.deletion
from django.db import migrations, models

import jumuishi.kernel.ids
from jumuishi.kernel import tenancy

HERE = (
    "current_setting('jumuishi.kind', true) = 'institution' "
    "AND institution_id = nullif(current_setting('jumuishi.institution', true), '')::uuid"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_figures")]

    operations = [
        migrations.AddField("case", "archived_at", models.DateTimeField(null=True)),
        migrations.AddField("case", "keep_until", models.DateField(null=True)),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("institution_id", models.UUIDField()),
                ("reason", models.CharField(max_length=300)),
                ("put_by", models.UUIDField()),
                ("put_at", models.DateTimeField()),
                ("lifted_by", models.UUIDField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lift_reason", models.CharField(blank=True, max_length=300)),
                ("case", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="cases.case"
                )),
            ],
            options={
                "db_table": "cases_hold",
                "constraints": [models.UniqueConstraint(
                    condition=models.Q(("lifted_at", None)), fields=("institution_id", "case"),
                    name="hold_once_at_a_time",
                )],
            },
        ),
        *tenancy.wall("cases_hold", read=HERE),
    ]  # fmt: skip
