"""The country's identity provider lets people in."""

from django.db import migrations, models
from django.db.models import Q

from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id

ID = ("id", models.UUIDField(default=new_id, primary_key=True, serialize=False))


class Migration(migrations.Migration):
    dependencies = [("signon", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="NationalLink",
            fields=[
                ID,
                ("person_id", models.UUIDField()),
                ("subject", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=10)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "signon_national_link",
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("ended_at", None)), fields=("subject", "kind"), name="national_subject_once"
                    ),
                    models.UniqueConstraint(
                        condition=Q(("ended_at", None)), fields=("person_id", "kind"), name="national_person_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NationalSession",
            fields=[
                ID,
                ("subject", models.CharField(db_index=True, max_length=64)),
                ("sid", models.CharField(blank=True, db_index=True, max_length=64)),
                ("chain", models.UUIDField()),
                ("begun_at", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "signon_national_session"},
        ),
        migrations.CreateModel(
            name="SeenToken",
            fields=[
                ID,
                ("mark", models.CharField(max_length=64, unique=True)),
                ("until_at", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "signon_seen_token"},
        ),
        *tenancy.wall("signon_national_link", person="person_id"),
        *tenancy.wall("signon_national_session"),
        *tenancy.wall("signon_seen_token"),
    ]
