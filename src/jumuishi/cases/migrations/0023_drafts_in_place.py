from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly, NoIndexQuietly


class Migration(migrations.Migration):
    """An index without the time of the last answer, and room on the page: then an answer touches no index."""

    atomic = False
    dependencies = [("cases", "0022_uploads")]

    operations = [
        IndexQuietly("draft", models.Index(fields=["person_id"], name="draft_of_person")),
        NoIndexQuietly("draft", "draft_by_person"),
        migrations.RunSQL("ALTER TABLE cases_draft SET (fillfactor = 70)", migrations.RunSQL.noop),
    ]
