"""A letter may carry a calendar: an invitation to a meeting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0005_replies")]

    operations = [
        migrations.AddField("mail", "invitation", models.TextField(blank=True, db_default="", default="")),
    ]
