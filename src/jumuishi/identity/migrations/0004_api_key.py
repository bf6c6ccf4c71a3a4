"""Keys of institutions' own programs: read by their institution, written by the platform after policy."""

from django.db import migrations, models

from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id

OFFICER = (
    "current_setting('jumuishi.kind', true) IN ('institution', 'authority') "
    "AND institution_id = nullif(current_setting('jumuishi.institution', true), '')::uuid"
)


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_person_same_as")]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.UUIDField(default=new_id, primary_key=True, serialize=False)),
                ("institution_id", models.UUIDField()),
                ("name", models.CharField(max_length=60)),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("hint", models.CharField(max_length=4)),
                ("made_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "identity_api_key",
                "indexes": [models.Index(fields=["institution_id", "-created_at"], name="api_key_by_institution")],
            },
        ),
        *tenancy.wall("identity_api_key", read=OFFICER),
    ]
