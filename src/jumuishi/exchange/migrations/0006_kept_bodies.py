"""Bodies are kept under a key of their record's own, in pieces."""

from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [("exchange", "0005_courier")]

    operations = [
        migrations.CreateModel(
            name="KeptBodies",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("institution_id", models.UUIDField()),
                ("kept_at", models.DateTimeField()),
                ("erase_on", models.DateField()),
                ("key", models.BinaryField(null=True)),
                ("parts", models.JSONField(default=list)),
                ("held_by", models.UUIDField(null=True)),
                ("held_at", models.DateTimeField(null=True)),
                ("held_because", models.CharField(blank=True, max_length=300)),
                ("erased_by", models.UUIDField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("erased_because", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "db_table": "exchange_kept",
                "indexes": [
                    models.Index(
                        condition=models.Q(("held_at__isnull", True), ("key__isnull", False)),
                        fields=["erase_on"],
                        name="kept_by_end",
                    )
                ],
            },
        ),
        *tenancy.wall("exchange_kept", institution="institution_id", append_only=True),
        migrations.AddField(
            model_name="payload", name="number", field=models.IntegerField(db_default=0, default=0)
        ),
        migrations.AlterField(
            model_name="payload",
            name="part",
            field=models.CharField(choices=[("request", "request"), ("answer", "answer")], max_length=10),
        ),
    ]
