"""Notices and their service, apologies, calendars."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0005_allowances"),
    ]

    operations = [
        migrations.AddField(
            model_name='item',
            name='late_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('mark', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'meetings_feed',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('person_id',), name='meetings_feed_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('sequence', models.PositiveIntegerField()),
                ('what', models.CharField(choices=[('called', 'Called'), ('changed', 'Changed'), ('cancelled', 'Cancelled')], max_length=10)),
                ('at', models.DateTimeField()),
                ('by', models.UUIDField()),
                ('serve_by', models.DateTimeField()),
                ('rule', models.JSONField(default=dict)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='meetings.meeting')),
                ('ordered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='meetings.member')),
            ],
            options={
                'db_table': 'meetings_notice',
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('code', models.CharField(max_length=8)),
                ('sms_id', models.UUIDField(null=True)),
                ('mail_id', models.UUIDField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('way', models.CharField(blank=True, max_length=10)),
                ('noted', models.CharField(blank=True, max_length=200)),
                ('journal_id', models.UUIDField(null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='meetings.member')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='meetings.notice')),
            ],
            options={
                'db_table': 'meetings_service',
            },
        ),
        migrations.CreateModel(
            name='Apology',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('reason', models.CharField(max_length=500)),
                ('way', models.CharField(max_length=10)),
                ('at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='apologies', to='meetings.meeting')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='meetings.member')),
            ],
            options={
                'db_table': 'meetings_apology',
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'meeting', 'member'), name='meetings_apology_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('institution_id', 'meeting', 'sequence'), name='meetings_notice_once'),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(fields=['code'], name='meetings_service_code'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(fields=('institution_id', 'notice', 'member'), name='meetings_service_once'),
        ),
    ]

Migration.operations += [
    *tenancy.wall("meetings_notice", institution="institution_id"),
    *tenancy.wall("meetings_service", institution="institution_id"),
    *tenancy.wall("meetings_apology", institution="institution_id"),
    *tenancy.wall("meetings_feed", person="person_id"),
]
