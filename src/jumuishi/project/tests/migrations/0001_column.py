from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("institutions", "0001_initial")]
    operations = [migrations.RunSQL("ALTER TABLE institutions_place ADD COLUMN one_more text", migrations.RunSQL.noop)]
