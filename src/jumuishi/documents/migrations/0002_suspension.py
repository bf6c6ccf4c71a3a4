"""A document can be suspended: columns that an old version of the application need not know."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_documents")]

    operations = [
        migrations.AddField("document", "suspended_at", models.DateTimeField(null=True)),
        migrations.AddField("document", "suspended_until", models.DateField(null=True)),
        migrations.AddField(
            "document", "suspend_reason", models.CharField(blank=True, db_default="", max_length=200)
        ),
    ]
