import django.db.models.deletion
from django.db import migrations, models

from jumuishi.kernel import tenancy

_SELF = "nullif(current_setting('jumuishi.person', true), '')::uuid"


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_open_session")]

    operations = [
        migrations.CreateModel(
            name="Pin",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="identity.person",
                    ),
                ),
                ("pin_hash", models.CharField(max_length=200)),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("locked_until", models.DateTimeField(null=True)),
                ("set_at", models.DateTimeField()),
            ],
            options={"db_table": "identity_pin"},
        ),
        *tenancy.wall("identity_pin", read=f"person_id = {_SELF}"),
    ]
