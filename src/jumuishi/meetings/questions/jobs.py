"""On the day of a meeting whoever answers for a question without an answer is told."""

from datetime import timedelta

from django.db import transaction

from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, jobs
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.questions import queries, telling
from jumuishi.meetings.questions.models import Question

STEP = 200


@jobs.every(1800, "meetings.questions.remind")
def remind() -> None:
    """Once a question and owner, from the first hour of the day."""
    now = clock.now()
    with transaction.atomic():
        rows = Question.objects.filter(answered_at=None, told_at=None, meeting__starts_at__lte=now + timedelta(days=1))
        rows = rows.exclude(meeting__state__in=(Meeting.State.CANCELLED, Meeting.State.ENDED))
        for one in rows.select_related("meeting__body").order_by("meeting__starts_at", "at")[:STEP]:
            zone = institutions.working_time(one.institution_id).zone
            if queries.is_late(one, queries.day_of(one.meeting, zone)):
                telling.tell_owner(one, "late")
                Question.objects.filter(id=one.id).update(told_at=now)
