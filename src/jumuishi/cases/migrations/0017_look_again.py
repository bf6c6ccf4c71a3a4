"""Pages of a draft that a carry-over to a newer edition changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_move_stops")]
    operations = [migrations.AddField(model_name="draft", name="look_again", field=models.JSONField(null=True))]
