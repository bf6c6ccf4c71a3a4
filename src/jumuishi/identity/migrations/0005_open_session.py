"""Which sessions are open, for their own person: a row goes with its session."""

import django.db.models.deletion
from django.db import migrations, models

from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id

_SELF = "nullif(current_setting('jumuishi.person', true), '')::uuid"


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_api_key"), ("sessions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="OpenSession",
            fields=[
                ("id", models.UUIDField(default=new_id, primary_key=True, serialize=False)),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("kind", models.CharField(max_length=8)),
                ("browser", models.CharField(blank=True, max_length=40)),
                ("network", models.CharField(blank=True, max_length=45)),
                ("begun_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="identity.person"
                    ),
                ),
            ],
            options={"db_table": "identity_open_session"},
        ),
        # The database's own: whoever drops a session, in whatever way, drops its row here.
        migrations.RunSQL(
            "ALTER TABLE identity_open_session ADD CONSTRAINT open_session_of_a_session FOREIGN KEY (session_key) "
            "REFERENCES django_session (session_key) ON DELETE CASCADE",
            "ALTER TABLE identity_open_session DROP CONSTRAINT open_session_of_a_session",
        ),
        *tenancy.wall("identity_open_session", read=f"person_id = {_SELF}"),
    ]
