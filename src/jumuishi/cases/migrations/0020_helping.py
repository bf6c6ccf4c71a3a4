"""Consents to be helped, agreements with agents; drafts, cases and their files open to a helper while a consent stands."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy
from jumuishi.kernel.tenancy import KIND, MY_INSTITUTION, MY_OFFICE, MYSELF, SYSTEM

ME = "nullif(current_setting('jumuishi.person', true), '')::uuid"
# Somebody at work helps in that post only, somebody at home as themselves only.
BY_ME = f"helper_id = {ME} AND institution_id IS NOT DISTINCT FROM {MY_INSTITUTION} AND {KIND} IN ('person', 'institution')"
# The consents that stand at this moment; asked once a query.
STANDING = (
    f"ARRAY(SELECT m.id FROM cases_mandate m WHERE m.{BY_ME.replace('institution_id', 'm.institution_id')} "
    "AND m.given_at IS NOT NULL AND m.ended_at IS NULL AND m.until_at > now())"
)
HELPED = f"mandate_id = ANY({STANDING})"
# What is begun under a consent is the owner's, whoever types it.
OF_OWNER = "EXISTS (SELECT 1 FROM cases_mandate m WHERE m.id = mandate_id AND m.owner_id = person_id)"
WITH_DRAFT = (
    "EXISTS (SELECT 1 FROM cases_draft d WHERE d.id = cases_attachment.draft_id "
    f"AND d.person_id = cases_attachment.person_id AND d.{HELPED})"
)
# The second officer, who is to see the mark.
TO_WITNESS = f"(institution_id = {MY_INSTITUTION} AND proof = 'mark' AND given_at IS NULL AND ended_at IS NULL)"

# A review that lies with another institution opens the case to it while it is open.
AS_REVIEWER = (
    f"({KIND} = 'institution' AND EXISTS (SELECT 1 FROM cases_task t "
    f"WHERE t.case_id = {{case}} AND t.institution_id = {MY_INSTITUTION} AND t.state = 'open'))"
)
OWN = f"{SYSTEM} OR institution_id = {MY_OFFICE} OR person_id = {MYSELF}"
DRAFT = f"{SYSTEM} OR person_id = {MYSELF} OR ({HELPED} AND {OF_OWNER})"
FILE = f"{SYSTEM} OR person_id = {MYSELF} OR {WITH_DRAFT}"
HELPED_CASE = f"case_id = ANY(ARRAY(SELECT c.id FROM cases_case c WHERE c.{HELPED}))"
POLICIES = {
    ("cases_draft", "read"): f"USING ({DRAFT})",
    ("cases_draft", "add"): f"WITH CHECK ({DRAFT})",
    ("cases_draft", "change"): f"USING ({DRAFT}) WITH CHECK ({DRAFT})",
    ("cases_draft", "drop"): f"USING ({DRAFT})",
    ("cases_attachment", "read"): (
        f"USING ({SYSTEM} OR person_id = {MYSELF} OR (institution_id = {MY_OFFICE} AND case_id IS NOT NULL) "
        f"OR {AS_REVIEWER.format(case='cases_attachment.case_id')} OR {WITH_DRAFT})"
    ),
    ("cases_attachment", "add"): f"WITH CHECK ({FILE})",
    ("cases_attachment", "change"): f"USING ({FILE}) WITH CHECK ({FILE})",
    ("cases_attachment", "drop"): f"USING ({FILE})",
    ("cases_case", "read"): f"USING ({OWN} OR {HELPED} OR {AS_REVIEWER.format(case='cases_case.id')})",
    ("cases_note", "read"): f"USING ({OWN} OR {HELPED_CASE})",
}


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0019_case_by_phone'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('agent_id', models.UUIDField()),
                ('service', models.CharField(blank=True, max_length=40)),
                ('most', models.PositiveIntegerField()),
                ('source', models.CharField(max_length=200)),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(null=True)),
                ('made_by', models.UUIDField()),
                ('made_at', models.DateTimeField()),
                ('approved_by', models.UUIDField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('ended_by', models.UUIDField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('refused_why', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'db_table': 'cases_agreement',
            },
        ),
        migrations.CreateModel(
            name='Outlet',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('place', models.CharField(max_length=12)),
                ('where', models.CharField(blank=True, max_length=120)),
                ('search', models.CharField(max_length=600)),
                ('agreement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='outlets', to='cases.agreement')),
            ],
            options={
                'db_table': 'cases_outlet',
                'indexes': [models.Index(fields=['agreement'], name='outlet_of_agreement'), models.Index(fields=['search', 'id'], name='outlet_by_place')],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('owner_id', models.UUIDField(null=True)),
                ('owner_phone', models.CharField(blank=True, max_length=16)),
                ('owner_name', models.CharField(blank=True, max_length=120)),
                ('helper_id', models.UUIDField()),
                ('helper_name', models.CharField(blank=True, max_length=120)),
                ('institution_id', models.UUIDField(null=True)),
                ('kind', models.CharField(choices=[('counter', 'Counter'), ('executive', 'Executive'), ('agent', 'Agent'), ('relative', 'Relative'), ('guardian', 'Guardian')], max_length=10)),
                ('scope', models.CharField(choices=[('case', 'Case'), ('service', 'Service'), ('all', 'All')], max_length=8)),
                ('offering_id', models.UUIDField(null=True)),
                ('together', models.UUIDField(null=True)),
                ('fee', models.PositiveIntegerField(default=0)),
                ('proof', models.CharField(choices=[('code', 'Code'), ('mark', 'Mark')], max_length=4)),
                ('language', models.CharField(default='sw', max_length=2)),
                ('witness_id', models.UUIDField(null=True)),
                ('witness_name', models.CharField(blank=True, max_length=120)),
                ('asked_at', models.DateTimeField()),
                ('given_at', models.DateTimeField(null=True)),
                ('until_at', models.DateTimeField()),
                ('repudiable_until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.UUIDField(null=True)),
                ('ended_why', models.CharField(blank=True, choices=[('owner', 'Owner'), ('repudiated', 'Repudiated'), ('helper', 'Helper'), ('over', 'Over'), ('unanswered', 'Unanswered'), ('agreement', 'Agreement')], max_length=10)),
            ],
            options={
                'db_table': 'cases_mandate',
            },
        ),
        migrations.AddField(
            model_name='case',
            name='mandate_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='draft',
            name='mandate_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['institution_id', 'agent_id'], name='agreement_by_agent'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('institution_id', models.F('agent_id')), _negated=True), name='agreement_with_another'),
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['helper_id', '-asked_at'], name='mandate_of_helper'),
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(fields=['owner_id', '-asked_at'], name='mandate_by_owner'),
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(condition=models.Q(('owner_phone', ''), _negated=True), fields=['owner_phone', '-asked_at'], name='mandate_by_phone'),
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(condition=models.Q(('ended_at', None), ('given_at', None), ('proof', 'mark')), fields=['institution_id', 'asked_at'], name='mandate_to_witness'),
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['until_at'], name='mandate_by_end'),
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(condition=models.Q(('together__isnull', False)), fields=['together'], name='mandate_together'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), models.Q(('approved_by', models.F('made_by')), _negated=True)), _connector='OR'), name='agreement_by_two'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('refused_why', ''), ('approved_at', None), _connector='OR'), name='agreement_refused_or_approved'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('given_at', None), ('owner_id__isnull', False), _connector='OR'), name='mandate_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('owner_id', None), models.Q(('owner_id', models.F('helper_id')), _negated=True), _connector='OR'), name='mandate_to_another'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('witness_id', None), models.Q(('witness_id', models.F('helper_id')), _negated=True), _connector='OR'), name='mandate_seen_by_a_second'),
        ),
        *tenancy.wall(
            "cases_mandate",
            read=f"owner_id = {MYSELF} OR (({BY_ME}) AND ended_at IS NULL) OR {TO_WITNESS}",
            append_only=True,
        ),
        *tenancy.wall(
            "cases_agreement", institution="institution_id", read=f"agent_id = {MY_OFFICE} AND approved_at IS NOT NULL"
        ),
        *tenancy.wall("cases_outlet", institution="institution_id"),
        *(
            migrations.RunSQL(f"ALTER POLICY {table}_{verb} ON {table} {rule}", migrations.RunSQL.noop)
            for (table, verb), rule in POLICIES.items()
        ),
    ]
