"""Timed: who has something to do is reminded before its day, and who answers for it hears when it is late; evidence
that came while the scanner was away is looked through.
"""

from datetime import timedelta

from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, jobs, scanning
from jumuishi.meetings.models import Duty
from jumuishi.meetings.resolutions.doing import OPEN, mark_scanned, unscanned
from jumuishi.meetings.resolutions.telling import tell_askers, tell_doers

# A courtesy of the platform's, no rule of anybody's.
DAYS_BEFORE = 7
MOST = 500


@jobs.every(3600, "meetings.resolutions.sweep")
def sweep() -> None:
    """Remind once before the day, and once when it is over: then the head and who asked hear of it too."""
    today, now = institutions.today(), clock.now()
    rows = Duty.objects.filter(state__in=OPEN).select_related("resolution__body").order_by("due_on")
    for duty in rows.filter(due_on__lt=today, late_told_at=None)[:MOST]:
        tell_doers(duty.resolution, [duty], "late", "head")
        tell_askers(duty, "late")
        Duty.objects.filter(id=duty.id).update(late_told_at=now)
    soon = rows.filter(due_on__gte=today, due_on__lte=today + timedelta(days=DAYS_BEFORE), reminded_at=None)
    for duty in soon[:MOST]:
        tell_doers(duty.resolution, [duty], "soon")
        Duty.objects.filter(id=duty.id).update(reminded_at=now)


@jobs.every(60, "meetings.evidence.rescan")
def rescan() -> None:
    """Look through evidence that came while the scanner was away."""
    scanning.catch_up(
        unscanned,
        lambda row, scan, found: mark_scanned(actor=Actor.system(), step_id=row, scan=scan, found=found),
    )
