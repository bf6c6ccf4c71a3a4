"""Why a request was answered late, in the officer's own words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_rights")]

    operations = [
        migrations.AddField("request", "late_reason", models.CharField(max_length=500, blank=True, default="", db_default="")),
    ]
