"""Papers that nobody looked through yet are found at once."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0016_kept_packs"),
    ]

    operations = [
        migrations.AddIndex(
            model_name='paper',
            index=models.Index(condition=models.Q(('scan', 'unscanned')), fields=['at'], name='meetings_paper_unscanned'),
        ),
    ]
