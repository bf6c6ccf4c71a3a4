"""Notices that have not reached everybody."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0011_open_papers"),
    ]

    operations = [
        migrations.CreateModel(
            name='Unserved',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('left', models.PositiveIntegerField()),
                ('since', models.DateTimeField()),
                ('owner_told_at', models.DateTimeField(null=True)),
                ('head_told_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='unserved', to='meetings.notice')),
            ],
            options={
                'db_table': 'meetings_unserved',
            },
        ),
        *tenancy.wall("meetings_unserved", institution="institution_id"),
    ]
