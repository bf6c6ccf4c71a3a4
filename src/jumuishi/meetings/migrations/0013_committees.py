"""Which committee of cases a body is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0012_unserved"),
    ]

    operations = [
        migrations.AddField(
            model_name='body',
            name='cases_role',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
    ]
