"""The key that follows: the centre's as its directory told it, a node's as its statement did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0008_bundles")]

    operations = [
        migrations.AddField(
            model_name="node", name="next_centre_key", field=models.BinaryField(db_default=b"", default=b"")
        ),
        migrations.AddField(
            model_name="neighbour", name="next_public", field=models.BinaryField(db_default=b"", default=b"")
        ),
    ]
