"""A published edition never changes: the database refuses. How one comes to be, and how an institution takes it up."""

import django.db.models.deletion
import jumuishi.kernel.ids
from django.db import migrations, models

from jumuishi.kernel import tenancy

GUARD = """
CREATE FUNCTION services_edition_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := ARRAY['withdrawn_at', 'withdrawn_reason'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an edition is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL OR to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'a published edition never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER services_edition_stands BEFORE UPDATE OR DELETE ON services_edition
    FOR EACH ROW EXECUTE FUNCTION services_edition_stands();
"""
BACK = "DROP TRIGGER services_edition_stands ON services_edition; DROP FUNCTION services_edition_stands();"


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='edition',
            name='same_meaning',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='edition',
            name='withdrawn_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.CreateModel(
            name='Adoption',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('institution_id', models.UUIDField()),
                ('settings', models.JSONField(default=dict)),
                ('left_settings', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('preparing', 'Preparing'), ('proposed', 'Proposed'), ('adopted', 'Adopted'), ('dropped', 'Dropped')], default='preparing', max_length=10)),
                ('proposed_by', models.UUIDField(null=True)),
                ('adopted_by', models.UUIDField(null=True)),
                ('adopted_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.edition')),
                ('left_edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.edition')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adoptions', to='services.offering')),
            ],
            options={
                'db_table': 'services_adoption',
                'indexes': [models.Index(fields=['institution_id', 'offering', '-created_at'], name='adoption_by_offering')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['preparing', 'proposed'])), fields=('institution_id', 'offering'), name='adopting_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'adopted'), _negated=True), models.Q(('proposed_by__isnull', False), ('adopted_by__isnull', False), models.Q(('proposed_by', models.F('adopted_by')), _negated=True)), _connector='OR'), name='two_people_adopt')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('service', models.CharField(max_length=40)),
                ('hash', models.CharField(max_length=64)),
                ('files', models.JSONField()),
                ('name', models.JSONField()),
                ('note', models.CharField(max_length=500)),
                ('same_meaning', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('open', 'Open'), ('published', 'Published'), ('refused', 'Refused'), ('taken_back', 'Taken Back')], default='open', max_length=10)),
                ('author_id', models.UUIDField(null=True)),
                ('decided_by', models.UUIDField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='services.edition')),
            ],
            options={
                'db_table': 'services_proposal',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('service',), name='proposed_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('author_id', models.F('decided_by')), _negated=True)), _connector='OR'), name='author_and_approver')],
            },
        ),
        migrations.RunSQL(GUARD, BACK),
        # A proposal is the authority's; which editions an institution has left, its applicants' drafts ask.
        *tenancy.wall("services_proposal", authority=True),
        *tenancy.wall("services_adoption", institution="institution_id", read="state = 'adopted'"),
    ]
