from django.db import migrations

from jumuishi.kernel import seldom


class Migration(migrations.Migration):
    dependencies = [("institutions", "0001_initial"), ("kernel", "0001_seldom")]

    operations = [
        seldom.watched("institutions_institution"),
        seldom.watched("institutions_holiday"),
        seldom.watched("institutions_place"),
    ]
