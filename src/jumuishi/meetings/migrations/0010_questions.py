"""What members ask the office before a meeting."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0009_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('person_id', models.UUIDField()),
                ('text', models.CharField(max_length=1000)),
                ('once', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('owner_id', models.UUIDField()),
                ('passed_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=4000)),
                ('answered_by', models.UUIDField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('is_for_all', models.BooleanField(default=False)),
                ('told_at', models.DateTimeField(null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='meetings.item')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='meetings.meeting')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='meetings.member')),
            ],
            options={
                'db_table': 'meetings_question',
                'indexes': [models.Index(condition=models.Q(('answered_at', None)), fields=['institution_id', 'owner_id'], name='meetings_question_waits')],
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'meeting', 'member', 'once'), name='meetings_question_once')],
            },
        ),
    ]

# The institution's; whoever asked reads what they asked, as their own data.
Migration.operations += [
    *tenancy.wall("meetings_question", institution="institution_id", read=f"person_id = {tenancy.MYSELF}")
]
