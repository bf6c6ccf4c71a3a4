"""Who asked (who then cannot decide), and the first of the two who say no."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("institutions", "0001_initial")]

    operations = [
        migrations.AddField("institution", "asked_by", models.UUIDField(null=True)),
        migrations.AddField("institution", "refused_by", models.UUIDField(null=True)),
    ]
