"""Files on their way in parts: their person's, and a helper's while the consent stands."""

from django.db import migrations, models

import jumuishi.kernel.ids
from jumuishi.kernel import tenancy
from jumuishi.kernel.tenancy import KIND, MY_INSTITUTION

ME = "nullif(current_setting('jumuishi.person', true), '')::uuid"
# The consents that stand at this moment, as 0020_helping asks for them.
STANDING = (
    f"ARRAY(SELECT m.id FROM cases_mandate m WHERE m.helper_id = {ME} "
    f"AND m.institution_id IS NOT DISTINCT FROM {MY_INSTITUTION} AND {KIND} IN ('person', 'institution') "
    "AND m.given_at IS NOT NULL AND m.ended_at IS NULL AND m.until_at > now())"
)
WITH_WHAT_IT_IS_FOR = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} x WHERE x.id = cases_upload.draft_id AND x.person_id = cases_upload.person_id "
    f"AND x.mandate_id = ANY({STANDING}))"
    for table in ("cases_draft", "cases_case")
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0021_helping_indexes")]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(default=jumuishi.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("draft_id", models.UUIDField()),
                ("case_id", models.UUIDField(null=True)),
                ("field", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=120)),
                ("size", models.PositiveIntegerField()),
                ("received", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("begun_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "cases_upload",
                "indexes": [models.Index(fields=["expires_at"], name="upload_by_end")],
                "constraints": [
                    models.UniqueConstraint(fields=("person_id", "draft_id", "field"), name="upload_once_a_field"),
                    models.CheckConstraint(
                        condition=models.Q(("received__lte", models.F("size"))), name="upload_within_size"
                    ),
                ],
            },
        ),
        *tenancy.wall("cases_upload", person="person_id", write=WITH_WHAT_IT_IS_FOR),
    ]
