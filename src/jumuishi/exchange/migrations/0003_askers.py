import django.db.models.deletion
from django.db import migrations, models

import jumuishi.kernel.ids
from jumuishi.kernel import tenancy


class Migration(migrations.Migration):
    """Who asks registers in an institution's name."""

    dependencies = [("exchange", "0002_keys_of_members")]

    operations = [
        migrations.CreateModel(
            name="Asker",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("institution_id", models.UUIDField(unique=True)),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                (
                    "credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.credential"
                    ),
                ),
                (
                    "subsystem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.subsystem"
                    ),
                ),
            ],
            options={"db_table": "exchange_asker"},
        ),
        *tenancy.wall("exchange_asker", institution="institution_id"),
    ]
