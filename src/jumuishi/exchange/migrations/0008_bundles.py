"""Bundles for a stick, and large bodies on their way."""

import jumuishi.kernel.ids
from django.db import migrations, models
from jumuishi.kernel import tenancy

# Which files went and came between nodes is for every institution of this node to see; they hold nothing of anybody.
AN_OFFICE = f"{tenancy.MY_OFFICE} IS NOT NULL"


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0007_nodes'),
    ]

    operations = [
        migrations.CreateModel(
            name='BundleFile',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('direction', models.CharField(choices=[('out', 'out'), ('in', 'in')], max_length=3)),
                ('node', models.CharField(max_length=60)),
                ('number', models.BigIntegerField()),
                ('pack', models.UUIDField()),
                ('file', models.IntegerField()),
                ('is_last', models.BooleanField()),
                ('made_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('bytes', models.BigIntegerField()),
                ('parcels', models.IntegerField()),
                ('messages', models.IntegerField(default=0)),
                ('taken_at', models.DateTimeField(null=True)),
                ('lost_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'exchange_courier_bundle',
                'indexes': [models.Index(fields=['-at'], name='courier_bundle_by_age')],
                'constraints': [models.UniqueConstraint(fields=('direction', 'node', 'number', 'pack'), name='courier_bundle_once')],
            },
        ),
        migrations.CreateModel(
            name='Coming',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('node', models.CharField(max_length=60)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('received', models.BigIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'exchange_courier_coming',
                'indexes': [models.Index(fields=['node', 'id'], name='courier_coming_by_node')],
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'node', 'sha256'), name='courier_coming_once')],
            },
        ),
        migrations.CreateModel(
            name='Packing',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('node', models.CharField(max_length=60)),
                ('by', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('pack', models.UUIDField(null=True)),
                ('problem', models.CharField(blank=True, default='', max_length=60)),
                ('dropped_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'exchange_courier_packing',
                'indexes': [models.Index(fields=['-at'], name='courier_packing_by_age')],
            },
        ),
        migrations.CreateModel(
            name='Wanted',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('node', models.CharField(max_length=60)),
                ('sha256', models.CharField(max_length=64)),
                ('file', models.UUIDField()),
                ('size', models.BigIntegerField()),
                ('offset', models.BigIntegerField(default=0)),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'exchange_courier_wanted',
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'node', 'sha256'), name='courier_wanted_once')],
            },
        ),
        *tenancy.wall("exchange_courier_packing", read=AN_OFFICE),
        *tenancy.wall("exchange_courier_bundle", read=AN_OFFICE),
        *tenancy.wall("exchange_courier_coming", institution="institution_id"),
        *tenancy.wall("exchange_courier_wanted", institution="institution_id"),
    ]
