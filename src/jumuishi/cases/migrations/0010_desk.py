"""Officers' notes for each other and whom they call, lists kept by name, ready messages."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_archive_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='MessageTemplate',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('service', models.CharField(blank=True, max_length=40)),
                ('name', models.CharField(max_length=80)),
                ('text', models.JSONField()),
                ('author_id', models.UUIDField()),
                ('changed_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'cases_message_template',
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('institution_id', 'service', 'name'), name='template_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('author_id', models.UUIDField()),
                ('text', models.TextField(max_length=2000)),
                ('created_at', models.DateTimeField()),
                ('struck_at', models.DateTimeField(null=True)),
                ('struck_by', models.UUIDField(null=True)),
                ('struck_reason', models.CharField(blank=True, max_length=300)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='cases.case')),
            ],
            options={
                'db_table': 'cases_remark',
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('officer_id', models.UUIDField()),
                ('created_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('remark', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='cases.remark')),
            ],
            options={
                'db_table': 'cases_mention',
            },
        ),
        migrations.CreateModel(
            name='SavedList',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('owner_id', models.UUIDField()),
                ('unit_id', models.UUIDField(null=True)),
                ('name', models.CharField(max_length=60)),
                ('query', models.JSONField()),
                ('is_first', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'cases_saved_list',
                'indexes': [models.Index(fields=['institution_id', 'unit_id'], name='list_by_unit')],
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'owner_id', 'name'), name='list_name_once'), models.UniqueConstraint(condition=models.Q(('is_first', True)), fields=('institution_id', 'owner_id'), name='list_first_once')],
            },
        ),
        migrations.AddIndex(
            model_name='remark',
            index=models.Index(fields=['institution_id', 'case', 'created_at'], name='remark_by_case'),
        ),
        migrations.AddIndex(
            model_name='mention',
            index=models.Index(condition=models.Q(('seen_at__isnull', True)), fields=['institution_id', 'officer_id', 'created_at'], name='mention_unseen'),
        ),
        *tenancy.wall("cases_remark", institution="institution_id"),
        *tenancy.wall("cases_mention", institution="institution_id"),
        *tenancy.wall("cases_saved_list", institution="institution_id"),
        *tenancy.wall("cases_message_template", institution="institution_id"),
    ]
