"""This node, what its institutions offer and ask for, and what went over the wire: an institution's own but for the directory."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Directory',
            fields=[
                ('serial', models.BigIntegerField(primary_key=True, serialize=False)),
                ('body', models.BinaryField()),
                ('fetched_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'exchange_directory',
            },
        ),
        migrations.CreateModel(
            name='Neighbour',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, unique=True)),
                ('endpoint', models.CharField(max_length=200)),
                ('statement', models.JSONField()),
                ('asked_at', models.DateTimeField()),
                ('members', models.JSONField(default=list)),
                ('admitted_by', models.UUIDField(null=True)),
                ('admitted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'db_table': 'exchange_neighbour',
            },
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('only', models.BooleanField(default=True, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('instance', models.CharField(max_length=20)),
                ('profile', models.CharField(max_length=20)),
                ('endpoint', models.CharField(max_length=200)),
                ('certificate', models.TextField()),
                ('centre_key', models.BinaryField()),
                ('centre_address', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'exchange_node',
            },
        ),
        migrations.CreateModel(
            name='NodeKey',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('use', models.CharField(max_length=10)),
                ('keyid', models.CharField(max_length=64, unique=True)),
                ('algorithm', models.CharField(max_length=30)),
                ('public', models.BinaryField()),
                ('sealed', models.BinaryField()),
                ('from_at', models.DateTimeField()),
                ('until_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'exchange_node_key',
            },
        ),
        migrations.CreateModel(
            name='SeenLog',
            fields=[
                ('origin', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('node', models.CharField(max_length=60)),
                ('size', models.BigIntegerField()),
                ('root', models.BinaryField()),
                ('note', models.TextField()),
                ('seen_at', models.DateTimeField()),
                ('checked_size', models.BigIntegerField(default=0)),
                ('checked_root', models.BinaryField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('finding', models.JSONField(null=True)),
            ],
            options={
                'db_table': 'exchange_seen_log',
            },
        ),
        migrations.CreateModel(
            name='Payload',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('record_id', models.UUIDField()),
                ('part', models.CharField(max_length=10)),
                ('sealed', models.BinaryField()),
                ('erase_on', models.DateField()),
            ],
            options={
                'db_table': 'exchange_payload',
                'indexes': [models.Index(fields=['record_id'], name='payload_by_record'), models.Index(fields=['erase_on'], name='payload_by_age')],
            },
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('journal_id', models.UUIDField()),
                ('role', models.CharField(choices=[('consumer', 'consumer'), ('provider', 'provider')], max_length=10)),
                ('message_id', models.CharField(max_length=255)),
                ('request_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('client', models.CharField(max_length=400)),
                ('service', models.CharField(max_length=500)),
                ('agreement_id', models.UUIDField(null=True)),
                ('purpose', models.CharField(blank=True, max_length=60)),
                ('method', models.CharField(max_length=10)),
                ('path', models.CharField(max_length=2000)),
                ('status', models.IntegerField()),
                ('error', models.CharField(blank=True, max_length=120)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('ms', models.IntegerField()),
                ('request_bytes', models.BigIntegerField()),
                ('response_bytes', models.BigIntegerField()),
            ],
            options={
                'db_table': 'exchange_record',
                'indexes': [models.Index(fields=['institution_id', '-at'], name='record_by_institution'), models.Index(fields=['at'], name='record_by_age')],
                'constraints': [models.UniqueConstraint(fields=('role', 'request_id'), name='exchange_request_once')],
            },
        ),
        migrations.CreateModel(
            name='Subsystem',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('code', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=120)),
                ('contact_name', models.CharField(max_length=120)),
                ('contact_email', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'exchange_subsystem',
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'code'), name='subsystem_once')],
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('code', models.CharField(max_length=60)),
                ('title', models.JSONField()),
                ('url', models.CharField(max_length=300)),
                ('seconds', models.IntegerField(default=60)),
                ('checks_certificate', models.BooleanField(default=True)),
                ('openapi', models.BinaryField(null=True)),
                ('openapi_type', models.CharField(blank=True, max_length=60)),
                ('endpoints', models.JSONField(default=list)),
                ('disabled_notice', models.CharField(blank=True, max_length=300)),
                ('keep_days', models.IntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('subsystem', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='exchange.subsystem')),
            ],
            options={
                'db_table': 'exchange_service',
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('network', 'network'), ('key', 'key')], max_length=10)),
                ('value', models.CharField(max_length=64)),
                ('hint', models.CharField(blank=True, max_length=8)),
                ('made_by', models.UUIDField()),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('subsystem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='credentials', to='exchange.subsystem')),
            ],
            options={
                'db_table': 'exchange_credential',
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('client', models.CharField(max_length=200)),
                ('consumer_id', models.UUIDField(null=True)),
                ('purpose', models.CharField(max_length=60)),
                ('purpose_words', models.JSONField()),
                ('legal_basis', models.CharField(max_length=300)),
                ('fields', models.JSONField(default=list)),
                ('rules', models.JSONField(default=list)),
                ('from_on', models.DateField()),
                ('until_on', models.DateField()),
                ('asked_by', models.UUIDField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('approved_by', models.UUIDField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='exchange.service')),
            ],
            options={
                'db_table': 'exchange_agreement',
                'indexes': [models.Index(fields=['institution_id', '-asked_at'], name='agreement_by_owner'), models.Index(fields=['consumer_id', '-asked_at'], name='agreement_by_consumer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_on__gte', models.F('from_on'))), name='agreement_has_days'), models.CheckConstraint(condition=models.Q(('approved_at__isnull', True), ('refused_at__isnull', True), _connector='OR'), name='agreement_decided_once')],
            },
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(fields=['institution_id', 'code'], name='exchange_service_by_owner'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(fields=('subsystem', 'code'), name='exchange_service_once'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['institution_id', 'subsystem'], name='credential_by_subsystem'),
        ),
        *tenancy.wall("exchange_node", authority=True),
        *tenancy.wall("exchange_node_key"),
        *tenancy.wall("exchange_neighbour", authority=True),
        *tenancy.wall("exchange_directory", read="true"),
        *tenancy.wall("exchange_seen_log", authority=True),
        *tenancy.wall("exchange_subsystem", institution="institution_id"),
        *tenancy.wall("exchange_credential", institution="institution_id"),
        *tenancy.wall("exchange_service", institution="institution_id"),
        *tenancy.wall("exchange_agreement", institution="institution_id", read=f"consumer_id = {tenancy.MY_OFFICE}"),
        *tenancy.wall("exchange_record", institution="institution_id", append_only=True),
        *tenancy.wall("exchange_payload", institution="institution_id", append_only=True),
    ]
