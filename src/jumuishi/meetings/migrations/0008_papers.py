"""Papers asked and handed in, and packs with their numbers."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0007_bodies"),
    ]

    operations = [
        migrations.CreateModel(
            name='Ask',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('what', models.CharField(max_length=160)),
                ('unit_id', models.UUIDField(null=True)),
                ('asked_id', models.UUIDField(null=True)),
                ('due_at', models.DateTimeField()),
                ('by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(null=True)),
                ('given_at', models.DateTimeField(null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asks', to='meetings.item')),
            ],
            options={
                'db_table': 'meetings_ask',
            },
        ),
        migrations.CreateModel(
            name='Pack',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('journal_ids', models.JSONField(default=list)),
                ('receipts', models.JSONField(default=list)),
                ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='pack', to='meetings.meeting')),
            ],
            options={
                'db_table': 'meetings_pack',
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('title', models.CharField(max_length=160)),
                ('edition', models.PositiveSmallIntegerField(default=1)),
                ('file_id', models.UUIDField()),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('scan', models.CharField(max_length=10)),
                ('pages', models.PositiveSmallIntegerField()),
                ('texts', models.JSONField(default=list)),
                ('labels', models.JSONField(default=list)),
                ('is_late', models.BooleanField(default=False)),
                ('by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('ask', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='papers', to='meetings.ask')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='meetings.item')),
            ],
            options={
                'db_table': 'meetings_paper',
            },
        ),
        migrations.AddIndex(
            model_name='ask',
            index=models.Index(fields=['institution_id', 'due_at'], name='meetings_ask_due'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.UniqueConstraint(fields=('institution_id', 'item', 'title', 'edition'), name='meetings_paper_edition'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.UniqueConstraint(fields=('institution_id', 'item', 'title', 'sha256'), name='meetings_paper_once'),
        ),
    ]

Migration.operations += [
    *tenancy.wall("meetings_ask", institution="institution_id"),
    *tenancy.wall("meetings_paper", institution="institution_id"),
    *tenancy.wall("meetings_pack", institution="institution_id"),
]
