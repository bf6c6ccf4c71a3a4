"""A committee's rules, its sittings and their agendas. An applicant reads what lies there of the own case."""
import django.db.models.deletion
import jumuishi.kernel.ids
from jumuishi.kernel import tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_corrections'),
    ]

    operations = [
        migrations.CreateModel(
            name='Body',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('role', models.CharField(max_length=40)),
                ('figures', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'cases_body',
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'role'), name='body_once')],
            },
        ),
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('role', models.CharField(max_length=40)),
                ('name', models.JSONField()),
                ('starts_at', models.DateTimeField()),
                ('place', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('called', 'Called'), ('recorded', 'Recorded'), ('confirmed', 'Confirmed'), ('cancelled', 'Cancelled')], default='planned', max_length=10)),
                ('present', models.JSONField(default=list)),
                ('presided_by', models.UUIDField(null=True)),
                ('quorum', models.PositiveSmallIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('made_by', models.UUIDField()),
                ('made_at', models.DateTimeField()),
                ('called_at', models.DateTimeField(null=True)),
                ('recorded_by', models.UUIDField(null=True)),
                ('recorded_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.UUIDField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'cases_sitting',
                'indexes': [models.Index(fields=['institution_id', 'role', '-starts_at'], name='sitting_of_body')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('institution_id', 'role', 'starts_at'), name='sitting_once_at_a_time'), models.CheckConstraint(condition=models.Q(('recorded_by', models.F('confirmed_by')), _negated=True), name='two_people_confirm_a_sitting')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('person_id', models.UUIDField()),
                ('thing', models.CharField(max_length=20)),
                ('thing_id', models.UUIDField()),
                ('case_id', models.UUIDField()),
                ('reference', models.CharField(max_length=16)),
                ('title', models.CharField(max_length=120)),
                ('matter', models.JSONField()),
                ('due_at', models.DateTimeField(null=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('agenda', 'Agenda'), ('left_out', 'Left Out'), ('recorded', 'Recorded'), ('decided', 'Decided'), ('deferred', 'Deferred'), ('undecided', 'Undecided')], default='agenda', max_length=10)),
                ('why', models.CharField(blank=True, max_length=500)),
                ('outcome', models.CharField(blank=True, max_length=40)),
                ('outcome_name', models.JSONField(default=dict)),
                ('text', models.TextField(blank=True, max_length=2000)),
                ('late_reason', models.CharField(blank=True, max_length=500)),
                ('fields', models.JSONField(default=dict)),
                ('votes_for', models.PositiveSmallIntegerField(default=0)),
                ('votes_against', models.PositiveSmallIntegerField(default=0)),
                ('abstained', models.PositiveSmallIntegerField(default=0)),
                ('casting', models.BooleanField(default=False)),
                ('out', models.JSONField(default=list)),
                ('version', models.PositiveIntegerField(default=0)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('confirmed_by', models.UUIDField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='cases.sitting')),
            ],
            options={
                'db_table': 'cases_agenda_item',
                'indexes': [models.Index(fields=['institution_id', 'sitting', 'position'], name='item_of_sitting'), models.Index(fields=['institution_id', 'case_id'], name='item_of_case')],
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'sitting', 'thing_id'), name='item_once_a_sitting'), models.UniqueConstraint(condition=models.Q(('state__in', ['agenda', 'recorded'])), fields=('institution_id', 'thing_id'), name='item_on_one_agenda')],
            },
        ),
    ]


AS_PERSON = (
    "current_setting('jumuishi.kind', true) = 'person' "
    "AND person_id = nullif(current_setting('jumuishi.person', true), '')::uuid"
)
Migration.operations += [
    *tenancy.wall("cases_body", institution="institution_id"),
    *tenancy.wall("cases_sitting", institution="institution_id"),
    *tenancy.wall("cases_agenda_item", institution="institution_id", read=AS_PERSON),
]
