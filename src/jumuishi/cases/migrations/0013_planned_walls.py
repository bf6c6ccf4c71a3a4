"""Walls that the planner can estimate, and an index for each way in which a task is somebody's."""

from django.db import migrations, models

from jumuishi.kernel.growing import IndexQuietly
from jumuishi.kernel.tenancy import KIND, MY_INSTITUTION, MY_OFFICE, MYSELF, SYSTEM

# A review that lies with another institution opens the case to it while it is open.
AS_REVIEWER = (
    f"({KIND} = 'institution' AND EXISTS (SELECT 1 FROM cases_task t "
    f"WHERE t.case_id = {{case}} AND t.institution_id = {MY_INSTITUTION} AND t.state = 'open'))"
)
OWN = f"{SYSTEM} OR institution_id = {MY_OFFICE} OR person_id = {MYSELF}"
READS = {
    "cases_case": f"{OWN} OR {AS_REVIEWER.format(case='cases_case.id')}",
    "cases_attachment": (
        f"{SYSTEM} OR person_id = {MYSELF} OR (institution_id = {MY_OFFICE} AND case_id IS NOT NULL) "
        f"OR {AS_REVIEWER.format(case='cases_attachment.case_id')}"
    ),
    "cases_note": OWN,
    "cases_task": f"{OWN} OR home_id = {MY_INSTITUTION}",
    "cases_find": f"{SYSTEM} OR institution_id = {MY_OFFICE}",
}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0012_away")]

    operations = [
        *(
            migrations.RunSQL(f"ALTER POLICY {table}_read ON {table} USING ({reads})", migrations.RunSQL.noop)
            for table, reads in READS.items()
        ),
        IndexQuietly("task", models.Index(
            condition=models.Q(state="open"), fields=["institution_id", "assignee_id", "role"], name="task_of_officer",
        )),
        IndexQuietly("task", models.Index(
            condition=models.Q(state="open", escalated_at__isnull=False), fields=["institution_id", "escalate_role"],
            name="task_escalated",
        )),
    ]  # fmt: skip
