"""The list of what may not be accepted asks for the suspended ones."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("documents", "0002_suspension")]

    operations = [
        IndexQuietly(
            "document",
            models.Index(
                fields=["suspended_at"], name="document_suspended", condition=models.Q(suspended_at__isnull=False)
            ),
        ),
    ]
