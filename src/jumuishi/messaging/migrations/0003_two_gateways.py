"""More than one gateway, what a message costs, an institution's own sender, and messages that come in."""

from django.db import migrations, models

import jumuishi.kernel.ids
from jumuishi.kernel import tenancy


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_mail")]

    operations = [
        migrations.AddField("message", "topic", models.CharField(blank=True, db_default="", default="", max_length=20)),
        migrations.AddField(
            "message", "refused_by", models.CharField(blank=True, db_default="", default="", max_length=60)
        ),
        migrations.AddField(
            "message", "their_id", models.CharField(blank=True, db_default="", default="", max_length=100)
        ),
        migrations.AddField("message", "cost", models.DecimalField(decimal_places=4, max_digits=12, null=True)),
        migrations.CreateModel(
            name="Gateway",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("failures", models.IntegerField()),
                ("why", models.CharField(max_length=80)),
                ("open_until", models.DateTimeField()),
            ],
            options={"db_table": "messaging_gateway"},
        ),
        migrations.CreateModel(
            name="Terms",
            fields=[
                ("institution_id", models.UUIDField(primary_key=True, serialize=False)),
                ("sender", models.CharField(blank=True, max_length=11)),
                ("most_a_day", models.IntegerField(null=True)),
            ],
            options={"db_table": "messaging_terms"},
        ),
        migrations.CreateModel(
            name="EarlyReport",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("gateway", models.CharField(max_length=20)),
                ("their_id", models.CharField(max_length=100)),
                ("is_delivered", models.BooleanField()),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "messaging_early_report",
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "their_id"), name="early_report_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Heard",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("gateway", models.CharField(max_length=20)),
                ("their_id", models.CharField(max_length=100)),
                ("word", models.CharField(max_length=20)),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "messaging_heard",
                "constraints": [models.UniqueConstraint(fields=("gateway", "their_id"), name="heard_once")],
            },
        ),
        migrations.CreateModel(
            name="Stopped",
            fields=[
                ("phone_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
            ],
            options={"db_table": "messaging_stopped"},
        ),
        *tenancy.wall("messaging_gateway"),
        *tenancy.wall("messaging_terms", read=f"institution_id = {tenancy.MY_OFFICE}"),
        *tenancy.wall("messaging_early_report"),
        *tenancy.wall("messaging_heard"),
        *tenancy.wall("messaging_stopped"),
    ]
