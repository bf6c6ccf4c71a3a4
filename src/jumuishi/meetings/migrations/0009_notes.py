"""Members' own notes on papers."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0008_papers"),
    ]

    operations = [
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('label', models.CharField(blank=True, max_length=12)),
                ('sealed', models.BinaryField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('once', models.UUIDField()),
                ('sent', models.JSONField(default=list)),
                ('is_beside', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='meetings.meeting')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='meetings.paper')),
            ],
            options={
                'db_table': 'meetings_note',
                'indexes': [models.Index(fields=['person_id', 'meeting'], name='meetings_note_of')],
                'constraints': [models.UniqueConstraint(fields=('person_id', 'once'), name='meetings_note_once')],
            },
        ),
    ]

# A person's and nobody else's: no institution has a way to its rows.
Migration.operations += [*tenancy.wall("meetings_note", person="person_id")]
