"""A node signs for each of its members with the member's own key."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.AddField(model_name="nodekey", name="institution_id", field=models.UUIDField(null=True)),
        migrations.AddField(
            model_name="neighbour", name="public", field=models.BinaryField(db_default=b"", default=b"")
        ),
        migrations.AddField(
            model_name="node",
            name="centre_certificate",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="directory", name="mark", field=models.CharField(db_default="", default="", max_length=64)
        ),
    ]
