"""What nodes are found to have done, members without their rights, certificates and logs that change over."""

from django.db import migrations, models

import jumuishi.kernel.ids
from jumuishi.kernel import tenancy


class Migration(migrations.Migration):
    dependencies = [("exchange", "0006_kept_bodies")]

    operations = [
        migrations.AddField(
            model_name="node", name="next_certificate", field=models.TextField(blank=True, db_default="", default="")
        ),
        migrations.AddField(model_name="node", name="next_made_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="neighbour", name="wish", field=models.JSONField(null=True)),
        migrations.AddField(model_name="neighbour", name="wished_by", field=models.UUIDField(null=True)),
        migrations.AddField(model_name="neighbour", name="wished_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="neighbour", name="log", field=models.JSONField(null=True)),
        migrations.AddField(model_name="neighbour", name="heard_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="seenlog",
            name="problem",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        # Nothing ever wrote it; the column goes in a later release.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="seenlog", name="finding")]
        ),
        migrations.CreateModel(
            name="RevokedMember",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("member_class", models.CharField(max_length=20)),
                ("member_code", models.CharField(max_length=60)),
                ("revoked_at", models.DateTimeField()),
                ("revoked_by", models.UUIDField()),
                ("reason", models.CharField(max_length=300)),
                ("restored_at", models.DateTimeField(null=True)),
                ("restored_by", models.UUIDField(null=True)),
                ("restored_for", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "db_table": "exchange_revoked_member",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("restored_at", None)), fields=("member_class", "member_code"),
                        name="member_revoked_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("restored_by__isnull", True),
                            models.Q(("restored_by", models.F("revoked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="two_people_restore_member",
                    ),
                ],
            },
        ),  # fmt: skip
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=200, unique=True)),
                ("node", models.CharField(max_length=60)),
                ("found_by", models.CharField(max_length=60)),
                ("histories", models.JSONField()),
                ("keys", models.JSONField()),
                ("found_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "db_table": "exchange_finding",
                "indexes": [models.Index(fields=["-found_at", "-id"], name="finding_by_age")],
            },
        ),
        *tenancy.wall("exchange_revoked_member", authority=True),
        *tenancy.wall("exchange_finding", authority=True),
    ]
