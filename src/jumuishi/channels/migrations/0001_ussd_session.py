from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="UssdSession",
            fields=[
                ("phone_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kept", models.BinaryField()),
                ("seen_at", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "channels_ussd_session"},
        ),
        *tenancy.wall("channels_ussd_session"),
    ]
