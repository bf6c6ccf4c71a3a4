"""A move may stop before its end; the column is wide enough, so nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_open")]
    operations = [
        migrations.AlterField(
            model_name="move",
            name="state",
            field=models.CharField(
                choices=[("running", "Running"), ("done", "Done"), ("stopped", "Stopped")],
                default="running",
                max_length=8,
            ),
        ),
    ]
