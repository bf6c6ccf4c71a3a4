"""Where and when visits are received, and the visits: an institution's, and the applicant's to read."""
import jumuishi.kernel.ids
from jumuishi.kernel import tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_sittings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Desk',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('unit_id', models.UUIDField(null=True)),
                ('kind', models.CharField(choices=[('office', 'Office'), ('site', 'Site')], max_length=8)),
                ('name', models.CharField(max_length=80)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('opens', models.TimeField(null=True)),
                ('closes', models.TimeField(null=True)),
                ('minutes', models.PositiveSmallIntegerField()),
                ('capacity', models.PositiveSmallIntegerField()),
                ('cutoff_hours', models.PositiveSmallIntegerField()),
                ('wait_days', models.PositiveSmallIntegerField()),
                ('ahead_days', models.PositiveSmallIntegerField()),
                ('is_open', models.BooleanField(default=True)),
            ],
            options={
                'db_table': 'cases_visit_desk',
                'constraints': [models.UniqueConstraint(fields=('institution_id', 'name'), name='desk_once')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('person_id', models.UUIDField()),
                ('case_id', models.UUIDField()),
                ('task_id', models.UUIDField()),
                ('desk_id', models.UUIDField()),
                ('what', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('booked', 'Booked'), ('came', 'Came'), ('missed', 'Missed'), ('cancelled', 'Cancelled'), ('lapsed', 'Lapsed')], default='asked', max_length=10)),
                ('starts_at', models.DateTimeField(null=True)),
                ('seat', models.PositiveSmallIntegerField(null=True)),
                ('choose_by', models.DateTimeField()),
                ('asked_by', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('booked_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'db_table': 'cases_visit',
                'indexes': [models.Index(fields=['institution_id', 'starts_at'], name='visit_by_day'), models.Index(fields=['institution_id', 'case_id'], name='visit_of_case'), models.Index(condition=models.Q(('state', 'asked')), fields=['choose_by'], name='visit_to_lapse'), models.Index(condition=models.Q(('state', 'booked')), fields=['starts_at'], name='visit_to_remind')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['booked', 'came', 'missed'])), fields=('institution_id', 'desk_id', 'starts_at', 'seat'), name='seat_given_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'booked'])), fields=('institution_id', 'task_id'), name='one_open_visit_a_task'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'booked'), _negated=True), models.Q(('seat__isnull', False), ('starts_at__isnull', False)), _connector='OR'), name='a_booked_visit_has_its_hour')],
            },
        ),
    ]


AS_PERSON = (
    "current_setting('jumuishi.kind', true) = 'person' "
    "AND person_id = nullif(current_setting('jumuishi.person', true), '')::uuid"
)
Migration.operations += [
    *tenancy.wall("cases_visit_desk", institution="institution_id"),
    *tenancy.wall("cases_visit", institution="institution_id", read=AS_PERSON),
]
