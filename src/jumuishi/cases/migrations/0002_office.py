"""What the officers' inbox needs: for whom a case waits, whose case a task is, a due time that a day off moved.

And less than before for another institution's reviewer: the case and its files while its own review is open.
"""

import uuid

from django.db import migrations, models

INSTITUTION = "nullif(current_setting('jumuishi.institution', true), '')::uuid"
PERSON = "nullif(current_setting('jumuishi.person', true), '')::uuid"
KIND = "current_setting('jumuishi.kind', true)"
SYSTEM = f"{KIND} = 'system'"
AS_PERSON = f"({KIND} = 'person' AND person_id = {PERSON})"
AS_OFFICE = f"({KIND} IN ('institution', 'authority') AND institution_id = {INSTITUTION})"
AS_HOME = f"({KIND} = 'institution' AND home_id = {INSTITUTION})"
AS_REVIEWER = (
    f"({KIND} = 'institution' AND EXISTS (SELECT 1 FROM cases_task t "
    f"WHERE t.case_id = {{case}} AND t.institution_id = {INSTITUTION} AND t.state = 'open'))"
)
READS = {
    "cases_case": f"{SYSTEM} OR {AS_PERSON} OR {AS_OFFICE} OR {AS_REVIEWER.format(case='cases_case.id')}",
    "cases_attachment": (
        f"{SYSTEM} OR {AS_PERSON} OR ({AS_OFFICE} AND case_id IS NOT NULL) "
        f"OR {AS_REVIEWER.format(case='cases_attachment.case_id')}"
    ),
    # Messages are between the applicant and the institution that serves; a reviewer elsewhere is told none of them.
    "cases_note": f"{SYSTEM} OR {AS_PERSON} OR {AS_OFFICE}",
    "cases_task": f"{SYSTEM} OR {AS_PERSON} OR {AS_OFFICE} OR {AS_HOME}",
}


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.AddField("case", "waits", models.CharField(
            blank=True, max_length=10, default="",
            choices=[("office", "Office"), ("applicant", "Applicant"), ("payment", "Payment"), ("", "Nobody")],
        ), preserve_default=False),
        migrations.AddField("task", "home_id", models.UUIDField(default=uuid.UUID(int=0)), preserve_default=False),
        migrations.AddField("task", "moved_from", models.DateTimeField(null=True)),
        migrations.RunSQL(
            "UPDATE cases_task t SET home_id = c.institution_id FROM cases_case c WHERE c.id = t.case_id; "
            "UPDATE cases_case c SET waits = 'office' WHERE outcome = '' AND EXISTS "
            "(SELECT 1 FROM cases_task t WHERE t.case_id = c.id AND t.state = 'open'); "
            "UPDATE cases_case SET waits = CASE WHEN state ? 'bill' THEN 'payment' ELSE 'applicant' END "
            "WHERE outcome = '' AND waits = ''",
            migrations.RunSQL.noop,
        ),
        # Nothing asks for this: clocks that ran out are found by the case's next one.
        migrations.RemoveIndex("task", "task_to_escalate"),
        migrations.AddIndex("task", models.Index(
            condition=models.Q(("state", "open")), fields=["home_id", "due_at"], name="task_open_of_home"
        )),
        migrations.AddIndex("case", models.Index(
            condition=models.Q(("waits__in", ["applicant", "payment"])),
            fields=["institution_id", "next_clock_at"],
            name="case_waiting",
        )),
        *(
            migrations.RunSQL(f"ALTER POLICY {table}_read ON {table} USING ({reads})", migrations.RunSQL.noop)
            for table, reads in READS.items()
        ),
    ]  # fmt: skip
