"""The author of a proposal is told once that the check at the door did not let it through."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0002_editions_stand'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='stopped_at',
            field=models.DateTimeField(null=True),
        ),
    ]
