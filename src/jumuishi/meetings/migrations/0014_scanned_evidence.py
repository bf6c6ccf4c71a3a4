"""What a scanner said of a step's evidence; what came before is looked through next."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0013_committees"),
    ]

    operations = [
        migrations.AddField(
            model_name='step',
            name='scan',
            field=models.CharField(db_default='unscanned', default='unscanned', max_length=10),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(condition=models.Q(('scan', 'unscanned'), models.Q(('file_id', None), _negated=True)), fields=['at'], name='meetings_step_unscanned'),
        ),
    ]
