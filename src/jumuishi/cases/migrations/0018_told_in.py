"""The language that the applicant is told in, where it is not that of the application."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_look_again")]

    operations = [
        migrations.AddField("case", "told_in", models.CharField(blank=True, db_default="", default="", max_length=2)),
    ]
