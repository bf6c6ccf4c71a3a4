"""Members are told of an item that came after the notice."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0014_scanned_evidence"),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='meetings.item'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='what',
            field=models.CharField(choices=[('called', 'Called'), ('changed', 'Changed'), ('added', 'Added'), ('cancelled', 'Cancelled')], max_length=10),
        ),
    ]
