"""Papers that the secretary lets the public read."""

from django.db import migrations, models

# What a visitor reads: an edition that stands and is bound, was let out, of an open item of a public meeting that was
# called. The moment that the item is closed, or the meeting, it is not there.
OPEN = """
CREATE POLICY meetings_paper_open ON meetings_paper FOR SELECT USING (
    current_setting('jumuishi.kind', true) <> '' AND is_open AND replaced_at IS NULL AND labels <> '[]'
    AND EXISTS (SELECT 1 FROM meetings_item i JOIN meetings_meeting m ON m.id = i.meeting_id
                JOIN meetings_body b ON b.id = m.body_id
                WHERE i.id = meetings_paper.item_id AND NOT i.is_closed AND m.is_public AND b.is_public
                AND m.called_at IS NOT NULL AND m.state <> 'cancelled'))
"""


class Migration(migrations.Migration):

    dependencies = [
        ("meetings", "0010_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name='paper',
            name='is_open',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(sql=OPEN, reverse_sql="DROP POLICY meetings_paper_open ON meetings_paper"),
    ]
