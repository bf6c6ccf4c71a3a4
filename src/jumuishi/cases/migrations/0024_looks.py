from django.db import migrations, models

import jumuishi.kernel.ids
from jumuishi.kernel import tenancy
from jumuishi.kernel.tenancy import KIND, MY_INSTITUTION, MY_OFFICE

ME = "nullif(current_setting('jumuishi.person', true), '')::uuid"
# As drafts and their files are open to a helper, while a consent stands (0020).
BY_ME = (
    f"m.helper_id = {ME} AND m.institution_id IS NOT DISTINCT FROM {MY_INSTITUTION} "
    f"AND {KIND} IN ('person', 'institution')"
)
STANDING = (
    f"ARRAY(SELECT m.id FROM cases_mandate m WHERE {BY_ME} "
    "AND m.given_at IS NOT NULL AND m.ended_at IS NULL AND m.until_at > now())"
)
WITH_DRAFT = (
    "EXISTS (SELECT 1 FROM cases_draft d WHERE d.id = {table}.draft_id "
    f"AND d.person_id = {{table}}.person_id AND d.mandate_id = ANY({STANDING}))"
)
AS_REVIEWER = (
    f"({KIND} = 'institution' AND EXISTS (SELECT 1 FROM cases_task t "
    f"WHERE t.case_id = {{table}}.case_id AND t.institution_id = {MY_INSTITUTION} AND t.state = 'open'))"
)
# No institution reads what is a draft's.
AS_OFFICE = f"(institution_id = {MY_OFFICE} AND case_id IS NOT NULL)"


def walls(table):
    return tenancy.wall(
        table,
        person="person_id",
        read=f"{AS_OFFICE} OR {AS_REVIEWER.format(table=table)}",
        write=WITH_DRAFT.format(table=table),
    )


class Migration(migrations.Migration):
    """What registers said beside the answers, and what a person says is wrong of it."""

    dependencies = [("cases", "0023_drafts_in_place")]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("draft_id", models.UUIDField()),
                ("case_id", models.UUIDField(null=True)),
                ("institution_id", models.UUIDField()),
                ("register", models.CharField(max_length=40)),
                ("key_field", models.CharField(max_length=40)),
                ("key_mark", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("fetched", "Fetched"),
                            ("question", "Question"),
                            ("absent", "Absent"),
                            ("refused", "Refused"),
                            ("away", "Away"),
                            ("skipped", "Skipped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("fields", models.JSONField(default=list)),
                ("values", models.JSONField(default=dict)),
                ("question", models.JSONField(null=True)),
                ("source", models.CharField(blank=True, max_length=300)),
                ("message_id", models.CharField(blank=True, max_length=255)),
                ("at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField()),
                ("later_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "cases_look",
                "indexes": [models.Index(fields=["institution_id", "case_id"], name="look_by_case")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person_id", "draft_id", "register", "key_field"), name="look_once_a_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("draft_id", models.UUIDField()),
                ("case_id", models.UUIDField(null=True)),
                ("institution_id", models.UUIDField()),
                ("register", models.CharField(max_length=40)),
                ("field", models.CharField(max_length=40)),
                ("said", models.JSONField(null=True)),
                ("source", models.CharField(blank=True, max_length=300)),
                ("message_id", models.CharField(blank=True, max_length=255)),
                ("reason", models.CharField(max_length=500)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_dispute",
                "indexes": [models.Index(fields=["institution_id", "case_id"], name="dispute_by_case")],
                "constraints": [
                    models.UniqueConstraint(fields=("person_id", "draft_id", "field"), name="dispute_once_a_field")
                ],
            },
        ),
        *walls("cases_look"),
        *walls("cases_dispute"),
    ]
