"""Open cases brought to a newer edition: what was looked at, moved and asked; what a draft has set aside."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0013_planned_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('offering_id', models.UUIDField(null=True)),
                ('service', models.CharField(max_length=40)),
                ('edition_hash', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('survey', 'Survey'), ('move', 'Move')], max_length=8)),
                ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done')], default='running', max_length=8)),
                ('officer_id', models.UUIDField()),
                ('appointment_id', models.UUIDField(null=True)),
                ('answer_days', models.PositiveIntegerField(default=0)),
                ('all', models.PositiveIntegerField(default=0)),
                ('seen', models.PositiveIntegerField(default=0)),
                ('safe', models.PositiveIntegerField(default=0)),
                ('ask', models.PositiveIntegerField(default=0)),
                ('cannot', models.PositiveIntegerField(default=0)),
                ('groups', models.JSONField(default=dict)),
                ('cursor', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'cases_move',
            },
        ),
        migrations.CreateModel(
            name='MoveItem',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('person_id', models.UUIDField()),
                ('from_hash', models.CharField(max_length=64)),
                ('to_hash', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('moved', 'Moved'), ('asked', 'Asked'), ('agreed', 'Agreed'), ('declined', 'Declined'), ('lapsed', 'Lapsed'), ('cannot', 'Cannot')], max_length=8)),
                ('why', models.JSONField(default=list)),
                ('consent', models.JSONField(null=True)),
                ('asked_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'cases_move_item',
            },
        ),
        migrations.AddField(
            model_name='draft',
            name='set_aside',
            field=models.JSONField(null=True),
        ),
        migrations.AddIndex(
            model_name='move',
            index=models.Index(fields=['institution_id', 'offering_id', '-created_at'], name='move_by_offering'),
        ),
        migrations.AddField(
            model_name='moveitem',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case'),
        ),
        migrations.AddField(
            model_name='moveitem',
            name='move',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='cases.move'),
        ),
        migrations.AddIndex(
            model_name='moveitem',
            index=models.Index(condition=models.Q(('state', 'asked')), fields=['asked_until'], name='move_asked_until'),
        ),
        migrations.AddConstraint(
            model_name='moveitem',
            constraint=models.UniqueConstraint(fields=('institution_id', 'move', 'case'), name='moved_once'),
        ),
        migrations.AddConstraint(
            model_name='moveitem',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('institution_id', 'case'), name='asked_once_at_a_time'),
        ),
        *tenancy.wall("cases_move", institution="institution_id"),
        *tenancy.wall("cases_move_item", institution="institution_id", person="person_id"),
    ]
