"""The case that goes on for one that was the same."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_desk'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='merged_into',
            field=models.UUIDField(null=True),
        ),
    ]
