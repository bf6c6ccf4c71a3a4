"""Letters by e-mail: read and written by the platform alone."""

from django.db import migrations, models

import jumuishi.kernel.ids
import jumuishi.messaging.types
from jumuishi.kernel import tenancy


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_messages")]

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("to", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=160)),
                ("text", models.TextField()),
                ("purpose", models.CharField(max_length=80)),
                ("state", models.CharField(default=jumuishi.messaging.types.MessageState["QUEUED"], max_length=10)),
                ("attempts", models.IntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "messaging_mail",
                "indexes": [
                    models.Index(fields=["to", "created_at"], name="mail_by_address"),
                    models.Index(
                        fields=["next_attempt_at"], name="mail_to_send", condition=models.Q(("state", "queued"))
                    ),
                ],
            },
        ),
        *tenancy.wall("messaging_mail"),
    ]
