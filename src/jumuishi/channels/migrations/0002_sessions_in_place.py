from django.db import migrations, models

# Each answer of each phone writes its row anew. With no index on what changes and room on the page, that touches no
# index and leaves nothing for a vacuum. The index for LIKE, which Django makes of any text key, serves nobody.
ROOM = (
    'ALTER TABLE channels_ussd_session SET (fillfactor = 50); '
    'DROP INDEX IF EXISTS channels_ussd_session_phone_hash_d7592ac2_like'
)


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_ussd_session")]

    operations = [
        migrations.AlterField("ussdsession", "seen_at", models.DateTimeField()),
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
    ]
