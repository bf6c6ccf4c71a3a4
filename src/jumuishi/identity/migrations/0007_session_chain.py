"""A sign-in that is renewed in the same browser stays one: systems that stand on it need not be left."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_pin")]

    operations = [
        migrations.AddField(
            model_name="opensession", name="chain", field=models.UUIDField(db_index=True, null=True)
        ),
    ]
