"""Who wants to be told what happens, and what each was told: an institution's or a person's own."""

import django.db.models.deletion
import jumuishi.hooks.types
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Hook',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField(null=True)),
                ('person_id', models.UUIDField(null=True)),
                ('url', models.CharField(max_length=500)),
                ('topics', models.JSONField()),
                ('secret', models.BinaryField()),
                ('old_secret', models.BinaryField(null=True)),
                ('old_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('failures', models.IntegerField(default=0)),
                ('rest_until', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'hooks_hook',
                'indexes': [models.Index(fields=['institution_id', 'created_at'], name='hook_by_institution'), models.Index(fields=['person_id', 'created_at'], name='hook_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('institution_id__isnull', True), ('person_id__isnull', True), _connector='XOR'), name='hook_of_one_owner')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField(null=True)),
                ('person_id', models.UUIDField(null=True)),
                ('key', models.CharField(max_length=160)),
                ('topic', models.CharField(max_length=40)),
                ('body', models.TextField()),
                ('state', models.CharField(default=jumuishi.hooks.types.DeliveryState['WAITING'], max_length=10)),
                ('attempts', models.IntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('give_up_at', models.DateTimeField()),
                ('status', models.IntegerField(null=True)),
                ('failure', models.CharField(blank=True, max_length=40)),
                ('created_at', models.DateTimeField()),
                ('delivered_at', models.DateTimeField(null=True)),
                ('hook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='hooks.hook')),
            ],
            options={
                'db_table': 'hooks_delivery',
                'indexes': [models.Index(fields=['hook', '-created_at'], name='delivery_by_hook'), models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at'], name='delivery_to_send'), models.Index(fields=['created_at'], name='delivery_by_age'), models.Index(condition=models.Q(('state', 'dead')), fields=['hook'], name='delivery_dead')],
                'constraints': [models.UniqueConstraint(fields=('hook', 'key'), name='delivery_once')],
            },
        ),
        *tenancy.wall("hooks_hook", institution="institution_id", person="person_id"),
        *tenancy.wall("hooks_delivery", institution="institution_id", person="person_id"),
    ]
