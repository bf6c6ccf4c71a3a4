from django.db import migrations

from jumuishi.kernel import seldom


class Migration(migrations.Migration):
    dependencies = [("services", "0003_proposal_stopped"), ("kernel", "0001_seldom")]

    operations = [
        seldom.watched("services_offering"),
        seldom.watched("services_edition"),
    ]
