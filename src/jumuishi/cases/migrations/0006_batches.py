"""One act on many tasks: what was chosen, what each was foreseen to come to and came to."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_visits'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('officer_id', models.UUIDField()),
                ('appointment_id', models.UUIDField()),
                ('verb', models.CharField(blank=True, max_length=12)),
                ('said', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('chosen', 'Chosen'), ('foreseeing', 'Foreseeing'), ('ready', 'Ready'), ('running', 'Running'), ('done', 'Done')], default='chosen', max_length=10)),
                ('left_out', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'cases_batch',
                'indexes': [models.Index(fields=['institution_id', 'officer_id', '-created_at'], name='batch_by_officer')],
            },
        ),
        migrations.CreateModel(
            name='BatchItem',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('position', models.PositiveIntegerField()),
                ('version', models.PositiveIntegerField(default=0)),
                ('assignee_id', models.UUIDField(null=True)),
                ('foreseen', models.JSONField(null=True)),
                ('result', models.JSONField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='cases.batch')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.task')),
            ],
            options={
                'db_table': 'cases_batch_item',
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'batch', 'position'), name='batch_position_once')],
            },
        ),
        *tenancy.wall("cases_batch", institution="institution_id"),
        *tenancy.wall("cases_batch_item", institution="institution_id"),
    ]
