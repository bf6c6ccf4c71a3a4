"""Packs and bundles are kept as they were made."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0015_late_items_told"),
    ]

    operations = [
        migrations.CreateModel(
            name='Kept',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('mark', models.CharField(max_length=64)),
                ('file_id', models.UUIDField()),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('used_at', models.DateTimeField()),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='meetings.meeting')),
            ],
            options={
                'db_table': 'meetings_kept',
                'indexes': [models.Index(fields=['used_at'], name='meetings_kept_used')],
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'meeting', 'mark'), name='meetings_kept_once')],
            },
        ),
    ]

Migration.operations += [*tenancy.wall("meetings_kept", institution="institution_id")]
